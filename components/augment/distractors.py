"""Distractors: generated products that stand on composed shelves and are in no catalogue."""

from __future__ import annotations

from components.augment.cutout import Cutout, cut_out
from components.embedded_data.packshots import make_catalog

_SEED = 7_919  # not a seed anybody gives a catalogue of their own
_FAMILIES = 12
_VARIANTS = 2


def distractors() -> list[Cutout]:
    """Return the distractors, the same ones every time."""
    strangers = make_catalog(_SEED, _FAMILIES, _VARIANTS)
    return [cut_out(stranger.image, stranger.sku) for stranger in strangers]

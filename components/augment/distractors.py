"""Distractors: generated products that stand on composed shelves and are in no catalogue.

An `unknown_product` of a real photo teaches nothing, since it may be anything. Of a distractor it
is known that no packshot matches it, and so training and calibration take it for what it is.
"""

from __future__ import annotations

from components.records.splits import DISTRACTOR
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.cutout import Cutout, cut_out

_SEED = 7_919  # not a seed anybody gives a catalogue of their own
_FAMILIES = 12
_VARIANTS = 2


def distractors() -> list[Cutout]:
    """Return the distractors, the same ones every time."""
    strangers = make_catalog(_SEED, _FAMILIES, _VARIANTS)
    return [cut_out(stranger.image, DISTRACTOR) for stranger in strangers]

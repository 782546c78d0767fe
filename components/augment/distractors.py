"""Distractors: products on composed shelves that are in no catalogue; these are generated.

An `unknown_product` of a real photo teaches nothing, since it may be anything. Of a distractor it
is known that no packshot matches it, and so training and calibration take it for what it is.
Others are made of the products on a shelf: `components.synthesis.scenes.lookalikes`.
"""

from __future__ import annotations

from components.records.splits import DISTRACTOR
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.cutout import Cutout, cut_out

_SEED = 7_919  # not a seed anybody gives a catalogue of their own
_FAMILIES = 12
_VARIANTS = 2


def distractors() -> list[Cutout]:
    """Return the generated distractors, the same ones every time."""
    packshots = make_catalog(_SEED, _FAMILIES, _VARIANTS)
    return [cut_out(packshot.image, DISTRACTOR) for packshot in packshots]

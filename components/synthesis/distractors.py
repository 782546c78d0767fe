"""Distractors: products on composed shelves that are in no catalogue; these are generated.

An `unknown_product` of a real photo teaches nothing, since it may be anything. Of a distractor it
is known that no packshot matches it, and so training and calibration take it for what it is.
Others are made of the products on a shelf: `components.synthesis.scenes.lookalikes`.
"""

from __future__ import annotations

from components.records.splits import DISTRACTOR
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.cutout import Cutout, cut_out

NEGATIVES_WITH_DISTRACTORS = 0.7
"""Share of the negatives to judge on that show distractors; the others are bare shelves."""

_SEED = 7_919  # not a seed anybody gives a catalogue of their own
_SEED_TO_JUDGE_ON = 15_485_863
_FAMILIES = 12
_VARIANTS = 2


def distractors(to_judge_on: bool = False) -> list[Cutout]:
    """Return the generated distractors, the same ones every time.

    Args:
        to_judge_on: Return those of the shelves that a model is judged on; no others show them.
    """
    packshots = make_catalog(_SEED_TO_JUDGE_ON if to_judge_on else _SEED, _FAMILIES, _VARIANTS)
    return [cut_out(packshot.image, DISTRACTOR) for packshot in packshots]

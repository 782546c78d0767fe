"""What a model was judged on: photos, or, where a run has none, shelves composed of packshots."""

from typing import Literal

JudgedOn = Literal["photos", "composed shelves"]

COMPOSED_SHELVES: JudgedOn = "composed shelves"

CAUTION = "Judged on shelves composed of the packshots, not on photos: expect less in a store."
"""What everybody is told who reads figures of a model that was judged on composed shelves."""


def caution(judged_on: JudgedOn) -> str:
    """Return `CAUTION` where it applies, else ""."""
    return CAUTION if judged_on == COMPOSED_SHELVES else ""

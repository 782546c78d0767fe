"""What a model was judged on: photos, or, where a run has none, shelves composed of packshots."""

from typing import Literal

JudgedOn = Literal["photos", "composed shelves", "composed shelves, counting on photos"]

COMPOSED_SHELVES: JudgedOn = "composed shelves"
COUNTING_ON_PHOTOS: JudgedOn = "composed shelves, counting on photos"
"""Photos say how many products stand on them, and none where."""

_CAUTIONS: dict[JudgedOn, str] = {
    COMPOSED_SHELVES: (
        "Judged on shelves composed of the packshots, not on photos: expect less in a store."
    ),
    COUNTING_ON_PHOTOS: (
        "Counting is judged on photos, all else on shelves composed of the packshots: expect less "
        "of that in a store."
    ),
}

_SHELVES: dict[JudgedOn, str] = {
    COMPOSED_SHELVES: "composed shelves",
    COUNTING_ON_PHOTOS: "composed shelves and counted photos",
}


def shelves_called(judged_on: JudgedOn) -> str:
    """Return what to call the shelves of a run that was judged so."""
    return _SHELVES.get(judged_on, "shelf photos")


def caution(judged_on: JudgedOn) -> str:
    """Return what everybody is told who reads figures that no photo gave; "" where photos did."""
    return _CAUTIONS.get(judged_on, "")

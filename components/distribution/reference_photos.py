"""What photos to train on are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.artifacts.dataset_statistics import Dataset


@dataclass(frozen=True)
class Reference:
    """What photos to train on are compared with.

    Attributes:
        name: For people.
        splits: Statistics by split; empty where there are none.
        missing: Why there are none.
    """

    name: str
    splits: Mapping[str, Dataset]
    missing: str = ""


def comparable_split(
    now: Mapping[str, Dataset], reference: Reference, min_photos: int
) -> tuple[str, str]:
    """Return the split to compare, and "" or why there is none.

    It is ``train``, or, where photos are labelled as a whole and nothing trains on them, ``test``.

    Args:
        now: Statistics of the photos to train on.
        reference: What they are compared with.
        min_photos: Fewer, on either side, tell nothing.
    """
    if not reference.splits:
        return "", reference.missing
    common = [split for split in ("train", "test") if split in now and split in reference.splits]
    if not common:
        return "", "they have no split in common"
    split = common[0]
    fewest = min(now[split].num_examples, reference.splits[split].num_examples)
    if fewest < min_photos:
        return "", f"{fewest:,} photos are too few (distribution.min_photos is {min_photos:,})"
    return split, ""

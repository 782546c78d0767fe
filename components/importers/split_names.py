"""What other data sets call their splits."""

from __future__ import annotations

import re
from collections.abc import Collection

from components.records.splits import Split

_WORDS: dict[str, Split] = {
    "train": "train",
    "training": "train",
    "eval": "eval",
    "val": "eval",
    "valid": "eval",
    "validation": "eval",
    "dev": "eval",
    "test": "test",
    "testing": "test",
}


def split_named(name: str) -> Split | None:
    """Return the split that a name speaks of (``"val"``, ``"instances_train2017.json"``).

    Returns:
        The split; None where the name has no such word, or words of different splits.
    """
    found = {_WORDS[word] for word in re.findall("[a-z]+", name.lower()) if word in _WORDS}
    return found.pop() if len(found) == 1 else None


def splits_named(names: Collection[str]) -> dict[str, Split | None]:
    """Return the split of each name, knowing them all.

    Models are judged on ``test``. A data set that is divided into training and validation alone
    is judged on its validation photos, so these become ``test``.
    """
    splits = {name: split_named(name) for name in names}
    if "eval" in splits.values() and "test" not in splits.values():
        return {name: "test" if split == "eval" else split for name, split in splits.items()}
    return splits

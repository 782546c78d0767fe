"""The data a release was trained and judged on, in the words of lists and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.releases.record import ReleaseRecord


def splits(record: ReleaseRecord) -> dict[str, str]:
    """Name of a data set and split to how much is in it: photos, boxes, spans."""
    return {
        f"{data_set}, {name}": _in_words(split)
        for data_set, of_set in record.data.items()
        for name, split in of_set.items()
    }


def spans(record: ReleaseRecord) -> str:
    """First and last span of shelf photos, such as "1-4"; empty where there are none."""
    known = [
        split["spans"]
        for of_set in record.data.values()
        for split in of_set.values()
        if split.get("spans")
    ]
    if not known:
        return ""
    return _range(min(first for first, _ in known), max(last for _, last in known))


def _in_words(split: Mapping[str, Any]) -> str:
    parts = [f"{split.get('photos', 0):,} photos"]
    if split.get("boxes"):
        parts.append(f"{split['boxes']:,} boxes")
    if split.get("spans"):
        parts.append(f"spans {_range(*split['spans'])}")
    return ", ".join(parts)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"

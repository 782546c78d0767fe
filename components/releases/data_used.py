"""The data a release was trained and judged on, in the words of lists and comparisons."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord

SHELF_PHOTOS = "shelf photos"
"""What release.json calls the data set that spans make up."""


def splits(record: ReleaseRecord) -> dict[str, str]:
    """Return, by data set and split, how much is in it: photos, boxes, spans."""
    return {
        f"{data_set}, {name}": _in_words(split)
        for data_set, of_set in record.data.items()
        for name, split in of_set.items()
    }


def spans(record: ReleaseRecord) -> str:
    """Return first and last span of shelf photos, such as "1-4"; empty where there are none."""
    known = [
        split["spans"]
        for of_set in record.data.values()
        for split in of_set.values()
        if split.get("spans")
    ]
    if not known:
        return ""
    return _range(min(first for first, _ in known), max(last for _, last in known))


def used_by(releases: Registry) -> dict[int, tuple[int, int]]:
    """Return for each release the first and the last span of its photos.

    A run takes an unbroken range of the spans there are, so a release used what lies between.
    """
    ranges: dict[int, tuple[int, int]] = {}
    for release in releases.list():
        photos = release.record.data.get(SHELF_PHOTOS, {})
        ends = [end for split in photos.values() for end in split.get("spans") or ()]
        if ends:
            ranges[release.version] = (min(ends), max(ends))
    return ranges


def _in_words(split: Mapping[str, Any]) -> str:
    parts = [f"{split.get('photos', 0):,} photos"]
    if split.get("boxes"):
        parts.append(f"{split['boxes']:,} boxes")
    if split.get("spans"):
        parts.append(f"spans {_range(*split['spans'])}")
    return ", ".join(parts)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"

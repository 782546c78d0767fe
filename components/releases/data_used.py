"""The data a release was trained and judged on, in the words of lists and comparisons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from components.artifacts.judged_on import JudgedOn, caution, shelves_called
from components.releases.release_record import ReleaseRecord

_CATALOGUE = "catalogue"
SHELF_PHOTOS = "shelf photos"
"""What release.json calls the data set that spans make up."""


def splits(record: ReleaseRecord) -> dict[str, str]:
    """Return, by data set and split, how much is in it: photos, boxes, spans."""
    return {
        _called(data_set, name, record.judged_on): _in_words(split, _things(data_set, record))
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


@dataclass(frozen=True)
class SpanUse:
    """The releases, by version, that have to do with one span.

    Attributes:
        used: They used exactly this span, whatever number it had.
        other_content: They used a span of its number that held something else.
        by_number: They used a span of its number, and did not record what it held.
    """

    used: tuple[int, ...]
    other_content: tuple[int, ...]
    by_number: tuple[int, ...]


def use_of(records: Iterable[ReleaseRecord], span: int, content: str) -> SpanUse:
    """Say which releases used a span.

    Args:
        records: Of the releases.
        span: Number of the span.
        content: Hash of its content, as in `ReleaseRecord.span_hashes`.
    """
    used, other, by_number = [], [], []
    for record in records:
        if content in record.span_hashes.values():
            used.append(record.version)
        elif span in record.span_hashes:
            other.append(record.version)
        elif not record.span_hashes and _in_range(span, record):
            by_number.append(record.version)
    return SpanUse(tuple(used), tuple(other), tuple(by_number))


def _in_range(span: int, record: ReleaseRecord) -> bool:
    """Whether a span lies between the first and the last that a release used.

    A run takes an unbroken range of the spans there are.
    """
    photos = record.data.get(SHELF_PHOTOS, {})
    ends = [end for split in photos.values() for end in split.get("spans") or ()]
    return bool(ends) and min(ends) <= span <= max(ends)


def _called(data_set: str, split: str, judged_on: JudgedOn) -> str:
    """Name a split; the catalogue has but one."""
    if data_set == _CATALOGUE:
        return data_set
    called = shelves_called(judged_on) if data_set == SHELF_PHOTOS else data_set
    return f"{called}, {split}"


def _things(data_set: str, record: ReleaseRecord) -> str:
    if data_set == _CATALOGUE:
        return "packshots"
    # A composed shelf is no photo.
    return "pictures" if data_set == SHELF_PHOTOS and caution(record.judged_on) else "photos"


def _in_words(split: Mapping[str, Any], things: str) -> str:
    parts = [f"{split.get('photos', 0):,} {things}"]
    if split.get("boxes"):
        parts.append(f"{split['boxes']:,} boxes")
    if split.get("counted"):
        parts.append(f"{split['counted']:,} products counted without boxes")
    if split.get("spans"):
        parts.append(f"spans {_range(*split['spans'])}")
    return ", ".join(parts)


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"

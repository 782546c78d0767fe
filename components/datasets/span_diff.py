"""What differs between two sets of shelf photos."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from components.datasets.box_changes import BoxChange, box_changes
from components.records.digests import file_digests
from components.records.shelf_photo import ShelfPhoto, ShelfSet
from components.records.splits import UNKNOWN_PRODUCT


class CountChange(NamedTuple):
    """How many of a SKU stand on a photo now, and before; None where it was not counted."""

    sku: str
    now: int | None
    was: int | None


@dataclass(frozen=True)
class TruthChange:
    """One photo, by content, of which the two sets say different things.

    Attributes:
        photo: Its name in the second set.
        was: Its name in the first.
        who: The person whose word the second set has; empty where it was imported.
        when: When they gave it, RFC 3339; empty likewise.
        verdict: What they said; empty likewise.
        boxes: What changed.
        label: The label of the whole photo now, and before; both empty where it did not change.
        counts: What is counted otherwise now.
    """

    photo: str
    was: str
    who: str
    when: str
    verdict: str
    boxes: tuple[BoxChange, ...]
    label: tuple[str, str] = ("", "")
    counts: tuple[CountChange, ...] = ()


@dataclass(frozen=True)
class SpanDiff:
    """The differences; names are those in their own set.

    Attributes:
        added: Photos that only the second set has.
        removed: Photos that only the first has.
        replaced: Names that both have, for photos of other content.
        skus_added: SKUs that only photos of the second show.
        skus_removed: SKUs that only photos of the first show.
        truths: Photos of both that say something else, or whose word is another person's.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    replaced: tuple[str, ...]
    skus_added: tuple[str, ...]
    skus_removed: tuple[str, ...]
    truths: tuple[TruthChange, ...]

    @property
    def nothing(self) -> bool:
        """Whether there is no difference."""
        return not any(vars(self).values())


def diff(first: ShelfSet, second: ShelfSet) -> SpanDiff:
    """Compare the photos that stand in two sets, by content first and then by name."""
    paths = [photo.path for shelves in (first, second) for photo in shelves.photos]
    digests = file_digests(paths)
    by_content: defaultdict[str, list[ShelfPhoto]] = defaultdict(list)
    for photo in first.photos:
        by_content[digests[photo.path]].append(photo)
    truths: list[TruthChange] = []
    new: list[ShelfPhoto] = []
    for photo in second.photos:
        same = by_content[digests[photo.path]]
        if not same:
            new.append(photo)
        elif change := _truth(same.pop(0), photo, first, second):
            truths.append(change)
    before = {_name(photo, first) for same in by_content.values() for photo in same}
    after = {_name(photo, second) for photo in new}
    shown, shown_before = _skus(second.photos), _skus(first.photos)
    return SpanDiff(
        added=tuple(sorted(after - before)),
        removed=tuple(sorted(before - after)),
        replaced=tuple(sorted(before & after)),
        skus_added=tuple(sorted(shown - shown_before)),
        skus_removed=tuple(sorted(shown_before - shown)),
        truths=tuple(truths),
    )


def _truth(
    was: ShelfPhoto, now: ShelfPhoto, first: ShelfSet, second: ShelfSet
) -> TruthChange | None:
    boxes = tuple(box_changes(was.objects, now.objects))
    label = (now.label, was.label) if now.label != was.label else ("", "")
    counts = tuple(_count_changes(dict(was.counts), dict(now.counts)))
    if not boxes and not counts and label == ("", "") and was.review == now.review:
        return None
    review = now.review
    return TruthChange(
        photo=_name(now, second),
        was=_name(was, first),
        who=review.who if review else "",
        when=review.when.isoformat() if review else "",
        verdict=review.verdict if review else "",
        boxes=boxes,
        label=label,
        counts=counts,
    )


def _count_changes(was: Mapping[str, int], now: Mapping[str, int]) -> Iterator[CountChange]:
    for sku in sorted({**was, **now}):
        if was.get(sku) != now.get(sku):
            yield CountChange(sku, now.get(sku), was.get(sku))


def _name(photo: ShelfPhoto, shelves: ShelfSet) -> str:
    return photo.source_id if len(shelves.spans) > 1 else photo.name


def _skus(photos: Sequence[ShelfPhoto]) -> set[str]:
    shown = {thing.sku for photo in photos for thing in photo.objects}
    shown |= {sku for photo in photos for sku, count in photo.counts if count}
    return (shown | {photo.label for photo in photos}) - {"", UNKNOWN_PRODUCT}

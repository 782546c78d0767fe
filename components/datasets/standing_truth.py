"""Decides between spans that disagree: on what a photo shows, and on the split of a visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timezone

from components.records.digests import file_digests
from components.records.problems import Problem
from components.records.shelf_photo import ShelfPhoto

_BEFORE_ALL = datetime.min.replace(tzinfo=timezone.utc)


def settle_visits(
    photos: Sequence[ShelfPhoto], seed: int
) -> tuple[list[ShelfPhoto], list[Problem]]:
    """Let every photo of a visit follow the first into its split.

    So a span that is added moves no photo of an earlier one, and no visit lies in two splits.

    Args:
        photos: In order of span, then as listed.
        seed: Chooses where visits go whose annotations demand nothing.

    Returns:
        The photos, whose `split_for` tells the split, and a problem for each visit whose photos
        demand different splits.
    """
    first: dict[str, ShelfPhoto] = {}
    split_visits: dict[str, Problem] = {}
    settled: list[ShelfPhoto] = []
    for photo in photos:
        earliest = first.setdefault(photo.visit, photo) if photo.visit else photo
        split = earliest.split_for(seed)
        if photo.split not in (None, split) and photo.visit not in split_visits:
            remedy = "give all photos of a visit one split"
            if photo.counts:
                remedy = "count photos of visits that nothing is trained on"
            split_visits[photo.visit] = Problem(
                str(photo.path),
                None,
                f"is in the split '{photo.split}', and '{earliest.source_id}' of the same visit "
                f"'{photo.visit}' in '{split}'",
                remedy,
            )
        settled.append(replace(photo, split=photo.split or earliest.split))
    return settled, list(split_visits.values())


def one_truth(photos: Sequence[ShelfPhoto]) -> tuple[list[ShelfPhoto], list[ShelfPhoto]]:
    """Keep one truth of each photo that several spans hold, by content.

    What a person said stands before what was imported, and boxes or a label before mere counts, so
    that no photo trained on becomes one to judge on; of two persons, or of two imports, the later
    stands. The photo stays in the store, visit and split of the first span that held it. Photos
    repeated within one span are left alone.

    Args:
        photos: In order of span, then as listed; settled.

    Returns:
        The photos that stand, in the same order, and those that another span supersedes.
    """
    standing = {photo.source_id: photo for photo in photos}
    superseded: list[ShelfPhoto] = []
    for same in _held_by_several(photos):
        winner = max(same, key=_weight)
        first = same[0]
        standing[winner.source_id] = replace(
            winner, store=first.store, visit=first.home, split=first.split
        )
        for photo in same:
            if photo.span != winner.span:
                superseded.append(standing.pop(photo.source_id))
    kept = [standing[photo.source_id] for photo in photos if photo.source_id in standing]
    return kept, superseded


def _weight(photo: ShelfPhoto) -> tuple[bool, bool, datetime, int]:
    when = photo.review.when if photo.review else _BEFORE_ALL
    return photo.review is not None, not photo.counts, when, photo.span


def _held_by_several(photos: Iterable[ShelfPhoto]) -> list[list[ShelfPhoto]]:
    """Return photos of one content, where several spans have it; only equal sizes are compared."""
    by_size: defaultdict[int, list[ShelfPhoto]] = defaultdict(list)
    for photo in photos:
        by_size[photo.path.stat().st_size].append(photo)
    compared = [photo for same in by_size.values() if _in_several_spans(same) for photo in same]
    digests = file_digests(photo.path for photo in compared)
    by_content: defaultdict[str, list[ShelfPhoto]] = defaultdict(list)
    for photo in compared:
        by_content[digests[photo.path]].append(photo)
    return [same for same in by_content.values() if _in_several_spans(same)]


def _in_several_spans(photos: Sequence[ShelfPhoto]) -> bool:
    return len({photo.span for photo in photos}) > 1

"""Photos of one visit: those that overlap become one bay."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from components.imaging.decoding import BadImage
from components.joining.levelling import levelled
from components.joining.merging import Laid, merged
from components.joining.overlap import Overlap, find_overlap
from components.joining.planes import Plane, planes_of
from components.joining.sight import Sight, look_at
from components.records.prediction import PredictionRecord, count_shown
from components.shelf.joined_bay import JoinedBay, PhotoOfBay

_NEXT = 6
"""Each photo is compared with so many that follow it: people walk along a shelf."""
_BAY = "bay"
_NAMED = 3
"""Photos that a sentence names."""


@dataclass(frozen=True)
class Joined:
    """Photos of one visit.

    Attributes:
        records: Of bays, and of photos that are in none; where the first photo of each was.
        bays: By the name of its record.
        remarks: A sentence for what is left aside.
    """

    records: tuple[PredictionRecord, ...]
    bays: Mapping[str, JoinedBay]
    remarks: tuple[str, ...]


def join_photos(
    records: Sequence[PredictionRecord], pixels_of: Callable[[str], np.ndarray]
) -> Joined:
    """Join photos that show parts of one bay.

    Args:
        records: What was found on each.
        pixels_of: Gives a photo by its name, uint8 `[H, W, 3]` RGB; raises `BadImage`.
    """
    numbers = [at for at, each in enumerate(records) if each.error is None]
    if len(numbers) < 2:
        return Joined(tuple(records), {}, ())
    sights: dict[int, Sight] = {}
    unread: dict[str, list[str]] = {}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        looks = {at: pool.submit(_look, records[at], pixels_of) for at in numbers}
        for at, look in looks.items():
            try:
                sights[at] = look.result()
            except BadImage as error:
                unread.setdefault(str(error), []).append(records[at].photo)
        seen = list(sights)
        overlaps, unclear = _overlaps([sights[at] for at in seen], pool)
    remarks = [
        f"{_list(photos)}: not compared with the other photos ({why}), so what they and others "
        "show counts twice"
        for why, photos in unread.items()
    ]
    planes = planes_of([sights[at] for at in seen], overlaps)
    groups = [{seen[at]: onto for at, onto in plane.items()} for plane in planes if len(plane) > 1]
    bays = {}
    placed: dict[int, PredictionRecord] = dict(enumerate(records))
    for number, plane in enumerate(groups, start=1):
        name = _BAY if len(groups) == 1 else f"{_BAY}-{number}"
        bays[name] = _bay(name, plane, records)
        for at in plane:
            placed.pop(at)
        placed[min(plane)] = bays[name].record
    joined = {at for plane in groups for at in plane}
    doubtful = sorted({seen[at] for pair in unclear for at in pair} - joined)
    remarks += _doubts([records[at].photo for at in doubtful])
    apart = [records[at].photo for at in seen if at not in joined and at not in doubtful]
    remarks += _aside(apart, len(seen))
    return Joined(tuple(placed[at] for at in sorted(placed)), bays, tuple(remarks))


def _look(record: PredictionRecord, pixels_of: Callable[[str], np.ndarray]) -> Sight:
    return look_at(pixels_of(record.photo), record)


def _overlaps(
    sights: Sequence[Sight], pool: Executor
) -> tuple[dict[tuple[int, int], Overlap], list[tuple[int, int]]]:
    """Return how photos lie on each other, and the pairs that may in several ways."""
    found, unclear = {}, []
    pairs = [
        (one, other)
        for one in range(len(sights))
        for other in range(one + 1, min(one + 1 + _NEXT, len(sights)))
    ]
    answers = pool.map(lambda pair: find_overlap(sights[pair[0]], sights[pair[1]]), pairs)
    for pair, overlap in zip(pairs, answers, strict=True):
        if overlap is not None and overlap.clear:
            found[pair] = overlap
        elif overlap is not None:
            unclear.append(pair)
    return found, unclear


def _bay(name: str, plane: Plane, records: Sequence[PredictionRecord]) -> JoinedBay:
    laid = [Laid(records[at], onto) for at, onto in plane.items()]
    homographies, (width, height) = levelled(laid)
    flat = [Laid(each.record, onto) for each, onto in zip(laid, homographies, strict=True)]
    flat.sort(key=lambda each: float((each.homography @ _middle(each.record))[0]))
    found = merged(flat)
    detections = tuple(each.detection for each in found)
    record = replace(
        flat[0].record,
        photo=name,
        width=width,
        height=height,
        detections=detections,
        counts=count_shown(detections),
        group_counts=None,
    )
    return JoinedBay(
        record,
        tuple(
            PhotoOfBay(each.record.photo, each.record.width, each.record.height, each.homography)
            for each in flat
        ),
        tuple((each.photo, each.number) for each in found),
        tuple(flat[each.photo].record.detections[each.number - 1].box for each in found),
    )


def _middle(record: PredictionRecord) -> np.ndarray:
    return np.array([record.width / 2, record.height / 2, 1.0])


def _doubts(photos: Sequence[str]) -> list[str]:
    if not photos:
        return []
    return [
        f"{_list(photos)}: may lie on each other in several ways, since facings repeat, so they "
        "are not joined and what they show counts twice: take them again so that the end of a row "
        "is on both"
    ]


def _aside(photos: Sequence[str], of: int) -> list[str]:
    if not photos:
        return []
    if len(photos) == of:
        return ["no photos overlap: each is a shelf of its own"]
    verb = "overlaps with no other photo" if len(photos) == 1 else "overlap with no other photo"
    each = "it is a shelf of its own" if len(photos) == 1 else "each is a shelf of its own"
    return [f"{_list(photos)}: {verb}: {each}"]


def _list(photos: Sequence[str]) -> str:
    more = len(photos) - _NAMED
    named = ", ".join(photos[:_NAMED])
    return f"{named} and {more:,} more" if more > 0 else named

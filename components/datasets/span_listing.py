"""What each span holds, in the numbers that people ask for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.records.problems import Problem
from components.records.shelf_photo import ShelfPhoto, ShelfSet
from components.records.splits import UNKNOWN_PRODUCT


@dataclass(frozen=True)
class SpanSummary:
    """One span.

    Attributes:
        span: Its number.
        folder: Where it lies.
        photos: Photos it lists that can be used.
        splits: Number of photos by split.
        boxes: Products on them.
        skus: Different SKUs, without unknown products.
        negatives: Photos of no product.
        labelled: Photos with one label and no boxes.
        counted: Photos with counts and no boxes.
        hard: Photos in which a person corrected something.
        superseded: Photos of which another span tells the standing truth.
        stores: Different stores named.
        visits: Different visits named.
        reviewers: Who corrected or confirmed photos, and how many.
        first: Day of the first review, as in 2026-05-31; empty where nobody reviewed anything.
        last: Day of the last review.
    """

    span: int
    folder: Path
    photos: int
    splits: dict[str, int]
    boxes: int
    skus: int
    negatives: int
    labelled: int
    counted: int
    hard: int
    superseded: int
    stores: int
    visits: int
    reviewers: dict[str, int]
    first: str
    last: str


def list_spans(
    shelves: Path, settings: DataSettings
) -> tuple[tuple[SpanSummary, ...], int, tuple[Problem, ...]]:
    """Read the spans of a folder.

    Args:
        shelves: As in `read_shelves`.
        settings: Which spans, and how they are read.

    Returns:
        A summary of each span; the number of labelled photos left out, for their split is not
        evaluated; and everything that is wrong.
    """
    found, problems = scan_shelves(shelves, None, settings)
    return summaries(found, settings.seed), found.left_out, tuple(problems)


def summaries(shelves: ShelfSet, seed: int) -> tuple[SpanSummary, ...]:
    """Return a summary of each span.

    Args:
        shelves: All photos.
        seed: Chooses where visits go.
    """
    standing: defaultdict[int, list[ShelfPhoto]] = defaultdict(list)
    superseded: defaultdict[int, list[ShelfPhoto]] = defaultdict(list)
    for photo in shelves.photos:
        standing[photo.span].append(photo)
    for photo in shelves.superseded:
        superseded[photo.span].append(photo)
    return tuple(
        _summary(number, folder, standing[number], superseded[number], seed)
        for number, folder in shelves.spans
    )


def _summary(
    number: int,
    folder: Path,
    standing: Sequence[ShelfPhoto],
    superseded: Sequence[ShelfPhoto],
    seed: int,
) -> SpanSummary:
    photos = [*standing, *superseded]
    reviews = [photo.review for photo in photos if photo.review]
    days = sorted(review.when.date().isoformat() for review in reviews)
    skus = {thing.sku for photo in photos for thing in photo.objects}
    skus |= {photo.label for photo in photos if photo.label}
    skus |= {sku for photo in photos for sku, count in photo.counts if count}
    return SpanSummary(
        span=number,
        folder=folder,
        photos=len(photos),
        splits=dict(Counter(photo.split_for(seed) for photo in standing)),
        boxes=sum(len(photo.objects) for photo in photos),
        skus=len(skus - {UNKNOWN_PRODUCT}),
        negatives=sum(photo.of_nothing for photo in photos),
        labelled=sum(bool(photo.label) for photo in photos),
        counted=sum(bool(photo.counts) for photo in photos),
        hard=sum(photo.hard for photo in photos),
        superseded=len(superseded),
        stores=len({photo.store for photo in photos if photo.store}),
        visits=len({photo.visit for photo in photos if photo.visit}),
        reviewers=dict(Counter(review.who for review in reviews)),
        first=days[0] if days else "",
        last=days[-1] if days else "",
    )

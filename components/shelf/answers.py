"""All that is said of the photos of one visit."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from components.planograms.planogram import Planogram
from components.records.groups import GROUP
from components.records.prediction import Box, PredictionRecord
from components.shelf.compare import PlanogramAnswer, compare
from components.shelf.counts import Count, counts_of
from components.shelf.expected import ExpectedAnswer, compare_expected
from components.shelf.facing import Shelf
from components.shelf.facings import shelf_of
from components.shelf.gaps import Gap, gaps_of
from components.shelf.joined_bay import JoinedBay
from components.shelf.places import Visit, visit_of
from components.shelf.planned_gaps import with_plan
from components.shelf.share import Products, Share, shares
from components.shelf.to_do import Task, to_do
from components.shelf.visits import VisitComparison, compare_visits

_PRICE = "price"


@dataclass(frozen=True)
class Answers:
    """All that is said.

    Attributes:
        shelves: Rows and facings of each photo that could be read.
        unread: Photos that could not, with what was wrong.
        comparison: With the planogram; None without one.
        expected: Products that must be there; empty without a list.
        shares: By brand, category and SKU.
        counts: Of products, with the range in which the truth is.
        gaps: Of photos whose pixels were at hand.
        tasks: What to do, what matters most first.
        names: Of products by SKU, as far as anybody knows.
        bays: Of shelves that several photos show together, by their names.
        since: What changed since an earlier visit; None without one.
    """

    shelves: tuple[Shelf, ...]
    unread: tuple[PredictionRecord, ...]
    comparison: PlanogramAnswer | None
    expected: tuple[ExpectedAnswer, ...]
    shares: tuple[Share, ...]
    counts: tuple[Count, ...]
    gaps: tuple[Gap, ...]
    tasks: tuple[Task, ...]
    names: Mapping[str, str]
    bays: Mapping[str, JoinedBay] = MappingProxyType({})
    since: VisitComparison | None = None

    def on_photo(
        self, shelf: str, box: Box | None, numbers: Sequence[int] = ()
    ) -> tuple[str, Box | None, tuple[int, ...]]:
        """Return a photo that shows a part of a shelf, where, and its detections there.

        Args:
            shelf: Its name: that of a photo or of a bay.
            box: Of the shelf, pixels; None where it cannot be told.
            numbers: Of detections on the shelf, from 1.
        """
        if shelf not in self.bays or box is None:
            return shelf, box, tuple(numbers)
        return self.bays[shelf].on_photo(box, numbers)


def answers_of(
    records: Sequence[PredictionRecord],
    planogram: Planogram | None,
    expected: Mapping[str, int],
    products: Products,
    bays: Mapping[str, JoinedBay] = MappingProxyType({}),
    picture_of: Callable[[str], np.ndarray | None] = lambda _: None,
    before: Sequence[Visit] = (),
) -> Answers:
    """Turn what was found on photos into answers.

    Args:
        records: One for each photo, or for each bay that several show.
        planogram: What is to stand where, if anybody says so.
        expected: By SKU, facings that there must be.
        products: Columns of the catalogue by SKU, as far as they are known.
        bays: By the names of their records.
        picture_of: Gives the pixels of a record by its name, uint8 `[H, W, 3]` RGB, for gaps to be
            looked for; None where they are not at hand.
        before: What an earlier visit showed.
    """
    alike = _alike(records, products)
    shelves = tuple(
        replace(shelf_of(record, alike), photos_wide=_photos_wide(bays.get(record.photo)))
        for record in records
        if record.error is None
    )
    comparison = None if planogram is None else compare(planogram, shelves)
    listed = compare_expected(expected, shelves)
    read = [record for record in records if record.error is None]
    gaps: list[Gap] = []
    visit: list[Visit] = []
    for record, shelf in zip(read, shelves, strict=True):
        pixels = picture_of(shelf.photo) if shelf.facings else None
        gaps += () if pixels is None else gaps_of(record, shelf, pixels)
        if before:
            visit.append(visit_of(record, shelf, pixels))
    told = with_plan(gaps, comparison)
    names = {item.sku: item.name for item in (planogram.items if planogram else ()) if item.name}
    names |= {each.sku: each.name for record in records for each in record.detections if each.name}
    names |= {sku: columns["name"] for sku, columns in products.items() if columns.get("name")}
    prices = {sku: _price(columns.get(_PRICE, "")) for sku, columns in products.items()}
    return Answers(
        shelves,
        tuple(record for record in records if record.error is not None),
        comparison,
        listed,
        shares(shelves, products),
        counts_of(shelves),
        told,
        to_do(comparison, listed, told, names, prices),
        names,
        bays,
        compare_visits(before, visit) if before else None,
    )


def _photos_wide(bay: JoinedBay | None) -> float:
    return 1.0 if bay is None else bay.photos_wide


def _alike(records: Sequence[PredictionRecord], products: Products) -> dict[str, set[str]]:
    """Return by SKU the products of its group, as answers and the catalogue say."""
    groups = {
        **{sku: columns.get(GROUP, "") for sku, columns in products.items()},
        **{each.sku: each.group for record in records for each in record.detections if each.group},
    }
    members: dict[str, set[str]] = {}
    for sku, group in groups.items():
        if group:
            members.setdefault(group, set()).add(sku)
    return {sku: members[group] - {sku} for sku, group in groups.items() if group}


def _price(written: str) -> float:
    """Return a price as catalogues write it; 0 where it is none."""
    try:
        price = float(written.replace(",", "."))
    except ValueError:
        return 0.0
    return price if math.isfinite(price) and price > 0 else 0.0

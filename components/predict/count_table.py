"""Counts as a table: one row per photo and product, for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone

from components.artifacts.product_table import NAME, Products, columns_of
from components.datasets.photo_places import Place
from components.records.prediction import PredictionRecord

Cell = str | int | float | datetime
"""What a cell holds; a SKU is a text, whatever it looks like."""

_BEFORE = ("photo", "store", "visit", "sku")
BEGINNING = ",".join(_BEFORE)
"""How the file of such a table begins."""
_AFTER = ("count", "release", "index", "threshold", "time", "error")


@dataclass(frozen=True)
class CountTable:
    """How records become rows.

    Attributes:
        products: What is known of products.
        expected: SKUs that get a row for every photo, found or not.
    """

    products: Products
    expected: Sequence[str] = ()

    @property
    def header(self) -> list[str]:
        """The names of the columns."""
        own = {*_BEFORE, *_AFTER}
        # A catalogue may have columns of the same names, such as a store of its own.
        columns = [f"product_{name}" if name in own else name for name in self._columns]
        return [*_BEFORE, *columns, *_AFTER]

    def rows(self, record: PredictionRecord, place: Place, time: datetime) -> Iterator[list[Cell]]:
        """Yield the rows of one photo: those expected, then others; at least one.

        Args:
            record: What was found.
            place: Where the photo was taken.
            time: When it was looked at.
        """
        when = time.astimezone(timezone.utc).replace(microsecond=0)
        photo: list[Cell] = [record.photo, place.store, place.visit]
        unnamed: list[Cell] = ["" for _ in self._columns]
        if record.error is not None:
            yield [*photo, "", *unnamed, "", "", "", "", when, record.error]
            return
        end: list[Cell] = [
            "" if record.origin.release is None else record.origin.release,
            record.origin.index,
            "" if record.threshold is None else record.threshold,
            when,
            "",
        ]
        skus = list(dict.fromkeys((*self.expected, *record.counts)))
        if not skus:
            yield [*photo, "", *unnamed, 0, *end]
        for sku in skus:
            known = {NAME: sku, **self.products.get(sku, {})}
            columns = [known.get(name, "") for name in self._columns]
            yield [*photo, sku, *columns, record.counts.get(sku, 0), *end]

    @property
    def _columns(self) -> list[str]:
        return columns_of(self.products)

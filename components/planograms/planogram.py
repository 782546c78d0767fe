"""What is to stand where on a shelf, whichever program said so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.records.problems import Problem

MOST_ITEMS = 20_000
"""Of one file; a large store has some hundred bays of a hundred items."""
MOST_FACINGS = 500
"""Of one item: a shelf that a photo shows has no more."""
MOST_IN_ROW, MOST_ROWS = 1_000, 100
"""Facings of a row and rows of a bay: more are several bays without names."""


@dataclass(frozen=True)
class Area:
    """Where an item stands in its bay, in the unit of its file.

    Attributes:
        x: Left edge of its first facing, from the left.
        width: Of all its facings together.
        foot: The side that it stands on, down from any zero; None where the file does not say.
        height: Likewise.
    """

    x: float
    width: float
    foot: float | None = None
    height: float | None = None


@dataclass(frozen=True)
class PlannedItem:
    """Facings of one product side by side.

    Attributes:
        bay: Name of the bay.
        row: Of the bay, from the top, from 1.
        position: In the row, from the left, from 1.
        sku: The product.
        facings: Side by side, at least 1.
        other_codes: What else the file calls the product, such as its GTIN or its name.
        area: Where it stands, where the file says so.
        line: Where in the file it stands.
        name: What people call it; empty where the file does not say.
    """

    bay: str
    row: int
    position: int
    sku: str
    facings: int = 1
    other_codes: tuple[str, ...] = ()
    area: Area | None = None
    line: int | str | None = None
    name: str = ""


@dataclass(frozen=True)
class Planogram:
    """All items of a file: bay by bay, row by row, from the left.

    Attributes:
        items: In that order.
        remarks: What is to be said of the file, if anything.
    """

    items: tuple[PlannedItem, ...]
    remarks: tuple[Problem, ...] = ()

    @property
    def bays(self) -> tuple[str, ...]:
        """Names of the bays, in order."""
        return tuple(dict.fromkeys(item.bay for item in self.items))

    def rows(self, bay: str) -> list[list[PlannedItem]]:
        """Return the rows of a bay, from the top; a row without items is not among them."""
        rows: dict[int, list[PlannedItem]] = {}
        for item in self.items:
            if item.bay == bay:
                rows.setdefault(item.row, []).append(item)
        return [rows[row] for row in sorted(rows)]


def in_order(items: Sequence[PlannedItem]) -> tuple[PlannedItem, ...]:
    """Return items bay by bay, as the bays come, each from its top left."""
    bays = {bay: at for at, bay in enumerate(dict.fromkeys(item.bay for item in items))}
    return tuple(sorted(items, key=lambda item: (bays[item.bay], item.row, item.position)))

"""What a table of counts adds up to, product by product."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from components.artifacts.product_table import NAME, SKU
from components.predict.count_table import Cell

TOTALS_HEADER = (SKU, NAME, "photos", "count")


class CountTotals:
    """Adds up rows of a `CountTable` as they come."""

    def __init__(self, header: Sequence[str]) -> None:
        """Rows will have these columns."""
        self._at = [header.index(name) for name in (SKU, NAME, "count")]
        self._photos: dict[tuple[Cell, Cell], int] = {}
        self._counts: dict[tuple[Cell, Cell], int] = {}

    def add(self, row: Sequence[Cell]) -> None:
        """Add one row; those of photos without products add nothing."""
        sku, name, count = (row[at] for at in self._at)
        if sku == "" or not isinstance(count, int):
            return
        product = sku, name
        self._photos[product] = self._photos.get(product, 0) + (count > 0)
        self._counts[product] = self._counts.get(product, 0) + count

    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """Yield SKU, name, photos that show it and its count over all photos; most first."""
        for product, count in sorted(self._counts.items(), key=lambda each: -each[1]):
            yield (*product, self._photos[product], count)

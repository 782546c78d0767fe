"""How many of each SKU stand on a photo beside how many are shown there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from components.records.splits import UNKNOWN_PRODUCT


class ProductCount(NamedTuple):
    """One SKU on one photo: how many stand there, and how many are shown."""

    sku: str
    true: int
    counted: int

    @property
    def error(self) -> int:
        """How far the count is off."""
        return abs(self.counted - self.true)


def product_counts(true: Mapping[str, int], shown: Iterable[str]) -> tuple[ProductCount, ...]:
    """Return both counts of every SKU that is listed or shown.

    Args:
        true: How many of each SKU stand there; what is not listed does not stand there.
        shown: The SKU of each shown detection.

    Products outside the catalogue are left out on both sides: nobody asks for their number.
    """
    counted = Counter(shown)
    return tuple(
        ProductCount(sku, true.get(sku, 0), counted[sku])
        for sku in sorted({*true, *counted} - {UNKNOWN_PRODUCT})
    )

"""Who has how much of a shelf."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.facing import Facing, Shelf

Products = Mapping[str, Mapping[str, str]]
"""Columns of the catalogue by SKU."""

NOT_SAID = "(not said)"
"""Of products for which the catalogue has no brand or no category."""


@dataclass(frozen=True)
class Share:
    """Part of all that stands on the photos.

    Attributes:
        by: `sku`, `brand` or `category`.
        of: Which of them; `unknown_product` for products that the recogniser cannot name.
        facings: How many.
        facing_share: Of all facings, 0 to 1.
        linear_share: Of the width that all facings take up, 0 to 1.
    """

    by: str
    of: str
    facings: int
    facing_share: float
    linear_share: float


def shares(shelves: Sequence[Shelf], products: Products) -> tuple[Share, ...]:
    """Return the shares by brand, category and SKU, the largest first.

    Widths are measured in widths of their photo, so that a large photo counts no more than a small
    one. A pack that stands on another product takes no width of its own.

    Args:
        shelves: The photos.
        products: Columns of the catalogue by SKU; without brands there are no shares of them.
    """
    found = [(facing, _width(shelf, facing)) for shelf in shelves for facing in shelf.facings]
    columns = dict.fromkeys(name for known in products.values() for name in known)
    answer: list[Share] = []
    for by in ("brand", "category"):
        if by in columns:
            answer += _by(by, found, _column(products, by))
    return (*answer, *_by("sku", found, str))


def _column(products: Products, by: str) -> Callable[[str], str]:
    def of(sku: str) -> str:
        return products.get(sku, {}).get(by) or NOT_SAID

    return of


def _by(by: str, found: Iterable[tuple[Facing, float]], key: Callable[[str], str]) -> list[Share]:
    counts: dict[str, int] = {}
    widths: dict[str, float] = {}
    for facing, width in found:
        of = UNKNOWN_PRODUCT if facing.unknown else key(facing.sku)
        counts[of] = counts.get(of, 0) + 1
        widths[of] = widths.get(of, 0.0) + width
    all_facings, all_width = sum(counts.values()), sum(widths.values())
    parts = [
        Share(by, of, count, count / all_facings, widths[of] / all_width if all_width else 0.0)
        for of, count in counts.items()
    ]
    return sorted(parts, key=lambda part: (-part.linear_share, -part.facings, part.of))


def _width(shelf: Shelf, facing: Facing) -> float:
    return 0.0 if facing.raised else shelf.photos_wide * facing.width / shelf.width

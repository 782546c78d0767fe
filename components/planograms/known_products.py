"""Products of a planogram as the catalogue calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from components.datasets.nearest_name import nearest
from components.planograms.planogram import PlannedItem, Planogram
from components.records.problems import Problem

Codes = Mapping[str, str]
"""By every code that a product may have in a planogram (SKU, GTIN, name): its SKU."""


def as_known(planogram: Planogram, codes: Codes) -> tuple[Planogram, tuple[PlannedItem, ...]]:
    """Return a planogram with the SKUs that its codes mean, and the items that mean none.

    Zeros before a code do not matter.
    """
    items, strange = [], []
    for item in planogram.items:
        written = (item.sku, *item.other_codes)
        known = (codes[key] for code in written for key in (code, code.lstrip("0")) if key in codes)
        sku = next(known, None)
        items.append(item if sku is None else replace(item, sku=sku))
        if sku is None:
            strange.append(item)
    return replace(planogram, items=tuple(items)), tuple(strange)


def not_in_catalogue(
    file: str, skus: Sequence[tuple[int | str | None, str]], codes: Codes
) -> list[Problem]:
    """Return a remark for each SKU, given with its line, that no catalogue knows."""
    known = sorted(set(codes.values()))
    return [
        Problem(
            file,
            line,
            f"SKU '{sku}' is not in the catalogue, so that nothing could find it",
            f"{nearest(sku, known)}correct it, or add the product",
        )
        for line, sku in skus
    ]

"""Entries of an `annotations.json` in COCO form, as OneShelf writes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def box_entry(
    number: int,
    image: int,
    category: int,
    box: Sequence[float],
    crowd: bool = False,
    attributes: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the annotation of one box.

    Args:
        number: Of the annotation.
        image: Number of its image.
        category: Number of its SKU.
        box: Edges xmin, ymin, xmax, ymax in pixels, to hundredths.
        crowd: Whether it covers a group that nobody separated.
        attributes: Further facts; none are written where there are none.
    """
    left, top, right, bottom = box
    width, height = round(right - left, 2), round(bottom - top, 2)
    entry: dict[str, Any] = {
        "id": number,
        "image_id": image,
        "category_id": category,
        "bbox": [left, top, width, height],
        "area": round(width * height, 2),
        "iscrowd": int(crowd),
    }
    return {**entry, "attributes": dict(attributes)} if attributes else entry


def category_entries(categories: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the categories, given the number of each SKU."""
    return [{"id": number, "name": sku} for sku, number in categories.items()]

"""The annotations of the generated data set, as COCO has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from components.datasets.coco_writing import box_entry, category_entries
from components.embedded_data.draw_photos import DrawnPhoto
from components.embedded_data.photo_plan import PlannedPhoto
from components.records.splits import UNKNOWN_PRODUCT


def coco_document(
    photos: Sequence[PlannedPhoto],
    drawn: Sequence[DrawnPhoto],
    skus: Sequence[str],
    size: tuple[int, int],
) -> dict[str, Any]:
    """Return the content of an annotations.json.

    Args:
        photos: All photos.
        drawn: What is on each of them.
        skus: Of the catalogue.
        size: Width and height of every photo in pixels.
    """
    category = {sku: number for number, sku in enumerate([*skus, UNKNOWN_PRODUCT], start=1)}
    images = [_image(photo, size) for photo in photos]
    annotations: list[dict[str, Any]] = []
    for photo, what in zip(photos, drawn, strict=True):
        for box, sku, hidden, difficult in zip(*what, strict=True):
            number = len(annotations) + 1
            attributes = {"occlusion": hidden, "difficult": int(difficult)}
            annotations.append(
                box_entry(number, photo.number, category[sku], box, attributes=attributes)
            )
    return {
        "images": images,
        "annotations": annotations,
        "categories": category_entries(category),
    }


def _image(photo: PlannedPhoto, size: tuple[int, int]) -> dict[str, Any]:
    return {
        "id": photo.number,
        "file_name": photo.file_name,
        "width": size[0],
        "height": size[1],
        "attributes": {
            "store": photo.store,
            "visit": f"visit-{photo.visit:03d}",
            "split": photo.split,
        },
    }

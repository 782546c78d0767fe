"""The annotations of the generated data set, as COCO has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
            width, height = round(box[2] - box[0], 2), round(box[3] - box[1], 2)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": photo.number,
                    "category_id": category[sku],
                    "bbox": [box[0], box[1], width, height],
                    "area": round(width * height, 2),
                    "iscrowd": 0,
                    "attributes": {"occlusion": hidden, "difficult": int(difficult)},
                }
            )
    categories = [{"id": number, "name": sku} for sku, number in category.items()]
    return {"images": images, "annotations": annotations, "categories": categories}


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

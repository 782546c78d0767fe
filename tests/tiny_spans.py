"""Spans for tests: photos of `tiny_data`'s products, with whatever annotations a test wants."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image
from tiny_data import HEIGHT, SKUS, WIDTH, draw_shelf

BOX = (10.0, 12.0, 70.0, 108.0)
OTHER_BOX = (80.0, 12.0, 140.0, 108.0)


@dataclass(frozen=True)
class Photo:
    """One photo of a span: `content` says which picture it is, two of one number are one photo."""

    name: str
    content: int
    objects: Sequence[tuple[str, Sequence[float]]] = ((SKUS[0], BOX),)
    attributes: dict[str, Any] = field(default_factory=dict)
    hard: bool = False


def picture(content: int) -> bytes:
    """A JPEG of two cartons, another one for every number."""
    buffer = io.BytesIO()
    Image.fromarray(draw_shelf(content, [content % 6, (content + 1) % 6])).save(buffer, "JPEG")
    return buffer.getvalue()


def write_span(shelves: Path, number: int, photos: Sequence[Photo]) -> Path:
    """Write the folder `span-<number>`, and return it."""
    span = shelves / f"span-{number}"
    span.mkdir(parents=True)
    categories = {sku: place for place, sku in enumerate([*SKUS, "unknown_product"], start=1)}
    images, annotations = [], []
    for place, photo in enumerate(photos, start=1):
        (span / photo.name).write_bytes(picture(photo.content))
        images.append(
            {
                "id": place,
                "file_name": photo.name,
                "width": WIDTH,
                "height": HEIGHT,
                "attributes": photo.attributes,
            }
        )
        for sku, (left, top, right, bottom) in photo.objects:
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": place,
                    "category_id": categories[sku],
                    "bbox": [left, top, right - left, bottom - top],
                    "attributes": {"hard": int(photo.hard)},
                }
            )
    document = {
        "images": images,
        "annotations": annotations,
        "categories": [{"id": place, "name": sku} for sku, place in categories.items()],
    }
    (span / "annotations.json").write_text(json.dumps(document))
    return span


def reviewed(when: str, verdict: str = "corrected", who: str = "ann") -> dict[str, str]:
    """Attributes of a photo whose truth a person gave."""
    return {"who": who, "when": when, "release": "3", "verdict": verdict}

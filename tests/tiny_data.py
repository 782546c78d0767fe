"""A small catalogue and a few shelf photos, right in every way, for tests to use or to spoil."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

WIDTH, HEIGHT = 160, 120
SKUS = tuple(f"milk-{number}" for number in range(6))


class TinyData:
    """Six products, and nine photos in one span: three for each split, one of them a negative.

    Attributes:
        root: The data folder.
        rows: Lines of products.csv, the header first.
        document: The COCO document of span-1.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows = ["sku,name,category,image"]
        self.document: dict[str, Any] = {"images": [], "annotations": [], "categories": []}
        (root / "packshots").mkdir(parents=True)
        self.span.mkdir(parents=True)
        for number, sku in enumerate(SKUS):
            Image.fromarray(draw_packshot(number)).save(root / f"packshots/{sku}.png")
            self.rows.append(f"{sku},Milk {number},dairy,packshots/{sku}.png")
            self.document["categories"].append({"id": number + 1, "name": sku})
        self.document["categories"].append({"id": 99, "name": "unknown_product"})
        for number in range(9):
            self._add_photo(number)
        self.save()

    @property
    def products_csv(self) -> Path:
        return self.root / "products.csv"

    @property
    def shelves(self) -> Path:
        return self.root / "shelves"

    @property
    def span(self) -> Path:
        return self.shelves / "span-1"

    def save(self) -> None:
        self.products_csv.write_text("\n".join(self.rows) + "\n")
        (self.span / "annotations.json").write_text(json.dumps(self.document))

    def _add_photo(self, number: int) -> None:
        split = ("train", "eval", "test")[number // 3]
        negative = number % 3 == 2
        shown = [] if negative else [number % len(SKUS), (number + 1) % len(SKUS)]
        name = f"photo-{number}.jpg"
        Image.fromarray(draw_shelf(number, shown)).save(self.span / name, quality=95)
        self.document["images"].append(
            {
                "id": number,
                "file_name": name,
                "width": WIDTH,
                "height": HEIGHT,
                "attributes": {"store": "s1", "visit": f"v{number}", "split": split},
            }
        )
        for place, product in enumerate(shown):
            self.document["annotations"].append(
                {
                    "id": 100 + 2 * number + place,
                    "image_id": number,
                    "category_id": product + 1,
                    "bbox": [10 + 70 * place, 12, 60, 96],
                    "iscrowd": 0,
                    "attributes": {"occlusion": 0.25 * place, "difficult": 0, "hard": place},
                }
            )


def draw_packshot(number: int) -> np.ndarray:
    """A striped carton on white, uint8 [96, 72, 3]."""
    colours = np.random.default_rng(number).integers(0, 200, (3, 3))
    picture = np.full((96, 72, 3), 255, np.uint8)
    picture[8:88, 12:60] = colours[0]
    picture[24:48, 16:56] = colours[1]
    picture[56:72, 20:52] = colours[2]
    return picture


def draw_shelf(seed: int, shown: list[int]) -> np.ndarray:
    """Cartons side by side on a grey board, uint8 [120, 160, 3]; boxes as `TinyData` has them."""
    picture = np.random.default_rng(seed).integers(90, 130, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    for place, number in enumerate(shown):
        carton = Image.fromarray(draw_packshot(number)[8:88, 12:60]).resize((60, 96))
        picture[12:108, 10 + 70 * place : 70 + 70 * place] = np.asarray(carton)
    return picture

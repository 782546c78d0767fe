"""Writes tiny data sets in others' formats, and reads back what became of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from components.datasets.read_catalog import read_catalog
from components.datasets.read_shelves import read_shelves
from components.datasets.settings import DataSettings
from components.importers.import_data import import_data
from components.records.problems import InputError

WIDTH, HEIGHT = 64, 48


def picture(path: Path, size=(WIDTH, HEIGHT), orientation=None) -> Path:
    """Write a flat picture; its colour comes from its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = Image.new("RGB", size, (sum(path.name.encode()) % 256, 90, 120))
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    image.save(path, exif=exif)
    return path


def table(path: Path, *rows) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


class Coco:
    """A COCO folder: two photos with boxes of two products, and a negative."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("a.jpg", "b.jpg", "none.jpg"):
            picture(root / "images" / name)
        self.document = {
            "images": [
                {
                    "id": 1,
                    "file_name": "a.jpg",
                    "width": WIDTH,
                    "height": HEIGHT,
                    "attributes": {"store": "s1", "visit": "v1", "split": "train"},
                },
                {"id": 2, "file_name": "b.jpg", "attributes": {"split": "val"}},
                {"id": 3, "file_name": "none.jpg", "attributes": {"split": "test"}},
            ],
            "annotations": [
                {
                    "id": 10,
                    "image_id": 1,
                    "category_id": 1,
                    "bbox": [4, 5, 20.25, 30],
                    "iscrowd": 1,
                    "attributes": {"occlusion": 0.5, "difficult": True, "hard": 1},
                },
                {"id": 11, "image_id": 1, "category_id": 2, "bbox": [30, 5, 10, 10]},
                {"id": 12, "image_id": 2, "category_id": 1, "bbox": [50, 40, 30, 30]},
            ],
            "categories": [
                {"id": 1, "name": "tea/green"},
                {"id": 2, "name": "unknown_product"},
            ],
        }

    @property
    def annotations(self) -> Path:
        return self.root / "annotations" / "instances.json"

    def save(self) -> Path:
        self.annotations.parent.mkdir(exist_ok=True)
        self.annotations.write_text(json.dumps(self.document))
        return self.root

    def add_catalog(self, *skus: str) -> None:
        rows = [["sku", "name", "category", "image", "gtin"]]
        for number, sku in enumerate(skus):
            picture(self.root / f"packs/{number}.png")
            rows.append([sku, f"Name of {sku}", "drinks", f"packs/{number}.png", f"40{number}"])
        table(self.root / "products.csv", *rows)


class Os2d:
    """Two classes and one that no row names; two photos, the larger of two sizes."""

    header = (
        "",
        "imageid",
        "imagefilename",
        "classid",
        "classfilename",
        "gtbboxid",
        "difficult",
        "lx",
        "ty",
        "rx",
        "by",
        "split",
    )

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("7", "8", "9"):
            picture(root / f"classes/images/{name}.jpg", (40, 40))
        for name in ("1", "2"):
            picture(root / f"src/32/{name}.jpg", (32, 24))
            picture(root / f"src/64/{name}.jpg")
        self.rows = [
            [0, 1, "1.jpg", 7, "7.jpg", 0, 0, 0.25, 0.25, 0.5, 0.75, "train"],
            [1, 1, "1.jpg", 8, "8.jpg", 1, 1, 0.5, 0, 1, 1, "train"],
            [2, 2, "2.jpg", 7, "7.jpg", 2, 0, 0.1, 0.1, 0.3, 0.3, "val-old-cl"],
            [3, 2, "2.jpg", 8, "8.jpg", 3, 0, 0.6, 0.6, 0.9, 0.9, "val-new-cl"],
        ]

    def save(self) -> Path:
        table(self.root / "classes/grozi.csv", self.header, *self.rows)
        return self.root


class Sku110k:
    """Three photos, one for each split."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows = {
            split: [[f"{split}_0.jpg", 4, 5, 24, 35, "object", WIDTH, HEIGHT]]
            for split in ("train", "val", "test")
        }
        self.rows["train"].append(["train_0.jpg", 30, 5, 44, 35, "object", WIDTH, HEIGHT])
        for split in self.rows:
            picture(root / f"images/{split}_0.jpg")

    def save(self) -> Path:
        for split, rows in self.rows.items():
            table(self.root / f"annotations/annotations_{split}.csv", *rows)
        return self.root


class GroceryStore:
    """Two classes; photos in the folders of their splits."""

    header = (
        "Class Name (str)",
        "Class ID (int)",
        "Coarse Class Name (str)",
        "Coarse Class ID (int)",
        "Iconic Image Path (str)",
        "Product Description Path (str)",
    )

    def __init__(self, root: Path) -> None:
        self.root = root
        self.data = root / "dataset"
        self.classes = []
        for number, name in enumerate(("Royal-Gala", "Oat-Milk")):
            icon = f"iconic-images-and-descriptions/{name}/{name}_Iconic.jpg"
            picture(self.data / icon)
            self.classes.append([name, number, "Food", 0, f"/{icon}", f"/{name}.txt"])
        self.lists = {}
        for split in ("train", "val", "test"):
            name = f"{split}/Fruit/Royal-Gala/Royal-Gala_001.jpg"
            picture(self.data / name)
            self.lists[split] = [f"{name}, 0, 0"]

    def save(self) -> Path:
        table(self.data / "classes.csv", self.header, *self.classes)
        for split, lines in self.lists.items():
            (self.data / f"{split}.txt").write_text("\n".join(lines) + "\n")
        return self.root


def catalog_of(out: Path):
    return read_catalog(out / "products.csv")


def shelves_of(out: Path, photo_split="val"):
    """The photos by name, read as a run reads them; unlisted only those of other splits."""
    skus = {row.sku for row in catalog_of(out)} if (out / "products.csv").exists() else None
    if skus is None:
        document = json.loads((out / "shelves/span-1/annotations.json").read_text())
        skus = {category["name"] for category in document["categories"]}
    shelves = read_shelves(out / "shelves", skus, DataSettings(photo_split=photo_split))
    assert shelves.skipped == 0
    return {photo.name: photo for photo in shelves.photos}


def problems_of(format: str, source: Path, out: Path) -> list[str]:
    """The sentences of an import that succeeds, paths cut to what lies in the source."""
    return _cut(map(str, import_data(format, source, out).problems), source)


def refusal_of(format: str, source: Path, out: Path) -> list[str]:
    """The sentences of an import that is refused; nothing may be left behind."""
    with pytest.raises(InputError) as caught:
        import_data(format, source, out)
    assert not out.exists() or not any(out.iterdir())
    assert not list(out.parent.glob(".*growing*"))
    return _cut(str(caught.value).splitlines(), source)


def _cut(lines, source: Path) -> list[str]:
    return [line.replace(f"{source}/", "").replace(str(source), "SRC") for line in lines]


def noise(path: Path) -> Path:
    """Write a picture that does not compress, to cut it off."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return path

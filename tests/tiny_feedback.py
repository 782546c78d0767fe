"""A folder of photos, a folder of spans, and a feedback file for tests to use or to spoil."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tiny_data import SKUS
from tiny_spans import BOX, picture

from components.datasets.settings import DataSettings
from components.feedback.add_feedback import FeedbackReport, add_feedback

WHEN = "2026-05-01T10:00:00Z"
SETTINGS = DataSettings(max_photo_pixels=1_000_000, max_photo_bytes=500_000)


def line(photo: str = "a.jpg", when: str = WHEN, **changes: Any) -> dict[str, Any]:
    """A line that is right in every way."""
    said = {
        "photo": photo,
        "release": 3,
        "who": "ann",
        "when": when,
        "objects": [{"box": list(BOX), "sku": SKUS[0]}],
        "verdict": "corrected",
    }
    return {**said, **changes}


class Shop:
    """Photos a.jpg, b.jpg and c.jpg beside a feedback file; spans in `shelves`; a catalogue."""

    def __init__(self, root: Path) -> None:
        self.file = root / "photos" / "feedback.jsonl"
        self.photos = root / "photos"
        self.shelves = root / "shelves"
        self.catalog = root / "products.csv"
        self.photos.mkdir(parents=True)
        self.shelves.mkdir()
        for number, name in enumerate("abc", start=101):
            (self.photos / f"{name}.jpg").write_bytes(picture(number))
        rows = [f"{sku},Milk,dairy,{sku}.png" for sku in SKUS]
        self.catalog.write_text("\n".join(["sku,name,category,image", *rows]))

    def say(self, *lines: Any) -> Shop:
        """Write the feedback file: objects as JSON, text as it is."""
        texts = [each if isinstance(each, str) else json.dumps(each) for each in lines]
        self.file.write_text("\n".join(texts) + "\n")
        return self

    def add(self, **options: Any) -> FeedbackReport:
        return add_feedback(
            self.file, self.shelves, self.catalog, **{"settings": SETTINGS, **options}
        )

"""What checking data costs beside decoding its photos, which nothing that looks at them can avoid.

Both run in one process, one photo at a time. The photos are blotches of 960 x 1280 pixels, with two
boxes each: what they show does not decide how long it takes.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from tables import Figure

from components.data_check.check_folder import check_data
from components.data_check.settings import CheckSettings
from components.imaging.decoding import ImageLimits, decode_photo

HEIGHT, WIDTH = 960, 1280


def measure(photos: int) -> list[Figure]:
    """Time the check of so many photos."""
    with tempfile.TemporaryDirectory() as folder:
        products, shelves = _write(Path(folder), photos)
        # Once before it counts: then both read from memory, not from the disk.
        decoding = min(_decode(shelves) for _ in range(2))
        began = time.perf_counter()
        report = check_data(products, shelves, CheckSettings(workers=1), lambda done, total: None)
        checking = time.perf_counter() - began
    if report.failed or report.counts.photos != photos:
        raise RuntimeError(f"not what was to be measured: {report}")
    note = f"{photos / checking:.0f} ÷ {photos / decoding:.0f} photos/s"
    what = f"photos/s: data check ÷ bare decode, {photos:,} photos"
    return [Figure(what, decoding / checking, ">= 0.5", ">= 0.8", note=note)]


def _decode(shelves: Path) -> float:
    began = time.perf_counter()
    for photo in shelves.rglob("*.jpg"):
        decode_photo(photo.read_bytes(), ImageLimits())
    return time.perf_counter() - began


def _write(root: Path, photos: int) -> tuple[Path, Path]:
    """Write a catalogue of two products and one span."""
    span = root / "shelves" / "span-1"
    span.mkdir(parents=True)
    lines = ["sku,name,category,image"]
    for sku in ("a", "b"):
        packshot = np.full((300, 200, 3), 255, np.uint8)
        packshot[20:-20, 20:-20] = _blotches(ord(sku), 260, 160)
        cv2.imwrite(str(root / f"{sku}.png"), packshot)
        lines.append(f"{sku},{sku},,{sku}.png")
    (root / "products.csv").write_text("\n".join(lines) + "\n")
    boxes = ([100, 100, 200, 300], [600, 100, 200, 300])
    document = {
        "images": [
            {"id": number, "file_name": f"{number}.jpg", "attributes": {"split": "test"}}
            for number in range(photos)
        ],
        "annotations": [
            {"id": 2 * number + at, "image_id": number, "category_id": at, "bbox": box}
            for number in range(photos)
            for at, box in enumerate(boxes)
        ],
        "categories": [{"id": 0, "name": "a"}, {"id": 1, "name": "b"}],
    }
    (span / "annotations.json").write_text(json.dumps(document))
    for number in range(photos):
        cv2.imwrite(str(span / f"{number}.jpg"), _blotches(1000 + number, HEIGHT, WIDTH))
    return root / "products.csv", root / "shelves"


def _blotches(seed: int, height: int, width: int) -> np.ndarray:
    coarse = np.random.default_rng(seed).integers(0, 256, (24, 32, 3), dtype=np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)

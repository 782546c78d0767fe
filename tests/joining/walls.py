"""Shelves drawn on paper, of which photos are cut: the truth is where they were cut."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from components.records.prediction import Detection, PredictionRecord, count_shown

PACK, ROW = 60, 150
"""Width of a pack and distance of boards, pixels."""
HEIGHT = 600


def wall(
    packs: int, tags: bool, rows: Sequence[Sequence[str]] = ()
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Return a wall of packs without a difference, their boxes and SKUs.

    Args:
        packs: In each row, if `rows` does not say.
        tags: Whether each pack has a price of its own below it.
        rows: SKUs of each row; packs of one SKU look the same.
    """
    rows = rows or [["A"] * packs] * 4
    rng = np.random.default_rng(7)
    looks: dict[str, np.ndarray] = {}
    for sku in sorted({sku for row in rows for sku in row}):
        coarse = rng.integers(30, 230, (12, 6, 3)).astype(np.uint8)
        looks[sku] = cv2.resize(coarse, (PACK, 110), interpolation=cv2.INTER_CUBIC)
    width = 80 + max(map(len, rows)) * PACK + 80
    picture = np.full((HEIGHT, width, 3), 90, np.uint8)
    boxes, skus = [], []
    for number, row in enumerate(rows):
        board = 130 + number * ROW
        picture[board : board + 18] = 160
        for at, sku in enumerate(row):
            x = 80 + at * PACK
            picture[board - 110 : board, x : x + PACK] = looks[sku]
            boxes.append([x, board - 110, x + PACK, board])
            skus.append(sku)
            if tags:
                price = f"{rng.integers(100, 999)}"
                cv2.putText(picture, price, (x, board + 15), 0, 0.6, (0, 0, 0), 2)
    return picture, np.array(boxes, float), skus


def cut(
    picture: np.ndarray, boxes: np.ndarray, skus: Sequence[str], left: int, right: int, name: str
) -> tuple[np.ndarray, PredictionRecord]:
    """Return a photo of a part of a wall, and what a recogniser that is always right says."""
    detections = []
    for box, sku in zip(boxes, skus, strict=True):
        x0, x1 = max(box[0], left), min(box[2], right)
        if x1 - x0 > PACK * 0.2:
            there = (float(x0 - left), float(box[1]), float(x1 - left), float(box[3]))
            detections.append(Detection(sku, there, 0.9, shown=True))
    found = tuple(detections)
    record = PredictionRecord(name, right - left, HEIGHT, found, count_shown(found))
    return picture[:, left:right].copy(), record

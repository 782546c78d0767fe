"""Shelves as drawn on paper, and as a phone sees them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.records.prediction import Detection, PredictionRecord

SIZE = (1200.0, 900.0)
TOP_BOARD, ROW_HEIGHT = 200.0, 210.0


def standing(*rows: Sequence[float], width: float = 70.0) -> tuple[np.ndarray, np.ndarray]:
    """Return boxes and rows of packs side by side, given the heights of each row's packs."""
    boxes, numbers = [], []
    for number, heights in enumerate(rows):
        board = TOP_BOARD + number * ROW_HEIGHT
        for place, height in enumerate(heights):
            x = 60.0 + place * (width + 8)
            boxes.append([x, board - height, x + width, board])
            numbers.append(number)
    return np.array(boxes), np.array(numbers)


def seen(
    boxes: np.ndarray, tilt: float = 0.0, aside: float = 0.0, above: float = 0.0, lens: float = 0.0
) -> np.ndarray:
    """Return boxes as a phone sees them: hulls of what it does to their corners.

    Args:
        boxes: float `[n, 4]`, pixels of a paper as large as the photo.
        tilt: Degrees that the phone is rolled.
        aside: How much smaller the right end is than the left.
        above: How much smaller the foot is than the top.
        lens: How much a barrel lens bends lines.
    """
    corners = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 2)
    middle = np.array(SIZE) / 2
    away = (corners - middle) / middle
    away = away / (1 + aside * away[:, :1] + above * away[:, 1:])
    away = away * (1 - lens * (away**2).sum(axis=1, keepdims=True))
    angle = np.radians(tilt)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points = (away * middle @ turn.T + middle).reshape(-1, 4, 2)
    return np.concatenate([points.min(axis=1), points.max(axis=1)], axis=1)


def record(boxes: np.ndarray, skus: Sequence[str], **known: object) -> PredictionRecord:
    """Return what a recogniser that is always right says."""
    detections = tuple(
        Detection(sku, tuple(box), 0.9, shown=True)  # type: ignore[arg-type]
        for box, sku in zip(boxes.tolist(), skus, strict=True)
    )
    given = {"photo": "bay.jpg", "width": int(SIZE[0]), "height": int(SIZE[1]), **known}
    return PredictionRecord(detections=detections, **given)  # type: ignore[arg-type]


def shelf_record(*rows: str, **known: object) -> PredictionRecord:
    """Return the record of a shelf, a letter for each pack; a space is an empty place."""
    boxes, skus = [], []
    for number, letters in enumerate(rows):
        board = TOP_BOARD + number * ROW_HEIGHT
        for place, letter in enumerate(letters):
            if letter != " ":
                x = 60.0 + place * 78
                boxes.append([x, board - 150, x + 70, board])
                skus.append("unknown_product" if letter == "?" else letter)
    return record(np.array(boxes), skus, **known)

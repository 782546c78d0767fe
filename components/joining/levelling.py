"""A plane turned so that boards are level on it, as if it were photographed from the front."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.joining.merging import Laid, merged
from components.joining.planes import lies_well
from components.records.moved_boxes import moved_boxes
from components.shelf.board_slope import find_board_slope

_FEWEST = 8
"""Products that say how boards run."""


def levelled(photos: Sequence[Laid]) -> tuple[list[np.ndarray], tuple[int, int]]:
    """Return the photos' homographies onto the level plane, `[3, 3]`, and its width and height.

    All of every photo lies on it.
    """
    flat, size = _moved_in([photo.homography for photo in photos], photos)
    laid = [Laid(each.record, onto) for each, onto in zip(photos, flat, strict=True)]
    shown = np.array([each.detection.box for each in merged(laid) if each.detection.shown])
    if len(shown) < _FEWEST:
        return flat, size
    level = _level(shown, size)
    turned = [level @ onto for onto in flat]
    sizes = [(photo.record.width, photo.record.height) for photo in photos]
    if not all(map(lies_well, turned, sizes)):  # a wide bay, from photos taken at odd angles
        return flat, size
    return _moved_in(turned, photos)


def _level(boxes: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return the homography that makes boards level and the shelf face the camera.

    Boards that meet far to one side say that the camera was turned aside: the solution of
    `BoardSlope.heights`, with what is further away made as much wider as it is made higher.
    """
    found = find_board_slope(boxes, size)
    middle, grows = found.middle, found.spread / found.height
    around = np.array([[1, 0, -middle[0]], [0, 1, -middle[1]], [0, 0, 1.0]])
    turn = np.array([[1, found.slope, 0], [-found.slope, 1, 0], [grows, 0, 1.0]])
    return np.asarray(np.linalg.inv(around) @ turn @ around)


def _moved_in(
    homographies: Sequence[np.ndarray], photos: Sequence[Laid]
) -> tuple[list[np.ndarray], tuple[int, int]]:
    """Shift homographies so that all photos lie right and below of (0, 0)."""
    frames = np.concatenate(
        [
            moved_boxes(onto, photo.frame[None])
            for onto, photo in zip(homographies, photos, strict=True)
        ]
    )
    low, high = frames[:, :2].min(axis=0), frames[:, 2:].max(axis=0)
    shift = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1.0]])
    width, height = np.ceil(high - low).astype(int).tolist()
    return [shift @ onto for onto in homographies], (max(width, 1), max(height, 1))

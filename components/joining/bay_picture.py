"""One picture of a bay, out of the photos of it."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from components.imaging.decoding import BadImage
from components.shelf.joined_bay import JoinedBay

_LONGEST = 4000
"""Longer side of the picture, pixels."""
_MOST_PIXELS = 8_000_000
_SEAM = 4
"""Exponent of how much more of a photo is seen near its middle: photos blend along a seam only."""


def bay_picture(bay: JoinedBay, pixels_of: Callable[[str], np.ndarray]) -> np.ndarray:
    """Return the picture, uint8 `[h, w, 3]` RGB: as much smaller than the bay as it has to be.

    Args:
        bay: The bay.
        pixels_of: Gives a photo by its name, uint8 `[H, W, 3]` RGB; raises `BadImage`.

    Raises:
        BadImage: No photo of it can be read.
    """
    wide, high = bay.record.width, bay.record.height
    scale = min(1.0, _LONGEST / max(wide, high), (_MOST_PIXELS / (wide * high)) ** 0.5)
    size = max(round(wide * scale), 1), max(round(high * scale), 1)
    total: np.ndarray = np.zeros((size[1], size[0], 3), np.float32)
    weights: np.ndarray = np.full((size[1], size[0]), 1e-12, np.float32)
    fault: BadImage | None = None
    for photo in bay.photos:
        try:
            pixels = pixels_of(photo.photo)
        except BadImage as error:
            fault = error
            continue
        height, width = pixels.shape[:2]
        onto = photo.onto_bay @ np.diag([photo.width / width, photo.height / height, 1])
        onto = np.diag([size[0] / wide, size[1] / high, 1]) @ onto
        weight = cv2.warpPerspective(_weight(width, height), onto, size)
        total += cv2.warpPerspective(pixels, onto, size) * weight[..., None]
        weights += weight
    if fault is not None and not (weights > 1e-6).any():
        raise fault
    return np.asarray(np.clip(total / weights[..., None], 0, 255).astype(np.uint8))


def _weight(width: int, height: int) -> np.ndarray:
    """Return how much a photo counts, float32 `[height, width]`: 1 in its middle, 0 at its edge."""
    across = 1 - np.abs(np.linspace(-1, 1, width, dtype=np.float32))
    down = 1 - np.abs(np.linspace(-1, 1, height, dtype=np.float32))
    return np.asarray(np.minimum(across[None], down[:, None] * 2).clip(0.03, 1) ** _SEAM)

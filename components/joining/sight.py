"""What is looked at of a photo to find where it overlaps with others."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from components.records.prediction import PredictionRecord

_LONGEST = 1000
"""Longer side of what corners are looked for in, pixels."""
_COMPARED = 480
"""Longer side of what is compared pixel by pixel."""
_MOST_CORNERS = 2500
_FAINTEST = 0.02
"""Contrast of corners that are still used; shelves are dark in the depth."""
_SMOOTH = 1.0
"""Standard deviation of the blur that takes grain off before pixels are compared."""


@dataclass(frozen=True, eq=False)
class Sight:
    """A photo as it is compared with others. Lengths are pixels of the photo itself.

    Attributes:
        size: Width and height of the photo.
        corners: float32 `[n, 2]` x and y.
        looks: float32 `[n, 128]`: what each corner looks like, of length 1.
        grey: uint8 `[h, w]`, small.
        scale: Pixels of `grey` for each of the photo.
        boxes: float `[d, 4]` of the products shown.
        skus: Of each.
    """

    size: tuple[int, int]
    corners: np.ndarray
    looks: np.ndarray
    grey: np.ndarray
    scale: float
    boxes: np.ndarray
    skus: tuple[str, ...]


def look_at(pixels: np.ndarray, record: PredictionRecord) -> Sight:
    """Return what is needed of a photo.

    Args:
        pixels: uint8 `[H, W, 3]` RGB; of large photos fewer than the photo has.
        record: What was found on it, in pixels of the photo itself.
    """
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    larger = _shrunk(grey, _LONGEST)
    sift = cv2.SIFT.create(_MOST_CORNERS, contrastThreshold=_FAINTEST)
    found = sift.detect(larger)[:_MOST_CORNERS]
    looks: np.ndarray = np.zeros((0, 128), np.float32)
    if found:
        found, looks = sift.compute(larger, found)
    # Square roots of shares: distances between them are those of histograms (RootSIFT).
    looks = np.sqrt(looks / np.maximum(looks.sum(axis=1, keepdims=True), 1e-6))
    corners = np.array([each.pt for each in found], np.float32).reshape(-1, 2)
    small = cv2.GaussianBlur(_shrunk(larger, _COMPARED), (0, 0), _SMOOTH)
    shown = [each for each in record.detections if each.shown is not False]
    return Sight(
        (record.width, record.height),
        corners * np.float32(record.width / larger.shape[1]),
        looks.astype(np.float32),
        small,
        small.shape[1] / record.width,
        np.array([each.box for each in shown], float).reshape(-1, 4),
        tuple(each.sku for each in shown),
    )


def _shrunk(picture: np.ndarray, longest: int) -> np.ndarray:
    height, width = picture.shape[:2]
    factor = min(1.0, longest / max(height, width))
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))

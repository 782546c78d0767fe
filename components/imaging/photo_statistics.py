"""Numbers that say what a photo looks like, so that validation and drift see something real."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

_LONG_SIDE = 512  # a fixed scale: otherwise sharpness would mostly measure resolution


class PhotoStatistics(NamedTuple):
    """Brightness, contrast and sharpness of one photo.

    Attributes:
        brightness: Mean luma, 0 (black) to 1 (white).
        contrast: Standard deviation of luma, 0 to 0.5.
        sharpness: Variance of the Laplacian of luma (0 to 255) at most 512 pixels wide and high;
            0 is flat, below about 50 is blurred.
    """

    brightness: float
    contrast: float
    sharpness: float


def photo_statistics(pixels: np.ndarray) -> PhotoStatistics:
    """Measure a photo, uint8 `[H, W, 3]` RGB."""
    luma = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    scale = _LONG_SIDE / max(luma.shape)
    if scale < 1:
        luma = cv2.resize(luma, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return PhotoStatistics(
        brightness=float(luma.mean() / 255),
        contrast=float(luma.std() / 255),
        sharpness=float(cv2.Laplacian(luma, cv2.CV_64F).var()),
    )

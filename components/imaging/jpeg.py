"""Pictures of a size that is known before they are made: the report is one file, sent by mail."""

from __future__ import annotations

import numpy as np
from PIL import Image

from components.imaging.decoding import encode_jpeg

_QUALITIES = (80, 70, 58, 45, 30)
_SHRINK = 0.8
_LEAST_SIDE = 32


def resized(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return a picture whose longer side is `side`, smaller ones enlarged.

    Args:
        pixels: The picture, uint8 `[H, W, 3]` RGB.
        side: Length in pixels.
    """
    return _scaled(pixels, side / max(pixels.shape[:2]))


def shrunk(pixels: np.ndarray, side: int) -> np.ndarray:
    """Return a picture no longer than `side` on either side; smaller ones stay as they are.

    Args:
        pixels: The picture, uint8 `[H, W, 3]` RGB.
        side: Length in pixels.
    """
    return pixels if max(pixels.shape[:2]) <= side else resized(pixels, side)


def encode_within(pixels: np.ndarray, most_bytes: int) -> bytes:
    """Return the best JPEG of a picture that keeps to a size: of less quality first, then smaller.

    Args:
        pixels: The picture, uint8 `[H, W, 3]` RGB.
        most_bytes: Size of the JPEG at most; 2,000 suffice for any picture.
    """
    while True:
        for quality in _QUALITIES:
            data = encode_jpeg(pixels, quality)
            if len(data) <= most_bytes:
                return data
        if max(pixels.shape[:2]) <= _LEAST_SIDE:
            return data
        pixels = _scaled(pixels, _SHRINK)


def _scaled(pixels: np.ndarray, scale: float) -> np.ndarray:
    height, width = pixels.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))

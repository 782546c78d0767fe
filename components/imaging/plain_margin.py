"""Cuts off margins of one colour: the white around a packshot, the bars of a screen, a frame."""

from __future__ import annotations

import cv2
import numpy as np

from components.imaging.white_background import WHITE

_LOOKED_AT = 320
"""Longest side at which a margin is cut off, pixels."""

_OTHER, _SHOWN_SHARE = 40, 0.02
"""A line of pixels shows something where more than this share of it is so many grey values off.

JPEG spoils the colour near an edge, so a smaller difference would leave another margin each time.
"""

_NESTED = 4  # a packshot's white within a frame, within bars …
_SMALLEST = 8
_MIXED = 2  # pixels, where a frame and what it holds run into one another


def without_margin(pixels: np.ndarray) -> np.ndarray | None:
    """Return what a picture shows within its margins of one colour; None where it has none.

    Args:
        pixels: The picture, uint8 `[H, W, 3]` RGB.

    Returns:
        A smaller copy of that part, uint8 `[h, w, 3]`.
    """
    height, width = pixels.shape[:2]
    scale = min(_LOOKED_AT / max(height, width), 1)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    shown = small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    for _ in range(_NESTED):
        shown, white = _within_one_margin(shown)
        if white:  # what stands on white is a pack, and its edge no margin
            break
    return None if shown.shape == small.shape else shown


def _within_one_margin(pixels: np.ndarray) -> tuple[np.ndarray, bool]:
    """Return what lies within the outermost margin, and whether that margin is white."""
    for side in (pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]):
        colour = np.median(side, axis=0)
        if _differs(side, colour).mean() > _SHOWN_SHARE:
            continue
        other = _differs(pixels, colour)
        rows, columns = (np.flatnonzero(other.mean(axis=axis) > _SHOWN_SHARE) for axis in (1, 0))
        if min(len(rows), len(columns)) >= _SMALLEST:
            if colour.min() >= WHITE:
                return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], True
            return pixels[_inner(rows, len(pixels)), _inner(columns, pixels.shape[1])], False
    return pixels, False


def _inner(lines: np.ndarray, of: int) -> slice:
    """Return the lines that a frame holds."""
    first, last = int(lines[0]), int(lines[-1])
    return slice(first + _MIXED * (first > 0), last + 1 - _MIXED * (last < of - 1))


def _differs(pixels: np.ndarray, colour: np.ndarray) -> np.ndarray:
    return np.abs(pixels - colour.astype(np.float32)).max(axis=-1) > _OTHER

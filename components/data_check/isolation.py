"""Whether a packshot shows one product on white."""

from __future__ import annotations

import cv2
import numpy as np

from components.imaging.white_background import WHITE

_LONG_SIDE = 320
_BORDER = 0.01
_CLOSED = 5
# A background is plain where this share of the border is within so many grey values of one colour.
# Of packs that are cropped to their outline, at most 0.7 is.
_PLAIN_SHARE, _PLAIN_DIFFERENCE = 0.75, 24


def shrunk(packshot: np.ndarray) -> np.ndarray:
    """Return a packshot, uint8 `[H, W, 3]`, at a size at which background and parts are judged."""
    height, width = packshot.shape[:2]
    scale = _LONG_SIDE / max(height, width)
    if scale >= 1:
        return packshot
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return cv2.resize(packshot, size, interpolation=cv2.INTER_AREA)


def border_share(packshot: np.ndarray) -> float:
    """Return the share of a packshot's border that is not white, 0 to 1.

    A product may touch the border: retailers crop closely.

    Args:
        packshot: The picture, uint8 `[H, W, 3]` RGB.
    """
    return float(np.mean(_border(packshot).min(axis=1) < WHITE))


def plain_background(packshot: np.ndarray) -> tuple[int, int, int] | None:
    """Return the one colour all around a product, RGB.

    Args:
        packshot: The picture, uint8 `[H, W, 3]` RGB.

    Returns:
        None where there is no such colour: the product fills its picture, or stands in a scene.
    """
    border = _border(packshot).astype(np.int16)
    colour = np.median(border, axis=0)
    near = np.abs(border - colour).max(axis=1) <= _PLAIN_DIFFERENCE
    if near.mean() < _PLAIN_SHARE:
        return None
    red, green, blue = (int(value) for value in colour)
    return red, green, blue


def _border(packshot: np.ndarray) -> np.ndarray:
    """Return the pixels of a narrow frame along the border, `[N, 3]`; those of corners twice."""
    wide = max(round(_BORDER * max(packshot.shape)), 1)
    sides = (packshot[:wide], packshot[-wide:], packshot[:, :wide], packshot[:, -wide:])
    return np.concatenate([side.reshape(-1, 3) for side in sides])


def products_side_by_side(packshot: np.ndarray, least: float) -> int:
    """Count the products that stand side by side in a packshot, white between them.

    Parts above each other count as one product: print above print on a white pack looks the same
    as two products on top of each other.

    Args:
        packshot: The picture, uint8 `[H, W, 3]` RGB.
        least: Parts smaller than this share of the largest are none.

    Returns:
        0 for a blank picture.
    """
    dark = (packshot.min(axis=2) < WHITE).astype(np.uint8)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, np.ones((_CLOSED, _CLOSED), np.uint8))
    _, _, parts, _ = cv2.connectedComponentsWithStats(closed, connectivity=8)
    areas = parts[1:, cv2.CC_STAT_AREA]
    if not len(areas):
        return 0
    large = parts[1:][areas >= least * areas.max()]
    left = large[:, cv2.CC_STAT_LEFT]
    right = left + large[:, cv2.CC_STAT_WIDTH]
    order = np.argsort(left)
    reached = np.maximum.accumulate(right[order])[:-1]
    return 1 + int(np.count_nonzero(left[order][1:] >= reached))

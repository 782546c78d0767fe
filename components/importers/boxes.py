"""Numbers and boxes that nobody vouched for."""

from __future__ import annotations

import math
from typing import Any

from components.datasets.coco import EDGE_TOLERANCE

Box = tuple[float, float, float, float]

_DECIMALS = 2  # a hundredth of a pixel: finer than any annotation, and short to write


def as_number(value: Any) -> float | None:
    """Return a finite number, given as such or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def clip(corners: Box, width: int, height: int) -> Box | None:
    """Clip a box to its photo and round it to hundredths of a pixel.

    Args:
        corners: xmin, ymin, xmax, ymax in pixels.
        width: Of the photo.
        height: Of the photo.

    Returns:
        The box, or None where nothing of it is inside.
    """
    left, top, right, bottom = corners
    box = (
        round(min(max(left, 0.0), width), _DECIMALS),
        round(min(max(top, 0.0), height), _DECIMALS),
        round(max(min(right, width), 0.0), _DECIMALS),
        round(max(min(bottom, height), 0.0), _DECIMALS),
    )
    return box if box[0] < box[2] and box[1] < box[3] else None


def sticks_out(corners: Box, width: int, height: int) -> bool:
    """Return whether a box leaves its photo by more than rounding explains."""
    left, top, right, bottom = corners
    return (
        min(left, top) < -EDGE_TOLERANCE
        or right > width + EDGE_TOLERANCE
        or bottom > height + EDGE_TOLERANCE
    )

"""Clips boxes to their photo."""

from __future__ import annotations

from components.records.prediction import Box

_DECIMALS = 2  # a hundredth of a pixel: finer than any annotation, and short to write


def clip(corners: Box, width: int, height: int) -> Box | None:
    """Clip a box to its photo and round it to hundredths of a pixel.

    Args:
        corners: Edges xmin, ymin, xmax, ymax in pixels.
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

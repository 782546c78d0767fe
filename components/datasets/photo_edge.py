"""How far a box may leave its photo."""

from components.records.prediction import Box

EDGE_TOLERANCE = 1.0
"""Pixels a box may stick out of its photo: annotation tools round. It is clipped."""


def sticks_out(box: Box, width: float, height: float) -> bool:
    """Return whether a box leaves its photo by more than rounding explains.

    Args:
        box: Edges xmin, ymin, xmax, ymax in pixels.
        width: Of the photo.
        height: Of the photo.
    """
    left, top, right, bottom = box
    return (
        min(left, top) < -EDGE_TOLERANCE
        or right > width + EDGE_TOLERANCE
        or bottom > height + EDGE_TOLERANCE
    )

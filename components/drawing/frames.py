"""The frame around a product on pictures for people."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from PIL import ImageDraw

from components.drawing.palette import PAPER

STROKE = 3
"""Usual width of a frame in pixels, without its halo."""

_DASH = 11 / STROKE
"""Length of a dash and of the gap after it, in widths of the frame."""


def frame(
    pen: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    colour: str,
    dashed: bool,
    stroke: int = STROKE,
) -> None:
    """Draw a frame that can be seen on any ground.

    Args:
        pen: Draws on the picture.
        box: Left, top, right, bottom in pixels of the picture.
        colour: Of the frame.
        dashed: Whether it has gaps.
        stroke: Its width in pixels, without its halo.
    """
    left, top, right, bottom = box
    halo = max(stroke - 1, 0)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    # A light halo keeps the frame visible on products of its own colour.
    pen.line(corners, fill=PAPER, width=stroke + 2 * halo, joint="curve")
    if not dashed:
        pen.line(corners, fill=colour, width=stroke, joint="curve")
        return
    dash = _DASH * max(stroke, STROKE)
    for (x0, y0), (x1, y1) in pairwise(corners):
        length = max(abs(x1 - x0), abs(y1 - y0), 1.0)
        for start in np.arange(0.0, length, 2 * dash):
            end = min(start + dash, length)
            pen.line(
                [
                    (x0 + (x1 - x0) * start / length, y0 + (y1 - y0) * start / length),
                    (x0 + (x1 - x0) * end / length, y0 + (y1 - y0) * end / length),
                ],
                fill=colour,
                width=stroke + 1,
            )

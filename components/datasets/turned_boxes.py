"""Boxes that an annotation tool turned: the box as it was before, and an angle beside it."""

from __future__ import annotations

import math
from pathlib import Path

from components.records.problems import Problem

XYWH = tuple[float, float, float, float]
"""Left, top, width and height in pixels, as COCO has boxes."""


def upright(box: XYWH, degrees: float) -> XYWH:
    """Return the upright box around a box that was turned about its centre.

    Args:
        box: Before it was turned.
        degrees: The angle.
    """
    left, top, wide, high = box
    cos, sin = abs(math.cos(math.radians(degrees))), abs(math.sin(math.radians(degrees)))
    # Rounded, so that a quarter turn swaps the sides and does nothing else.
    width, height = round(wide * cos + high * sin, 6), round(wide * sin + high * cos, 6)
    return left + (wide - width) / 2, top + (high - height) / 2, width, height


def turned_remark(table: Path, count: int, where: str) -> Problem:
    """Return what to say of turned boxes.

    Args:
        table: The file that has them.
        count: How many there are.
        where: The first of them.
    """
    more = f" (and {count - 1:,} more)" if count > 1 else ""
    what = f"its box is turned by attributes.rotation{more}: the upright box around it is taken"
    return Problem(str(table), where, what, "draw boxes upright where that is too coarse")

"""Marks on a photo: frames with a word on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageDraw

from components.drawing.frames import STROKE, frame
from components.drawing.legend import Badge
from components.drawing.letters import font
from components.records.prediction import Box

_LETTERS_ON_SIDE = 50
"""The longer side of a photo has so many times the letters' size."""
_SMALLEST = 12
_STROKE_OF_LETTERS = STROKE / 19


@dataclass(frozen=True)
class Mark:
    """One frame.

    Attributes:
        box: Where, in pixels of the photo.
        colour: Of the frame.
        label: At its top left corner; empty for none.
        dashed: Whether the frame has gaps, as around what is not there.
    """

    box: Box
    colour: str
    label: str = ""
    dashed: bool = False

    def scaled(self, factor: float) -> Mark:
        """Return the mark on the photo resized."""
        left, top, right, bottom = self.box
        return replace(self, box=(left * factor, top * factor, right * factor, bottom * factor))


def draw_marks(photo: np.ndarray, marks: Sequence[Mark]) -> np.ndarray:
    """Return a photo with marks on it; those without a label are thinner, below the others.

    Args:
        photo: uint8 `[H, W, 3]` RGB.
        marks: Boxes in pixels of `photo`.

    Returns:
        uint8 `[H, W, 3]` RGB.
    """
    picture = Image.fromarray(photo)
    pen = ImageDraw.Draw(picture)
    size = max(_SMALLEST, round(max(picture.size) / _LETTERS_ON_SIDE))
    stroke = max(2, round(size * _STROKE_OF_LETTERS))
    ordered = sorted(marks, key=lambda mark: bool(mark.label))
    for mark in ordered:
        box = _inside(mark.box, picture.size, stroke)
        frame(pen, box, mark.colour, mark.dashed, stroke if mark.label else max(1, stroke // 2))
    badge = Badge(pen, font(size))
    drawn: list[tuple[float, float, float]] = []
    for mark in ordered:
        if mark.label:
            left, top, _, _ = _inside(mark.box, picture.size, stroke)
            top = min(top, picture.height - badge.height)
            # Boxes that begin at one place have their labels side by side.
            for start, end, other in sorted(drawn):
                if start - stroke <= left < end and abs(top - other) < badge.height:
                    left = end
            drawn.append((left, badge.draw(mark.label, mark.colour, left, top), top))
    return np.asarray(picture)


def _inside(box: Box, size: tuple[int, int], stroke: int) -> Box:
    """Return a box inside the picture, at least as large as its frame."""
    left = min(max(box[0], 0.0), size[0] - 2.0 * stroke - 1)
    top = min(max(box[1], 0.0), size[1] - 2.0 * stroke - 1)
    right, bottom = max(box[2], left + 2 * stroke), max(box[3], top + 2 * stroke)
    return left, top, min(right, size[0] - 1.0), min(bottom, size[1] - 1.0)

"""Frames and letters that every picture for people is drawn with."""

from itertools import pairwise

import numpy as np
from PIL import ImageDraw, ImageFont

INK, PAPER, FAINT = "#1F2937", "#FFFFFF", "#6B7280"

STROKE = 3
"""Usual width of a frame in pixels, without its halo."""

_DASH = 11


def frame(
    canvas: ImageDraw.ImageDraw,
    box: tuple[float, float, float, float],
    colour: str,
    dashed: bool,
    stroke: int = STROKE,
) -> None:
    """Draw a frame that can be seen on any ground.

    Args:
        canvas: Of the picture.
        box: left, top, right, bottom in pixels of the picture.
        colour: Of the frame.
        dashed: Whether it has gaps.
        stroke: Its width in pixels, without its halo.
    """
    left, top, right, bottom = box
    halo = max(stroke - 1, 0)
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    # A light halo keeps the frame visible on products of its own colour.
    canvas.line(corners, fill=PAPER, width=stroke + 2 * halo, joint="curve")
    if not dashed:
        canvas.line(corners, fill=colour, width=stroke, joint="curve")
        return
    for (x0, y0), (x1, y1) in pairwise(corners):
        length = max(abs(x1 - x0), abs(y1 - y0), 1.0)
        for start in np.arange(0.0, length, 2 * _DASH):
            end = min(start + _DASH, length)
            canvas.line(
                [
                    (x0 + (x1 - x0) * start / length, y0 + (y1 - y0) * start / length),
                    (x0 + (x1 - x0) * end / length, y0 + (y1 - y0) * end / length),
                ],
                fill=colour,
                width=stroke + 1,
            )


def wrapped(text: str, letters: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Break a text between words into lines that fit; a single long word does not."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if letters.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, letters: ImageFont.FreeTypeFont, room: float) -> str:
    """Cut a text that does not fit, and say so with an ellipsis."""
    if letters.getlength(text) <= room:
        return text
    while text and letters.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans where the system has it (it knows most scripts), or Pillow's own."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        # Without FreeType Pillow has bitmap letters only; every wheel of it brings FreeType.
        own = ImageFont.load_default(size)
        assert isinstance(own, ImageFont.FreeTypeFont)
        return own

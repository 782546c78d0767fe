"""Drawing a shelf example, so that people see what a model learns from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.drawing.frames import frame
from components.drawing.letters import font
from components.drawing.palette import BLUE, GREY, PAPER, VERMILION
from components.imaging.decoding import ALREADY_CHECKED, decode_photo
from components.records.features import Features
from components.records.shelf_examples import ShelfExample
from components.records.splits import DISTRACTOR

_KEPT, _DIFFICULT, _DISTRACTOR = BLUE, VERMILION, GREY
_PARTLY_HIDDEN = 0.95
"""Share that is seen of a product below which the share is written at its box."""

# Pixels of the drawing.
_SIDE = 640
_LETTERS = 13
_STROKE = 2  # a full shelf is more frames than products otherwise


def draw_example(features: Features) -> np.ndarray:
    """Return the photo at the size it is shown in, with its boxes and what is visible of each."""
    shelf = ShelfExample(features)
    pixels = decode_photo(shelf.encoded, ALREADY_CHECKED)
    height, width = pixels.shape[:2]
    scale = _SIDE / max(height, width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    picture = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    pen, letters = ImageDraw.Draw(picture), font(_LETTERS)
    boxes = (shelf.boxes.astype(np.float64) * [*size, *size]).tolist()
    foreign = [sku == DISTRACTOR for sku in shelf.skus]
    visible = (1 - shelf.occlusion).tolist()
    shown = list(zip(boxes, foreign, shelf.difficult.tolist(), strict=True))
    for box, distractor, hard in shown:
        colour = _DISTRACTOR if distractor else _DIFFICULT if hard else _KEPT
        frame(pen, box, colour, dashed=hard, stroke=_STROKE)
    # Labels after all frames: no frame may cross one.
    for (box, distractor, hard), seen in zip(shown, visible, strict=True):
        if seen < _PARTLY_HIDDEN and not distractor:
            _label(pen, box, f"{seen:.0%}", _DIFFICULT if hard else _KEPT, size, letters)
    return np.asarray(picture)


def _label(
    pen: ImageDraw.ImageDraw,
    box: Sequence[float],
    text: str,
    colour: str,
    size: tuple[int, int],
    letters: ImageFont.FreeTypeFont,
) -> None:
    wide, tall = pen.textlength(text, font=letters) + 6, _LETTERS + 4
    left = min(box[0], size[0] - wide - 1)
    top = min(box[1], size[1] - tall - 1)
    pen.rectangle((left, top, left + wide, top + tall), fill=colour)
    pen.text((left + wide / 2, top + tall / 2), text, PAPER, font=letters, anchor="mm")

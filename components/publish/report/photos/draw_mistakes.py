"""Photos of the report: what was found and what went wrong, drawn on them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw

from components.artifacts.judged_photos import JudgedPhoto
from components.drawing.frames import frame
from components.drawing.letters import font
from components.drawing.palette import BLUE, ORANGE, VERMILION
from components.imaging.jpeg import encode_within, resized
from components.publish.report.photos.mistakes import Mistake

PHOTO_SIDE = 720
"""Pixels of the longer side, on the page as in the file."""

PHOTO_BYTES = 80_000
"""Most that a photo may take. Eight of them are 0.9 MB of the page, as base64."""

_STROKE = 3
_BADGE = 22
_LETTERS = 15
_COLOURS = {"mistaken": ORANGE, "invented": ORANGE, "missed": VERMILION}
_INKS = {"mistaken": "#000000", "invented": "#000000", "missed": "#FFFFFF"}


def draw(pixels: np.ndarray, judged: JudgedPhoto, mistakes: Sequence[Mistake]) -> bytes:
    """Return the photo with its boxes, small enough for a report.

    Right detections have a thin solid frame, and so have those counted where nobody drew boxes;
    wrong ones a thick frame and a number; missed products a dashed frame and a number. So the three
    differ without colour, too. The numbers are those of `mistakes`, from 1; the page says in words
    what each stands for.

    Args:
        pixels: uint8 `[H, W, 3]`, RGB, of the size that the boxes of `judged` refer to.
        judged: What the model said about the photo, and the truth.
        mistakes: Those to number.

    Returns:
        A JPEG of at most `PHOTO_BYTES` bytes, its longer side `PHOTO_SIDE` pixels unless that is
        too much for the bytes.
    """
    # Small photos are enlarged, so that frames and numbers hide no more of them than of others.
    photo = Image.fromarray(resized(pixels, PHOTO_SIDE))
    scale = photo.width / pixels.shape[1]
    canvas = ImageDraw.Draw(photo)
    label = judged.label
    for each in judged.detections[:1] if label else judged.detections:
        outcome = each.outcome
        if label:
            outcome = "right" if each.sku == label else "wrong"
        if outcome in ("right", "counted"):
            frame(canvas, _scaled(each.box, scale), BLUE, dashed=False, stroke=_STROKE - 1)
        elif outcome == "wrong":
            frame(canvas, _scaled(each.box, scale), ORANGE, dashed=False, stroke=_STROKE + 1)
    for product in judged.truth:
        if product.outcome == "missed":
            frame(canvas, _scaled(product.box, scale), VERMILION, dashed=True, stroke=_STROKE - 1)
    # Last, so that no frame runs through a number.
    for number, mistake in enumerate(mistakes, start=1):
        _badge(canvas, photo.size, _scaled(mistake.box, scale), number, mistake)
    return encode_within(np.asarray(photo), PHOTO_BYTES)


def _scaled(box: Sequence[float], scale: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (side * scale for side in box)
    return left, top, right, bottom


def _badge(
    canvas: ImageDraw.ImageDraw,
    size: tuple[int, int],
    box: tuple[float, float, float, float],
    number: int,
    mistake: Mistake,
) -> None:
    """Put a number into the top left corner of a box, as far as that is on the photo."""
    left = min(max(0.0, box[0]), max(0.0, size[0] - _BADGE))
    top = min(max(0.0, box[1]), max(0.0, size[1] - _BADGE))
    place = (left, top, left + _BADGE, top + _BADGE)
    canvas.rectangle(place, fill=_COLOURS[mistake.kind], outline="#FFFFFF")
    middle = (left + _BADGE / 2, top + _BADGE / 2)
    ink = _INKS[mistake.kind]
    canvas.text(middle, str(number), ink, font=font(_LETTERS), anchor="mm")

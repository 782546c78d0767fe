"""Drawing what was found into a photo, so that people see at a glance what to trust.

Every product that is shown gets a frame in its SKU's colour, its number, which is that of the
detection in the JSON, and its score. A letter stands for the product; the legend below the photo
explains it. Where another SKU comes near, the frame is dashed and the rival's letter and score
follow. The photo keeps its own pixels: what is pointed at in a drawing is where boxes say it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw

from components.drawing.frames import STROKE, frame
from components.drawing.legend import Badge, Key, draw_legend, is_unsure, keys_of, padding
from components.drawing.letters import font
from components.drawing.palette import INK, PAPER
from components.records.prediction import Detection

# Sizes follow from that of the letters, which follows from the photo: so the same letters are
# legible on all of them, looked at as a whole.
_LETTERS_ON_SIDE, _LETTERS_ACROSS = 74, 20
"""The longer and the shorter side of a photo have at least so many times the letters' size."""
_LETTERS_IN_BOX = 4
"""So that most boxes hold their label, a narrow one has so many times the letters' size."""
_SMALLEST = 11
_STROKE_OF_LETTERS = STROKE / 19
_NARROWEST = 40
"""Width of a drawing in sizes of its letters: narrower photos get paper beside them."""


def draw(
    photo: np.ndarray,
    detections: Sequence[Detection],
    names: Mapping[str, str],
    operating_threshold: float,
) -> np.ndarray:
    """Return the photo with frames and, below it, a legend with counts.

    Args:
        photo: uint8 `[H, W, 3]` RGB.
        detections: Boxes in pixels of `photo`, best first; those that are shown are drawn.
        names: Product names by SKU; a SKU without one stands for itself.
        operating_threshold: What is shown scores at least this.

    Returns:
        uint8 `[h, w, 3]` RGB: the photo as it is, at the top left, the legend below.
    """
    numbered = [(number, each) for number, each in enumerate(detections, start=1) if each.shown]
    shown = [each for _, each in numbered]
    keys = keys_of(shown, names)
    size = _letters(photo, shown)
    picture = _wide_enough(Image.fromarray(photo), size)
    pen = ImageDraw.Draw(picture)
    stroke = max(1, round(size * _STROKE_OF_LETTERS))
    for _, each in reversed(numbered):
        box = _visible(each, stroke, picture.size)
        frame(pen, box, keys[each.sku].colour, is_unsure(each), stroke)
    # Labels after all frames: no frame may cross one. The best come last, on top.
    badge = Badge(pen, font(size))
    for number, each in reversed(numbered):
        _label(badge, number, each, keys, _visible(each, stroke, picture.size), picture.size)
    legend = draw_legend(keys, shown, picture.width, operating_threshold, size)
    drawing = Image.new("RGB", (picture.width, picture.height + legend.height), PAPER)
    drawing.paste(picture, (0, 0))
    drawing.paste(legend, (0, picture.height))
    return np.asarray(drawing)


def _letters(photo: np.ndarray, shown: Sequence[Detection]) -> int:
    """Return the size of the letters, pixels."""
    shorter, longer = sorted(photo.shape[:2])
    size = min(longer / _LETTERS_ON_SIDE, shorter / _LETTERS_ACROSS)
    if shown:
        narrow = float(np.percentile([each.box[2] - each.box[0] for each in shown], 20))
        size = min(size, narrow / _LETTERS_IN_BOX)
    return max(_SMALLEST, round(size))


def _wide_enough(photo: Image.Image, letters: int) -> Image.Image:
    if photo.width >= _NARROWEST * letters:
        return photo
    wider = Image.new("RGB", (_NARROWEST * letters, photo.height), PAPER)
    wider.paste(photo, (0, 0))
    return wider


def _visible(
    detection: Detection, stroke: int, size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Return a box inside the drawing, at least as large as its own frame."""
    left, top, right, bottom = detection.box
    right, bottom = max(right, left + 2 * stroke), max(bottom, top + 2 * stroke)
    return left, top, min(right, size[0] - 1.0), min(bottom, size[1] - 1.0)


def _label(
    badge: Badge,
    number: int,
    detection: Detection,
    keys: Mapping[str, Key],
    box: tuple[float, float, float, float],
    size: tuple[int, int],
) -> None:
    """Write number, letter and score into the top of the box, the rival's below, as they fit."""
    key, score = keys[detection.sku], f"{detection.score * 100:.0f}"
    lines = [(key, f"{number}{key.letter}", (f"{score}%", score))]
    if detection.runner_up is not None and is_unsure(detection):
        key, score = keys[detection.runner_up.sku], f"{detection.runner_up.score * 100:.0f}"
        lines.append((key, key.letter, (f"or {score}%", score)))
    height, pad = badge.height, padding(badge.letters.size)
    left = max(0.0, min(box[0], size[0] - 2.0 * badge.letters.size))
    top = max(0.0, min(box[1], size[1] - height * len(lines)))
    for key, named, texts in lines:
        right = badge.draw(named, key.colour, left, top)
        for text in texts:
            end = right + badge.pen.textlength(text, font=badge.letters) + 2 * pad
            if end <= box[2]:
                badge.pen.rectangle((right, top, end, top + height - 1), fill=PAPER)
                middle = (right + pad, top + height / 2)
                badge.pen.text(middle, text, INK, font=badge.letters, anchor="lm")
                break
        top += height

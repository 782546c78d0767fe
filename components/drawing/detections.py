"""Drawing what was found into a photo, so that people see at a glance what to trust.

Every product above the operating threshold gets a frame in its SKU's colour, a number that the
legend below the photo explains, and its score. Where another SKU comes near, the frame is dashed
and the rival's number and score follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.drawing.frames import STROKE, frame
from components.drawing.legend import (
    LETTERS,
    PAD,
    Key,
    draw_badge,
    draw_legend,
    is_unsure,
    keys_of,
)
from components.drawing.letters import font
from components.drawing.palette import INK, PAPER
from components.records.prediction import Detection

# Pixels of the drawing. Small photos are enlarged and huge ones shrunk, so that the same letters
# are legible on all of them.
_SHORTEST_LONG_SIDE, _LONGEST_SIDE = 1400, 2200
_NARROWEST = 720
_LABEL_WIDTH = 76


def draw(
    photo: np.ndarray,
    detections: Sequence[Detection],
    names: Mapping[str, str],
    operating_threshold: float,
) -> np.ndarray:
    """Return the photo with frames and, below it, a legend with counts.

    Args:
        photo: uint8 `[H, W, 3]` RGB.
        detections: Boxes in pixels of `photo`.
        names: Product names by SKU; a SKU without one stands for itself.
        operating_threshold: Detections scoring at least this are drawn.

    Returns:
        uint8 `[h, w, 3]` RGB, the photo scaled to a size at which letters are legible.
    """
    shown = [each for each in detections if each.score >= operating_threshold]
    keys = keys_of(shown, names)
    scaled, scale = _scaled(photo, shown)
    letters = font(LETTERS)
    pen = ImageDraw.Draw(scaled)
    for each in reversed(shown):
        frame(pen, _on_drawing(each, scale, scaled.size), keys[each.sku].colour, is_unsure(each))
    # Labels after all frames: no frame may cross one. The best come last, on top.
    for each in reversed(shown):
        _label(pen, each, keys, _on_drawing(each, scale, scaled.size), scaled.size, letters)
    legend = draw_legend(keys, shown, scaled.width, operating_threshold)
    drawing = Image.new("RGB", (scaled.width, scaled.height + legend.height), PAPER)
    drawing.paste(scaled, (0, 0))
    drawing.paste(legend, (0, scaled.height))
    return np.asarray(drawing)


def _scaled(photo: np.ndarray, shown: Sequence[Detection]) -> tuple[Image.Image, float]:
    """Return the photo at the size of the drawing, and pixels of the drawing per pixel of it."""
    height, width = photo.shape[:2]
    longest = max(height, width)
    scale = max(1.0, _SHORTEST_LONG_SIDE / longest)
    if shown:
        # On a crowded shelf, larger still: most boxes must hold their label.
        narrow = float(np.percentile([each.box[2] - each.box[0] for each in shown], 20))
        scale = max(scale, _LABEL_WIDTH / max(narrow, 1.0))
    scale = min(scale, _LONGEST_SIDE / longest)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    picture = Image.fromarray(photo).resize(size, Image.Resampling.LANCZOS)
    if picture.width < _NARROWEST:
        wider = Image.new("RGB", (_NARROWEST, picture.height), PAPER)
        wider.paste(picture, (0, 0))
        picture = wider
    return picture, scale


def _on_drawing(
    detection: Detection, scale: float, size: tuple[int, int]
) -> tuple[float, float, float, float]:
    """Return a box in pixels of the drawing, at least as large as its own frame."""
    left, top, right, bottom = (side * scale for side in detection.box)
    right, bottom = max(right, left + 2 * STROKE), max(bottom, top + 2 * STROKE)
    return left, top, min(right, size[0] - 1.0), min(bottom, size[1] - 1.0)


def _label(
    pen: ImageDraw.ImageDraw,
    detection: Detection,
    keys: Mapping[str, Key],
    box: tuple[float, float, float, float],
    size: tuple[int, int],
    letters: ImageFont.FreeTypeFont,
) -> None:
    """Write number and score into the top of the box, the rival's below, as far as they fit."""
    score = f"{detection.score * 100:.0f}"
    lines = [(keys[detection.sku], (f"{score}%", score))]
    if detection.runner_up is not None and is_unsure(detection):
        score = f"{detection.runner_up.score * 100:.0f}"
        lines.append((keys[detection.runner_up.sku], (f"or {score}%", score)))
    height = LETTERS + 2 * PAD
    left = max(0.0, min(box[0], size[0] - _LABEL_WIDTH / 2))
    top = max(0.0, min(box[1], size[1] - height * len(lines)))
    for key, texts in lines:
        right = draw_badge(pen, key, left, top, letters)
        for text in texts:
            end = right + pen.textlength(text, font=letters) + 2 * PAD
            if end <= box[2]:
                pen.rectangle((right, top, end, top + height - 1), fill=PAPER)
                middle = top + height / 2
                pen.text((right + PAD, middle), text, INK, font=letters, anchor="lm")
                break
        top += height

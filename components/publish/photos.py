"""Which photos the report shows, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.example_gen.images import encode_jpeg
from components.publish.palette import BLUE, ORANGE, VERMILION

Line = Mapping[str, Any]
"""One photo as `components.evaluator.predictions.read_predictions` yields it."""

_SIDE = 720
_QUALITY = 72
_STROKE = 3
_DASH = 9


class Judged(NamedTuple):
    """A photo's line with what went right and wrong on it."""

    line: Line
    quality: float
    right: int
    wrong: int
    missed: int

    @property
    def negative(self) -> bool:
        """Whether the photo shows no product of the catalogue."""
        return not self.line["truth"] and not self.line["label"]

    @property
    def caption(self) -> str:
        """What is to be seen, in words."""
        if label := self.line["label"]:
            best = self.line["detections"][:1]
            said = best[0]["sku"] if best else "nothing"
            return f"shows {label}; the model says {said}"
        parts = [f"{self.right} right", f"{self.wrong} wrong", f"{self.missed} missed"]
        if self.negative:
            parts = ["no product of the catalogue on it", f"{self.wrong} false alarms"]
        return ", ".join(parts)


def choose(lines: Iterable[Line], count: int) -> tuple[list[Judged], list[Judged]]:
    """The worst and the best photos, `count` each at most and none in both.

    Of the worst, one in four shows no product of the catalogue, where there are others to show.
    Photos are ranked by right / (right + half of wrong and missed); between equals, those with
    more on them come first in either list.
    """
    ranked = sorted(map(_judged, lines), key=_worst_first)
    half = max(min(count, len(ranked) // 2), 1)
    bad = [each for each in ranked if each.quality < 1]
    others = [each for each in bad if not each.negative]
    negatives = [each for each in bad if each.negative][: max(half // 4, half - len(others))]
    worst = sorted([*negatives, *others[: half - len(negatives)]], key=_worst_first)
    shown = {id(each) for each in worst}
    best = sorted(
        (each for each in ranked if each.right and id(each) not in shown),
        key=lambda each: (-each.quality, -each.right, each.line["photo"]),
    )
    return worst, best[:count]


def _worst_first(each: Judged) -> tuple[float, int, str]:
    return each.quality, -(each.right + each.wrong + each.missed), each.line["photo"]


def _judged(line: Line) -> Judged:
    if line["label"]:
        best = line["detections"][:1]
        right = int(bool(best) and best[0]["sku"] == line["label"])
        # A confident mistake is worse than a hesitant one.
        doubt = 1 - best[0]["score"] if best else 1.0
        return Judged(line, 1.0 if right else doubt / 2, right, 1 - right, 0)
    found = [each["outcome"] for each in line["detections"]]
    right, wrong = found.count("right"), found.count("wrong")
    missed = [thing["outcome"] for thing in line["truth"]].count("missed")
    errors = (wrong + missed) / 2
    quality = right / (right + errors) if right or errors else 1.0
    return Judged(line, quality, right, wrong, missed)


def draw(pixels: np.ndarray, line: Line) -> bytes:
    """The photo with its boxes, small enough for a report.

    Right detections have a thin solid frame; wrong ones a thick frame and the SKU shown; missed
    products a dashed frame and their SKU. So the three differ without colour, too.

    Args:
        pixels: uint8 [H, W, 3], RGB, of the size that the boxes of `line` refer to.
        line: what the model said about the photo, and the truth.

    Returns:
        A JPEG of at most 720 pixels a side.
    """
    photo = Image.fromarray(pixels)
    scale = min(1.0, _SIDE / max(photo.size))
    photo = photo.resize(
        (max(1, round(photo.width * scale)), max(1, round(photo.height * scale))),
        Image.Resampling.LANCZOS,
    )
    canvas = ImageDraw.Draw(photo)
    shown = line["detections"][:1] if line["label"] else line["detections"]
    for each in shown:
        outcome = each["outcome"]
        if line["label"]:
            outcome = "right" if each["sku"] == line["label"] else "wrong"
        box = [side * scale for side in each["box"]]
        if outcome == "right":
            _frame(canvas, box, BLUE, _STROKE - 1)
        elif outcome == "wrong":
            _frame(canvas, box, ORANGE, _STROKE + 1)
            _tag(canvas, box, f"x {each['sku']}", ORANGE, "black")
    for thing in line["truth"]:
        if thing["outcome"] == "missed":
            box = [side * scale for side in thing["box"]]
            _dashed(canvas, box, VERMILION)
            _tag(canvas, box, f"? {thing['sku']}", VERMILION, "white", below=True)
    return encode_jpeg(np.asarray(photo), quality=_QUALITY)


def _frame(canvas: ImageDraw.ImageDraw, box: Sequence[float], colour: str, stroke: int) -> None:
    """A frame with a white rim, which shows on any background."""
    left, top, right, bottom = box
    for grown, ink, width in ((1, "white", stroke + 2), (0, colour, stroke)):
        # Pillow wants the corners in order, whatever rounding did to a thin box.
        low = (left - grown, top - grown)
        high = (max(low[0], right + grown), max(low[1], bottom + grown))
        canvas.rectangle((low, high), outline=ink, width=width)


def _dashed(canvas: ImageDraw.ImageDraw, box: Sequence[float], colour: str) -> None:
    left, top, right, bottom = box
    for start in np.arange(left, right, 2 * _DASH):
        end = min(start + _DASH, right)
        canvas.line([(start, top), (end, top)], colour, _STROKE)
        canvas.line([(start, bottom), (end, bottom)], colour, _STROKE)
    for start in np.arange(top, bottom, 2 * _DASH):
        end = min(start + _DASH, bottom)
        canvas.line([(left, start), (left, end)], colour, _STROKE)
        canvas.line([(right, start), (right, end)], colour, _STROKE)


def _tag(
    canvas: ImageDraw.ImageDraw,
    box: Sequence[float],
    text: str,
    fill: str,
    ink: str,
    below: bool = False,
) -> None:
    font = ImageFont.load_default(size=11)
    left, top, right, bottom = canvas.textbbox((0, 0), text, font=font)
    width, height = right - left + 4, bottom - top + 4
    x = min(max(0.0, box[0]), max(0.0, canvas.im.size[0] - width))
    y = box[3] - height if below else box[1]
    y = min(max(0.0, y), canvas.im.size[1] - height)
    canvas.rectangle((x, y, x + width, y + height), fill=fill)
    canvas.text((x + 2 - left, y + 2 - top), text, fill=ink, font=font)

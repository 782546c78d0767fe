"""Numbers and colours of the SKUs on a drawing, and the legend below it that explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from components.drawing.letters import font, shortened, wrapped
from components.drawing.palette import (
    BLUE,
    GREEN,
    GREY,
    INK,
    ORANGE,
    PAPER,
    PURPLE,
    SKY_BLUE,
    VERMILION,
    YELLOW,
)
from components.records.prediction import Detection

UNSURE_FROM = 0.5
"""Ambiguity from which the runner-up is drawn."""

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, VERMILION, YELLOW)
_DARK = (BLUE,)
"""Those that light letters are read on."""
_BLACK = "#000000"

# Pixels of the drawing.
LETTERS, PAD = 19, 4
_ROW, _COLUMN, _MARGIN = 30, 460, 16


@dataclass(frozen=True)
class Key:
    """How a SKU appears.

    Attributes:
        number: On its badge, from 1.
        colour: Of its frames and its badge.
        name: What the legend calls it.
        count: How many products it has; 0 for one that only comes near.
    """

    number: int
    colour: str
    name: str
    count: int


def is_unsure(detection: Detection) -> bool:
    """Return whether another SKU comes near enough to be drawn, too."""
    return detection.runner_up is not None and detection.ambiguity >= UNSURE_FROM


def keys_of(shown: Sequence[Detection], names: Mapping[str, str]) -> dict[str, Key]:
    """Return a key for each SKU drawn, rivals included, those with most products first."""
    counts: dict[str, int] = {}
    for each in shown:
        counts[each.sku] = counts.get(each.sku, 0) + 1
    for each in shown:
        if each.runner_up is not None and is_unsure(each):
            counts.setdefault(each.runner_up.sku, 0)
    ranked = sorted(counts, key=lambda sku: (-counts[sku], sku))
    return {
        sku: Key(at + 1, _COLOURS[at % len(_COLOURS)], names.get(sku, sku), counts[sku])
        for at, sku in enumerate(ranked)
    }


def draw_badge(
    pen: ImageDraw.ImageDraw, key: Key, left: float, top: float, letters: ImageFont.FreeTypeFont
) -> float:
    """Draw a SKU's number on its colour and return where the badge ends."""
    text = str(key.number)
    right = left + max(pen.textlength(text, font=letters), LETTERS * 0.6) + 2 * PAD
    bottom = top + LETTERS + 2 * PAD - 1
    pen.rectangle((left, top, right, bottom), fill=key.colour)
    ink = PAPER if key.colour in _DARK else _BLACK
    pen.text(((left + right) / 2, (top + bottom) / 2), text, ink, font=letters, anchor="mm")
    return right


def draw_legend(
    keys: Mapping[str, Key], shown: Sequence[Detection], width: int, threshold: float
) -> Image.Image:
    """Return a summary in words, and what each number stands for, as a strip below the photo.

    Args:
        keys: By SKU.
        shown: The detections drawn.
        width: Of the strip, pixels.
        threshold: What each of them scores at least.
    """
    letters = font(LETTERS)
    inner = width - 2 * _MARGIN
    columns = max(1, inner // _COLUMN)
    rows = -(-len(keys) // columns)
    summary = wrapped(_summary(shown, threshold), letters, inner)
    legend = Image.new("RGB", (width, 2 * _MARGIN + _ROW * (len(summary) + rows)), PAPER)
    pen = ImageDraw.Draw(legend)
    for at, line in enumerate(summary):
        middle = _MARGIN + _ROW * (at + 0.5)
        pen.text((_MARGIN, middle), line, INK, font=letters, anchor="lm")
    for at, key in enumerate(keys.values()):
        column, row = divmod(at, rows)
        left = _MARGIN + column * inner / columns
        top = _MARGIN + _ROW * (len(summary) + row)
        right = draw_badge(pen, key, left, top, letters)
        room = inner / columns - (right - left) - 5 * PAD
        said = f"{key.count} ×  {key.name}" if key.count else f"rival:  {key.name}"
        text = shortened(said, letters, room)
        ink = INK if key.count else GREY
        middle = top + (LETTERS + 2 * PAD) / 2
        pen.text((right + 2 * PAD, middle), text, ink, font=letters, anchor="lm")
    return legend


def _summary(shown: Sequence[Detection], threshold: float) -> str:
    if not shown:
        return f"No product scores {threshold:.0%} or more."
    unsure = sum(is_unsure(each) for each in shown)
    products = len({each.sku for each in shown})
    summary = f"{len(shown)} found, {products} different, each scoring {threshold:.0%} or more."
    if unsure:
        summary += f" Dashed: {unsure} where another product comes near, named below the first."
    return summary

"""Letters and colours of the SKUs on a drawing, and the legend below it that explains them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

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
from components.records.prediction import UNKNOWN_NAME, Detection
from components.records.splits import UNKNOWN_PRODUCT

UNSURE_FROM = 0.5
"""Ambiguity from which the runner-up is drawn."""

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY_BLUE, VERMILION, YELLOW)
_DARK = (BLUE, GREY)
"""Those that light letters are read on."""
_BLACK = "#000000"

# In sizes of the letters.
_PAD, _ROW, _COLUMN, _MARGIN = 0.2, 1.6, 24, 0.85


@dataclass(frozen=True)
class Key:
    """How a SKU appears.

    Attributes:
        letter: On its badges: a to z, then aa, ab and so on; ? for products of no SKU.
        colour: Of its frames and its badges.
        name: What the legend calls it.
        count: How many products it has; 0 for one that only comes near.
    """

    letter: str
    colour: str
    name: str
    count: int


def is_unsure(detection: Detection) -> bool:
    """Return whether another SKU comes near enough to be drawn, too."""
    return detection.runner_up is not None and detection.ambiguity >= UNSURE_FROM


def keys_of(shown: Sequence[Detection], names: Mapping[str, str]) -> dict[str, Key]:
    """Return a key for each SKU drawn, rivals included, those with most products first.

    Products of no SKU come last.
    """
    counts: dict[str, int] = {}
    for each in shown:
        counts[each.sku] = counts.get(each.sku, 0) + 1
    unknown = counts.pop(UNKNOWN_PRODUCT, 0)
    for each in shown:
        if each.runner_up is not None and is_unsure(each):
            counts.setdefault(each.runner_up.sku, 0)
    ranked = sorted(counts, key=lambda sku: (-counts[sku], sku))
    keys = {
        sku: Key(_letter(at), _COLOURS[at % len(_COLOURS)], names.get(sku, sku), counts[sku])
        for at, sku in enumerate(ranked)
    }
    if unknown:
        keys[UNKNOWN_PRODUCT] = Key("?", GREY, UNKNOWN_NAME, unknown)
    return keys


@dataclass(frozen=True)
class Badge:
    """Draws what stands for a product on its colour.

    Attributes:
        pen: Draws on the picture.
        letters: Font and size.
    """

    pen: ImageDraw.ImageDraw
    letters: ImageFont.FreeTypeFont

    @property
    def height(self) -> int:
        """Pixels."""
        return round(self.letters.size) + 2 * padding(self.letters.size)

    def draw(self, text: str, colour: str, left: float, top: float) -> float:
        """Draw a text, its top left corner there, and return where it ends."""
        pad = padding(self.letters.size)
        wide = self.pen.textlength(text, font=self.letters)
        right = left + max(wide, self.letters.size * 0.6) + 2 * pad
        bottom = top + self.height - 1
        self.pen.rectangle((left, top, right, bottom), fill=colour)
        ink = PAPER if colour in _DARK else _BLACK
        middle = (left + right) / 2, (top + bottom) / 2
        self.pen.text(middle, text, ink, font=self.letters, anchor="mm")
        return right


def padding(letters: float) -> int:
    """Return the pixels around letters of a size."""
    return max(2, round(_PAD * letters))


def draw_legend(
    keys: Mapping[str, Key],
    shown: Sequence[Detection],
    width: int,
    threshold: float,
    letters: int,
) -> Image.Image:
    """Return a summary in words, and what each letter stands for, as a strip below the photo.

    Args:
        keys: By SKU.
        shown: The detections drawn.
        width: Of the strip, pixels.
        threshold: What each of them scores at least.
        letters: Their size, pixels.
    """
    row, margin, pad = round(_ROW * letters), round(_MARGIN * letters), padding(letters)
    own = font(letters)
    inner = width - 2 * margin
    columns = max(1, inner // (_COLUMN * letters))
    rows = -(-len(keys) // columns)
    summary = wrapped(_summary(shown, threshold), own, inner)
    legend = Image.new("RGB", (width, 2 * margin + row * (len(summary) + rows)), PAPER)
    badge = Badge(ImageDraw.Draw(legend), own)
    for at, line in enumerate(summary):
        badge.pen.text((margin, margin + row * (at + 0.5)), line, INK, font=own, anchor="lm")
    for at, key in enumerate(keys.values()):
        column, line_number = divmod(at, rows)
        left = margin + column * inner / columns
        top = margin + row * (len(summary) + line_number)
        right = badge.draw(key.letter, key.colour, left, top)
        room = inner / columns - (right - left) - 5 * pad
        said = f"{key.count} ×  {key.name}" if key.count else f"rival:  {key.name}"
        ink = INK if key.count else GREY
        middle = (right + 2 * pad, top + badge.height / 2)
        badge.pen.text(middle, shortened(said, own, room), ink, font=own, anchor="lm")
    return legend


def _letter(at: int) -> str:
    """Return a for 0, z for 25, aa for 26."""
    before, last = divmod(at, len(ascii_lowercase))
    return (_letter(before - 1) if before else "") + ascii_lowercase[last]


def _summary(shown: Sequence[Detection], threshold: float) -> str:
    if not shown:
        return f"No product scores {threshold:.0%} or more."
    unsure = sum(is_unsure(each) for each in shown)
    products = len({each.sku for each in shown} - {UNKNOWN_PRODUCT})
    summary = (
        f"{len(shown)} found, {products} different, each scoring {threshold:.0%} or more. On each: "
        "its number, the letter of its product, its score."
    )
    if unsure:
        summary += f" Dashed: {unsure} where another product comes near, named below the first."
    return summary

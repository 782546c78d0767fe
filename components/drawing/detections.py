"""Draws what was found into a photo, so that people see at a glance what to trust.

Every product above the operating threshold gets a frame in its SKU's colour, a number that the
legend below the photo explains, and its score. Where another SKU comes near, the frame is dashed
and the rival's number and score follow. Colours are Okabe and Ito's, which people with any colour
vision tell apart; the numbers say the same without colour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.drawing.primitives import FAINT, INK, PAPER, STROKE, font, frame, shortened, wrapped
from components.imaging.decoding import encode_jpeg
from components.records.prediction import Detection, PredictionRecord

UNSURE_FROM = 0.5
"""Ambiguity from which the runner-up is drawn."""

_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
_DARK = "#0072B2"

# Pixels of the drawing. Small photos are enlarged and huge ones shrunk, so that the same letters
# are legible on all of them.
_SHORTEST_LONG_SIDE, _LONGEST_SIDE = 1400, 2200
_NARROWEST = 720
_LETTERS = 19
_LABEL_WIDTH = 76
_PAD = 4
_ROW = 30
_COLUMN = 460
_MARGIN = 16


class CannotDraw(Exception):
    """The folder for drawings cannot be used. One line for the user."""


@dataclass(frozen=True)
class _Key:
    """How a SKU appears: its number, colour, name and count."""

    number: int
    colour: str
    name: str
    count: int


class Drawings:
    """Writes one drawing per photo into a folder; called with pixels and record."""

    def __init__(self, folder: Path, names: Mapping[str, str], operating_threshold: float) -> None:
        """Make the folder.

        Args:
            folder: Where `<photo>.boxes.jpg` go.
            names: Product names by SKU.
            operating_threshold: Detections scoring at least this are drawn.

        Raises:
            CannotDraw: The folder cannot be made.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotDraw(f"{folder}: cannot hold drawings ({error.strerror})") from error
        self._folder = folder
        self._names = names
        self._threshold = operating_threshold
        self._taken: set[Path] = set()

    def __call__(self, photo: np.ndarray, record: PredictionRecord) -> Path:
        """Draw one photo, uint8 [H, W, 3], and return the file written."""
        path = self._free_path(Path(record.photo).stem)
        drawing = draw(photo, record.detections, self._names, self._threshold)
        path.write_bytes(encode_jpeg(drawing, quality=90))
        return path

    def _free_path(self, stem: str) -> Path:
        """Photos of two folders may share a name; their drawings must not share a file."""
        path, again = self._folder / f"{stem}.boxes.jpg", 2
        while path in self._taken:
            path, again = self._folder / f"{stem}-{again}.boxes.jpg", again + 1
        self._taken.add(path)
        return path


def draw(
    photo: np.ndarray,
    detections: Sequence[Detection],
    names: Mapping[str, str],
    operating_threshold: float,
) -> np.ndarray:
    """Return the photo with frames and, below it, a legend with counts.

    Args:
        photo: uint8 [H, W, 3] RGB.
        detections: Boxes in pixels of `photo`.
        names: Product names by SKU; a SKU without one stands for itself.
        operating_threshold: Detections scoring at least this are drawn.

    Returns:
        uint8 [h, w, 3] RGB, the photo scaled to a size at which letters are legible.
    """
    shown = [each for each in detections if each.score >= operating_threshold]
    keys = _keys(shown, names)
    scaled, scale = _scaled(photo, shown)
    letters = font(_LETTERS)
    canvas = ImageDraw.Draw(scaled)
    for each in reversed(shown):
        frame(canvas, _on_drawing(each, scale, scaled.size), keys[each.sku].colour, _unsure(each))
    # Labels after all frames: no frame may cross one. The best come last, on top.
    for each in reversed(shown):
        _label(canvas, each, keys, _on_drawing(each, scale, scaled.size), scaled.size, letters)
    legend = _legend(keys, shown, scaled.width, operating_threshold)
    drawing = Image.new("RGB", (scaled.width, scaled.height + legend.height), PAPER)
    drawing.paste(scaled, (0, 0))
    drawing.paste(legend, (0, scaled.height))
    return np.asarray(drawing)


def _unsure(detection: Detection) -> bool:
    return detection.runner_up is not None and detection.ambiguity >= UNSURE_FROM


def _keys(shown: Sequence[Detection], names: Mapping[str, str]) -> dict[str, _Key]:
    """Number the SKUs drawn, rivals included, those with most products first."""
    counts: dict[str, int] = {}
    for each in shown:
        counts[each.sku] = counts.get(each.sku, 0) + 1
    for each in shown:
        if each.runner_up is not None and _unsure(each):
            counts.setdefault(each.runner_up.sku, 0)
    ranked = sorted(counts, key=lambda sku: (-counts[sku], sku))
    return {
        sku: _Key(at + 1, _COLOURS[at % len(_COLOURS)], names.get(sku, sku), counts[sku])
        for at, sku in enumerate(ranked)
    }


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
    canvas: ImageDraw.ImageDraw,
    detection: Detection,
    keys: Mapping[str, _Key],
    box: tuple[float, float, float, float],
    size: tuple[int, int],
    letters: ImageFont.FreeTypeFont,
) -> None:
    """Write number and score into the top of the box, the rival's below, as far as they fit."""
    score = f"{detection.score * 100:.0f}"
    lines = [(keys[detection.sku], (f"{score}%", score))]
    if detection.runner_up is not None and _unsure(detection):
        score = f"{detection.runner_up.score * 100:.0f}"
        lines.append((keys[detection.runner_up.sku], (f"or {score}%", score)))
    height = _LETTERS + 2 * _PAD
    left = max(0.0, min(box[0], size[0] - _LABEL_WIDTH / 2))
    top = max(0.0, min(box[1], size[1] - height * len(lines)))
    for key, texts in lines:
        right = _badge(canvas, key, left, top, letters)
        for text in texts:
            end = right + canvas.textlength(text, font=letters) + 2 * _PAD
            if end <= box[2]:
                canvas.rectangle((right, top, end, top + height - 1), fill=PAPER)
                middle = top + height / 2
                canvas.text((right + _PAD, middle), text, INK, font=letters, anchor="lm")
                break
        top += height


def _badge(
    canvas: ImageDraw.ImageDraw,
    key: _Key,
    left: float,
    top: float,
    letters: ImageFont.FreeTypeFont,
) -> float:
    """Draw a SKU's number on its colour and return where the badge ends."""
    text = str(key.number)
    right = left + max(canvas.textlength(text, font=letters), _LETTERS * 0.6) + 2 * _PAD
    bottom = top + _LETTERS + 2 * _PAD - 1
    canvas.rectangle((left, top, right, bottom), fill=key.colour)
    ink = PAPER if key.colour == _DARK else "#000000"
    canvas.text(((left + right) / 2, (top + bottom) / 2), text, ink, font=letters, anchor="mm")
    return right


def _legend(
    keys: Mapping[str, _Key], shown: Sequence[Detection], width: int, threshold: float
) -> Image.Image:
    letters = font(_LETTERS)
    inner = width - 2 * _MARGIN
    columns = max(1, inner // _COLUMN)
    rows = -(-len(keys) // columns)
    summary = wrapped(_summary(shown, threshold), letters, inner)
    legend = Image.new("RGB", (width, 2 * _MARGIN + _ROW * (len(summary) + rows)), PAPER)
    canvas = ImageDraw.Draw(legend)
    for at, line in enumerate(summary):
        middle = _MARGIN + _ROW * (at + 0.5)
        canvas.text((_MARGIN, middle), line, INK, font=letters, anchor="lm")
    for at, key in enumerate(keys.values()):
        column, row = divmod(at, rows)
        left = _MARGIN + column * inner / columns
        top = _MARGIN + _ROW * (len(summary) + row)
        right = _badge(canvas, key, left, top, letters)
        room = inner / columns - (right - left) - 5 * _PAD
        said = f"{key.count} ×  {key.name}" if key.count else f"rival:  {key.name}"
        text = shortened(said, letters, room)
        ink = INK if key.count else FAINT
        middle = top + (_LETTERS + 2 * _PAD) / 2
        canvas.text((right + 2 * _PAD, middle), text, ink, font=letters, anchor="lm")
    return legend


def _summary(shown: Sequence[Detection], threshold: float) -> str:
    if not shown:
        return f"No product scores {threshold:.0%} or more."
    unsure = sum(_unsure(each) for each in shown)
    products = len({each.sku for each in shown})
    summary = f"{len(shown)} found, {products} different, each scoring {threshold:.0%} or more."
    if unsure:
        summary += f" Dashed: {unsure} where another product comes near, named below the first."
    return summary

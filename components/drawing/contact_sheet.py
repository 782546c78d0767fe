"""Contact sheets: captioned thumbnails on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.drawing.letters import font, shortened, wrapped
from components.drawing.palette import GREY, INK, PAPER
from components.records.problems import InputError, Problem

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
"""What a sheet can be written as, by the ending of its name."""

_GROUND = "#F3F4F6"
_MARGIN, _GAP, _PAD = 24, 16, 10
_TITLE, _LETTERS, _HEADING = 17, 14, 24
_NARROWEST = 640
"""Width of a page with few tiles, pixels: its notes stay readable."""
_TEXT_LINES = 4
_JPEG_QUALITY = 88


@dataclass(frozen=True, eq=False)
class Tile:
    """One entry of a sheet.

    Attributes:
        pictures: uint8 `[H, W, 3]` RGB, side by side; each shrunk to fit, small ones enlarged.
        labels: One below each picture; may be empty.
        title: In bold colour above the text.
        text: What is to be said; cut after four lines.
        colour: Of the title.
    """

    pictures: tuple[np.ndarray, ...]
    labels: tuple[str, ...] = ()
    title: str = ""
    text: str = ""
    colour: str = INK


def lay_out(
    heading: str, notes: Sequence[str], tiles: Sequence[Tile], columns: int, tile: tuple[int, int]
) -> np.ndarray:
    """Lay tiles out on a page.

    Args:
        heading: In large letters on top.
        notes: Lines below it; long ones are broken.
        tiles: In reading order. A row is as tall as its tallest tile.
        columns: Tiles in a row.
        tile: Width of a tile, and the most that its pictures may be tall, in pixels.

    Returns:
        uint8 `[H, W, 3]` RGB.
    """
    columns = max(min(columns, len(tiles)), 1)
    width = max(columns * (tile[0] + _GAP) - _GAP + 2 * _MARGIN, _NARROWEST)
    cards = [_card(each, *tile) for each in tiles]
    rows = [cards[at : at + columns] for at in range(0, len(cards), columns)]
    heights = [max(card.height for card in row) for row in rows]
    head = _head(heading, notes, width)
    page = Image.new("RGB", (width, head.height + sum(heights) + _GAP * len(rows)), PAPER)
    page.paste(head, (0, 0))
    top = head.height
    for row, height in zip(rows, heights, strict=True):
        for column, card in enumerate(row):
            left = _MARGIN + column * (tile[0] + _GAP)
            page.paste(_GROUND, (left, top, left + tile[0], top + height))
            page.paste(card, (left, top))
        top += height + _GAP
    return np.asarray(page)


def check_target(path: Path) -> None:
    """Refuse a name that no sheet can be written to, before the work of making one.

    Raises:
        InputError: It ends in none of `FORMATS`.
    """
    if path.suffix.lower() not in FORMATS:
        what = f"ends in '{path.suffix}'" if path.suffix else "has no ending"
        raise InputError([Problem(str(path), None, what, f"end it in {' or '.join(FORMATS)}")])


def write_picture(path: Path, pixels: np.ndarray) -> None:
    """Write a picture, uint8 `[H, W, 3]` RGB, as the ending of its name says; make its folder.

    Raises:
        InputError: The name ends in none of `FORMATS`, or the file cannot be written.
    """
    check_target(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path, FORMATS[path.suffix.lower()], quality=_JPEG_QUALITY)
    except OSError as error:
        what = f"cannot be written ({error.strerror or 'input/output error'})"
        raise InputError([Problem(str(path), None, what, "choose another place")]) from error


def _head(heading: str, notes: Sequence[str], width: int) -> Image.Image:
    letters = font(_LETTERS + 1)
    lines = [line for note in notes for line in wrapped(note, letters, width - 2 * _MARGIN)]
    line_height = _LETTERS + 8
    head = Image.new("RGB", (width, _MARGIN + _HEADING + 14 + line_height * len(lines) + 8), PAPER)
    pen = ImageDraw.Draw(head)
    pen.text((_MARGIN, _MARGIN), heading, INK, font=font(_HEADING), anchor="lt")
    for at, line in enumerate(lines):
        top = _MARGIN + _HEADING + 12 + line_height * at
        pen.text((_MARGIN, top), line, GREY, font=letters, anchor="lt")
    return head


def _card(tile: Tile, width: int, height: int) -> Image.Image:
    title, letters = font(_TITLE), font(_LETTERS)
    inner = width - 2 * _PAD
    room = (inner - _GAP * (len(tile.pictures) - 1)) // max(len(tile.pictures), 1)
    pictures = [_fitted(picture, room, height) for picture in tile.pictures]
    tallest = max((picture.height for picture in pictures), default=0)
    text = _cut(wrapped(tile.text, letters, inner) if tile.text else [], letters, inner)
    line_height = _LETTERS + 6
    labels = line_height if any(tile.labels) else 0
    titles = _TITLE + 10 if tile.title else 0
    card = Image.new(
        "RGB", (width, 3 * _PAD + tallest + labels + titles + line_height * len(text)), _GROUND
    )
    pen = ImageDraw.Draw(card)
    for at, picture in enumerate(pictures):
        left = _PAD + at * (room + _GAP)
        card.paste(picture, (left + (room - picture.width) // 2, _PAD + tallest - picture.height))
        if at < len(tile.labels):
            label = _squeezed(tile.labels[at], letters, room)
            middle = (left + room / 2, _PAD + tallest + 5)
            pen.text(middle, label, GREY, font=letters, anchor="mt")
    top = 2 * _PAD + tallest + labels
    if tile.title:
        pen.text((_PAD, top), tile.title, tile.colour, font=title, anchor="lt")
    for at, line in enumerate(text):
        start = (_PAD, top + titles + at * line_height)
        pen.text(start, line, INK, font=letters, anchor="lt")
    return card


def _fitted(pixels: np.ndarray, width: int, height: int) -> Image.Image:
    scale = min(width / pixels.shape[1], height / pixels.shape[0])
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    return Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)


def _squeezed(text: str, letters: ImageFont.FreeTypeFont, room: float) -> str:
    """Leave out the middle of a text that does not fit: names differ at their ends."""
    shown, kept = text, len(text)
    while kept > 2 and letters.getlength(shown) > room:
        kept -= 1
        shown = f"{text[: kept // 3]}…{text[kept // 3 - kept :]}"
    return shown


def _cut(lines: list[str], letters: ImageFont.FreeTypeFont, room: float) -> list[str]:
    kept = lines[:_TEXT_LINES]
    if len(lines) > _TEXT_LINES:
        kept[-1] += " …"
    return [shortened(line, letters, room) for line in kept]

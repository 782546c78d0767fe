"""Photos with marks, and the page to print, that `oneshelf shelf` writes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

from components.drawing.drawings_folder import CHANGES_SUFFIX, SHELF_SUFFIX, free_path
from components.drawing.marks import draw_marks
from components.imaging.decoding import BadImage, encode_jpeg
from components.imaging.open_photo import open_photo
from components.joining.bay_picture import bay_picture
from components.records.prediction import Box
from components.runtime.whole_output import whole_output
from components.shelf.answers import Answers
from components.shelf.change_marks import change_marks
from components.shelf.joined_bay import JoinedBay
from components.shelf.page import TASKS_ON_PAGE, page
from components.shelf.shelf_marks import marks_of

PAGE = "to_do.html"
_QUALITY = 85
_DETAIL, _MARGIN = 160, 0.25
"""Longer side of a detail, pixels, and how much of what is around is shown, in its sides."""
_ON_PAGE = 1000
"""Longer side of a photo on the page, pixels."""


def write_pictures(folder: Path, answers: Answers, summary: Sequence[str]) -> list[str]:
    """Write the drawings and the page.

    Args:
        folder: Where they go.
        answers: What is said.
        summary: Lines above the list of the page.

    Returns:
        A line for each photo that is not there to be drawn on.
    """
    remarks: list[str] = []
    photos: dict[str, bytes] = {}
    details: dict[int, bytes] = {}
    taken: set[Path] = set()
    for shelf in answers.shelves:
        try:
            pixels = picture(answers.bays, shelf.photo)
        except BadImage as error:
            remarks.append(f"{shelf.photo}: no drawing of it ({error})")
            continue
        scale = pixels.shape[1] / shelf.width
        marks = [mark.scaled(scale) for mark in marks_of(answers, shelf)]
        drawing = draw_marks(pixels, marks)
        with whole_output(free_path(folder, shelf.photo, SHELF_SUFFIX, taken), "wb") as file:
            file.write(encode_jpeg(drawing, quality=_QUALITY))
        if answers.since is not None:
            changes = [mark.scaled(scale) for mark in change_marks(answers.since, shelf)]
            with whole_output(free_path(folder, shelf.photo, CHANGES_SUFFIX, taken), "wb") as file:
                file.write(encode_jpeg(draw_marks(pixels, changes), quality=_QUALITY))
        photos[shelf.photo] = encode_jpeg(_shrunk(drawing, _ON_PAGE), quality=_QUALITY)
        details |= _details(answers, shelf.photo, pixels, scale)
    with whole_output(folder / PAGE, "w", encoding="utf-8") as file:
        file.write(page(answers, summary, photos, details))
    return remarks


def pixels_of(photo: str) -> np.ndarray:
    """Return a photo by its path, uint8 `[H, W, 3]` RGB; raises `BadImage`."""
    return open_photo(Path(photo)).pixels


def picture(bays: Mapping[str, JoinedBay], name: str) -> np.ndarray:
    """Return the picture of a photo or of a bay by its name; raises `BadImage`."""
    bay = bays.get(name)
    return pixels_of(name) if bay is None else bay_picture(bay, pixels_of)


def _details(answers: Answers, photo: str, pixels: np.ndarray, scale: float) -> Mapping[int, bytes]:
    """Return by rank what the first tasks on a photo are about, JPEG."""
    return {
        rank: encode_jpeg(_shrunk(cut, _DETAIL), quality=_QUALITY)
        for rank, task in enumerate(answers.tasks[:TASKS_ON_PAGE], start=1)
        if task.photo == photo and task.box is not None
        for cut in _cut(pixels, task.box, scale)
    }


def _cut(pixels: np.ndarray, box: Box, scale: float) -> Iterator[np.ndarray]:
    """Yield what is in a box and a little around it; nothing where that is outside."""
    left, top, right, bottom = (side * scale for side in box)
    wide, high = (right - left) * _MARGIN, (bottom - top) * _MARGIN
    x, y = max(int(left - wide), 0), max(int(top - high), 0)
    cut = pixels[y : max(int(bottom + high), 0), x : max(int(right + wide), 0)]
    if cut.size:
        yield cut


def _shrunk(picture: np.ndarray, longest: int) -> np.ndarray:
    height, width = picture.shape[:2]
    factor = min(1.0, longest / max(height, width))
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))

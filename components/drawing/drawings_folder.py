"""A folder of photos with what was found on them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from components.drawing.detections import draw
from components.imaging.decoding import encode_jpeg
from components.records.prediction import PredictionRecord
from components.runtime.whole_output import whole_output

DRAWING_SUFFIX, SHELF_SUFFIX = ".boxes.jpg", ".shelf.jpg"
CHANGES_SUFFIX = ".changes.jpg"
DRAWING_SUFFIXES = (DRAWING_SUFFIX, SHELF_SUFFIX, CHANGES_SUFFIX)
"""How the names of drawings end, so that nobody takes them for photos."""

_JPEG_QUALITY = 90
_LONGEST_STEM = 200  # bytes; with what is added a name has to stay below 255


class CannotDraw(Exception):
    """The folder for drawings cannot be used. One line for the user."""


class Drawings:
    """Writes one drawing per photo into a folder; called with pixels and record."""

    def __init__(self, folder: Path, names: Mapping[str, str], operating_threshold: float) -> None:
        """Make the folder.

        Args:
            folder: Where `<photo>.boxes.jpg` go.
            names: Product names by SKU.
            operating_threshold: What is shown scores at least this.

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
        """Draw one photo, uint8 `[H, W, 3]`, and return the file written.

        It may be smaller than the photo that the record's boxes are for.

        Raises:
            CannotWrite: The file cannot be written.
        """
        path = free_path(self._folder, record.photo, DRAWING_SUFFIX, self._taken)
        height, width = photo.shape[:2]
        x, y = width / record.width, height / record.height
        detections = [each.scaled(x, y) for each in record.detections]
        drawing = draw(photo, detections, self._names, self._threshold)
        with whole_output(path, "wb") as file:
            file.write(encode_jpeg(drawing, quality=_JPEG_QUALITY))
        return path


def free_path(folder: Path, photo: str, suffix: str, taken: set[Path]) -> Path:
    """Return a file of its own for a drawing: photos of two folders may share a name.

    Args:
        folder: Where it goes.
        photo: What is drawn on.
        suffix: How its name ends.
        taken: Files of other drawings; this one is added.
    """
    stem = Path(photo).stem
    while len(os.fsencode(stem)) > _LONGEST_STEM:
        stem = stem[:-1]
    path, again = folder / f"{stem}{suffix}", 2
    while path in taken:
        path, again = folder / f"{stem}-{again}{suffix}", again + 1
    taken.add(path)
    return path

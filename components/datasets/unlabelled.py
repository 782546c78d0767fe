"""Photos that nobody labelled: they are no negatives, on which nothing is known to be."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from components.imaging.picture_names import PICTURE_SUFFIXES
from components.records.shelf_photo import ShelfPhoto

NEGATIVE = "negative"
"""The attribute of an image that says: no product of the catalogue is on it."""

_TABLES = frozenset((".json", ".csv", ".xml", ".xlsx"))
"""Files that somebody may have meant as labels."""


def count_pictures(folder: Path) -> int:
    """Return how many picture files lie in a folder or below."""
    return sum(path.suffix.lower() in PICTURE_SUFFIXES for path in folder.rglob("*"))


def pictures_alone(folder: Path) -> int:
    """Return how many pictures a folder holds; 0 where something in it may label them."""
    if not folder.is_dir() or any(path.suffix.lower() in _TABLES for path in folder.rglob("*")):
        return 0
    return count_pictures(folder)


def none_labelled(photos: Sequence[ShelfPhoto]) -> bool:
    """Return whether the photos of a span have no label at all.

    Nobody delivers photos none of which shows a product without saying so: by the attribute
    ``negative``, or as a person who reviewed a photo. Without that, nobody has drawn boxes yet.
    """
    return not any(
        photo.objects or photo.label or photo.negative or photo.review or photo.hard_negative
        for photo in photos
    )

"""Where photos were taken, as far as a file beside them says."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from components.datasets.span_folders import ANNOTATIONS, COUNTS, PHOTO_LABELS
from components.datasets.tables import read_csv, read_json


class Place(NamedTuple):
    """Store and visit of a photo; either may be empty."""

    store: str = ""
    visit: str = ""


class PhotoPlaces:
    """Looks photos up in the tables of a span, in their folder or the one above."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, Place]] = {}

    def of(self, photo: Path) -> Place:
        """Return where a photo was taken.

        Raises:
            InputError: The file beside it cannot be read.
        """
        path = photo.absolute()
        for folder in (path.parent, path.parent.parent):
            if folder not in self._folders:
                self._folders[folder] = _places_in(folder)
            place = self._folders[folder].get(path.relative_to(folder).as_posix())
            if place is not None:
                return place
        return Place()


def _places_in(folder: Path) -> dict[str, Place]:
    """Return the places of the photos of a folder, by path inside it."""
    places: dict[str, Place] = {}
    if (folder / ANNOTATIONS).is_file():
        document = read_json(folder / ANNOTATIONS)
        images: Any = document.get("images") if isinstance(document, dict) else None
        entries = [each for each in images or () if isinstance(each, dict)]
        places |= {
            str(each.get("file_name")): _place(each.get("attributes") or {}) for each in entries
        }
    for name, column in ((PHOTO_LABELS, "image"), (COUNTS, "photo")):
        if (folder / name).is_file():
            for row in read_csv(folder / name, (column,), Place._fields).rows:
                photo = row.cells.get(column, "")
                before, told = places.get(photo, Place()), _place(row.cells)
                # Of the rows of a counted photo one at least says where it was taken.
                places[photo] = Place(before.store or told.store, before.visit or told.visit)
    return places


def _place(told: Any) -> Place:
    if not isinstance(told, dict):
        return Place()
    return Place(*(str(told[name] or "") if name in told else "" for name in Place._fields))

"""Where photos were taken, as far as a file beside them says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from components.datasets.span_folders import ANNOTATIONS, COUNTS, PHOTO_LABELS
from components.datasets.tables import read_csv, read_json
from components.records.problems import InputError, Problem


class Place(NamedTuple):
    """Store and visit of a photo; either may be empty."""

    store: str = ""
    visit: str = ""


class PhotoPlaces:
    """Looks photos up in the tables of a span, in their folder or the one above.

    Attributes:
        remarks: Tables that are of no such kind, or broken, each once: they say nothing.
    """

    def __init__(self) -> None:
        self.remarks: list[Problem] = []
        self._folders: dict[Path, dict[str, Place]] = {}

    def of(self, photo: Path) -> Place:
        """Return where a photo was taken."""
        path = photo.absolute()
        for folder in (path.parent, path.parent.parent):
            if folder not in self._folders:
                self._folders[folder] = self._in(folder)
            place = self._folders[folder].get(path.relative_to(folder).as_posix())
            if place is not None:
                return place
        return Place()

    def _in(self, folder: Path) -> dict[str, Place]:
        """Return the places of the photos of a folder, by path inside it."""
        places: dict[str, Place] = {}
        for name, read in _READERS.items():
            if not (folder / name).is_file():
                continue
            try:
                told = list(read(folder / name))
            except InputError as error:
                fault = error.problems[0]
                what = f"{fault.what}, so it does not say where photos were taken"
                remedy = "mend it where it should"
                self.remarks.append(replace(fault, what=what, remedy=remedy))
                continue
            for photo, place in told:
                before = places.get(photo, Place())
                # Of the rows of a counted photo one at least says where it was taken.
                places[photo] = Place(before.store or place.store, before.visit or place.visit)
        return places


def _of_annotations(path: Path) -> Iterator[tuple[str, Place]]:
    document = read_json(path)
    images: Any = document.get("images") if isinstance(document, dict) else None
    for each in images if isinstance(images, list) else ():
        if isinstance(each, dict):
            yield str(each.get("file_name")), _place(each.get("attributes"))


def _of_rows(path: Path, column: str) -> Iterator[tuple[str, Place]]:
    for row in read_csv(path, (column,), Place._fields).rows:
        yield row.cells.get(column, ""), _place(row.cells)


_READERS: dict[str, Callable[[Path], Iterator[tuple[str, Place]]]] = {
    ANNOTATIONS: _of_annotations,
    PHOTO_LABELS: partial(_of_rows, column="image"),
    COUNTS: partial(_of_rows, column="photo"),
}


def _place(told: Any) -> Place:
    if not isinstance(told, dict):
        return Place()
    return Place(*(str(told[name] or "") if name in told else "" for name in Place._fields))

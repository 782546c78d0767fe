"""Which files a user means who names photos and folders of photos."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.drawing.drawings_folder import DRAWING_SUFFIXES
from components.imaging.picture_names import is_picture

_NAMED = 3


class NoPhotos(Exception):
    """Folders are given, and no photo. One line for the user."""


@dataclass(frozen=True)
class GivenPhotos:
    """The photos to look at.

    Attributes:
        photos: In the order given, those of a folder by their names.
        left_out: Other files of the folders.
        without: Folders that hold no photo.
    """

    photos: tuple[Path, ...]
    left_out: tuple[Path, ...] = ()
    without: tuple[Path, ...] = ()

    @property
    def remark(self) -> str:
        """A line for people on what is left out; empty where nothing is."""
        kinds = (
            ("files that are no photos", self.left_out),
            ("folders without photos", self.without),
        )
        said = [f"{len(paths):,} {what} ({_names(paths)})" for what, paths in kinds if paths]
        return f"left out: {'; '.join(said)}" if said else ""


def given_photos(given: Iterable[Path]) -> GivenPhotos:
    """Return the photos given, those in folders and below them among them.

    What is no folder stays as it is, whatever it is called: its answer says what is wrong with it.

    Raises:
        NoPhotos: There are none.
    """
    photos: list[Path] = []
    left_out: list[Path] = []
    without: list[Path] = []
    for path in given:
        if not path.is_dir():
            photos.append(path)
            continue
        inside = list(_files(path))
        found = [file for file in inside if _is_photo(file)]
        if not found:
            without.append(path)
        photos += found
        left_out += [file for file in inside if not _is_photo(file)]
    if without and not photos:
        raise NoPhotos(f"{without[0]}: the folder holds no photo; give one that does, or photos")
    return GivenPhotos(tuple(photos), tuple(left_out), tuple(without))


def _names(paths: Sequence[Path]) -> str:
    names = ", ".join(path.name for path in paths[:_NAMED])
    return f"{names}, …" if len(paths) > _NAMED else names


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder and below it; what is hidden is nobody's photo."""
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(parent, name) for name in sorted(files) if not name.startswith("."))


def _is_photo(file: Path) -> bool:
    return is_picture(file.name) and not file.name.endswith(DRAWING_SUFFIXES)

"""Where answers of `oneshelf predict` go, and which files they must not take the place of."""

import os
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from components.datasets.span_folders import TABLES
from components.drawing.drawings_folder import DRAWING_SUFFIX
from components.imaging.picture_names import is_picture
from components.predict.count_table import BEGINNING
from components.predict.table_files import MAKER
from components.records.prediction import read_record

_MOST_OF_LINE = 1 << 24
_MOST_OF_PROPERTIES = 1 << 16


@dataclass(frozen=True)
class Outputs:
    """Where answers go.

    Attributes:
        json: File for JSON Lines; None for standard output, where nobody watches it.
        csv: File for a table of counts, if any.
        xlsx: File for the same as a spreadsheet, if any.
        drawings: Folder for drawings, if any.
        expected: Table of the SKUs that get a row in tables for every photo, if any.
    """

    json: Path | None = None
    csv: Path | None = None
    xlsx: Path | None = None
    drawings: Path | None = None
    expected: Path | None = None

    def faults(self, photos: Sequence[Path]) -> list[str]:
        """Return a line for each place where something else would be lost.

        Args:
            photos: Those to look at.
        """
        read = {_identity(photo): "is one of the photos" for photo in photos}
        if self.expected is not None:
            read[_identity(self.expected)] = "is what --expected names"
        folders = {folder for photo in photos for folder in photo.absolute().parents[:2]}
        faults = []
        for option, path in (("--json", self.json), ("--csv", self.csv), ("--xlsx", self.xlsx)):
            if path is None or (path.exists() and not path.is_file()):
                continue  # such as /dev/stdout, of which nothing is lost
            if taken := read.get(_identity(path)):
                faults.append(f"{option} {path}: {taken}; name a file of its own")
            elif is_picture(path.name):
                faults.append(f"{option} {path}: is called like a photo; name the file to write")
            elif path.exists() and (why := _worth_keeping(option, path, folders)):
                faults.append(f"{option} {path}: {why}; name another file, or remove it")
            read[_identity(path)] = f"is where {option} goes"
        return [*faults, *self._drawn_over(photos)]

    def _drawn_over(self, photos: Sequence[Path]) -> Iterator[str]:
        if self.drawings is None or not self.drawings.is_dir():
            return
        for photo in photos:
            if photo.name.endswith(DRAWING_SUFFIX) and photo.parent.samefile(self.drawings):
                yield (
                    f"--draw {self.drawings}: a drawing may take the place of the photo {photo}; "
                    "name another folder"
                )


def _identity(path: Path) -> object:
    """Return what is equal for two names of one file, also where the disk ignores case."""
    try:
        status = path.stat()
    except OSError:
        return os.path.realpath(path)
    return status.st_dev, status.st_ino


def _worth_keeping(option: str, path: Path, folders: set[Path]) -> str | None:
    """Return why a file is not written over; None where it is an earlier answer."""
    if path.name in TABLES and path.absolute().parent in folders:
        return "is there already, beside the photos, maybe with counts that somebody corrected"
    try:
        with path.open("rb") as file:
            line = file.readline(_MOST_OF_LINE)
        text = line.decode("utf-8", "replace")
        if option == "--json" and line:
            read_record(text)
        elif option == "--csv" and line and not text.startswith(BEGINNING):
            raise ValueError
        elif option == "--xlsx" and line:
            with zipfile.ZipFile(path) as book, book.open("docProps/core.xml") as properties:
                if MAKER.encode() not in properties.read(_MOST_OF_PROPERTIES):
                    raise ValueError
    except (ValueError, KeyError, RecursionError, zipfile.BadZipFile):
        return "is there already, and nothing that predict wrote"
    except OSError:
        return None  # writing says what is wrong
    return None

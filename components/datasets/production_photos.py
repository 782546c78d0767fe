"""Which files are the production photos: those that phones took lately."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from components.datasets.inside_folder import OutsideFolder, inside
from components.imaging.picture_names import PICTURE_SUFFIXES
from components.records.problems import InputError, Problem


class ProductionPhoto(NamedTuple):
    """A production photo: its file, and its path in the folder, for people."""

    path: str
    name: str


def production_photos(folder: Path) -> list[ProductionPhoto]:
    """Return the photos in a folder or below it, in order.

    Raises:
        InputError: There are none, or one lies elsewhere.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "the folder does not exist"
        remedy = "set production_photos to a folder of photos that phones took lately"
        raise InputError([Problem(str(folder), None, what, remedy)])
    found: list[ProductionPhoto] = []
    problems: list[Problem] = []
    for file in sorted(folder.rglob("*")):
        if file.suffix.lower() not in PICTURE_SUFFIXES:
            continue
        name = file.relative_to(folder).as_posix()
        try:
            found.append(ProductionPhoto(str(inside(folder, name)), name))
        except OutsideFolder:
            what = "is a link to a place outside the folder"
            problems.append(Problem(str(file), None, what, "copy the photo into the folder"))
    if not found and not problems:
        remedy = "put photos into it, or leave production_photos out"
        problems.append(Problem(str(folder), None, "holds no photos", remedy))
    if problems:
        raise InputError(problems)
    return found

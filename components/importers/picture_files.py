"""Finds pictures below a source's folder, and never outside it."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from components.datasets.inside_folder import OutsideFolder, inside
from components.imaging.picture_names import PICTURE_SUFFIXES, is_picture


class NoPhoto(Exception):
    """A photo that is not there, or cannot be told from others. The message is a clause."""


def files_below(root: Path) -> Iterator[str]:
    """Yield the paths of all files below a folder, relative to it, sorted.

    Hidden files and folders are passed over, and links to folders are not followed.
    """
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        base = Path(folder).relative_to(root)
        for name in sorted(files):
            if not name.startswith("."):
                yield (base / name).as_posix()


def picture_called(folder: Path, stem: str) -> str:
    """Return the file name of the picture `stem` in a folder; ``stem.jpg`` where there is none."""
    names = [stem + suffix for suffix in PICTURE_SUFFIXES]
    return next((name for name in names if _exists(folder, name)), names[0])


def existing(root: Path, name: str) -> Path:
    """Return the file that `name` means below `root`.

    Raises:
        OutsideFolder: It lies outside `root`.
        NoPhoto: There is no such file.
    """
    path = inside(root, name)
    if not _is_file(path):
        raise NoPhoto("does not exist")
    return path


class PhotoFinder:
    """Finds photos that annotations name relative to an unknown folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._below: defaultdict[str, list[str]] | None = None

    def find(self, name: str, near: Path) -> Path:
        """Return the photo `name`.

        It is looked for beside the annotations, in ``images`` beside them, in the source's folder
        and its ``images``, and at last anywhere below, where only one path ends with `name`.

        Args:
            name: As the annotations write it.
            near: The folder of the annotations.

        Raises:
            OutsideFolder: The name leaves the source's folder.
            NoPhoto: There is none, or there are several.
        """
        if Path(name).is_absolute():
            raise OutsideFolder(name)
        beside = near.resolve().relative_to(self._root).as_posix()
        paths = [
            inside(self._root, f"{base}/{name}")
            for base in (beside, f"{beside}/images", ".", "images")
            if base == beside or ".." not in PurePosixPath(name).parts
        ]
        found = next((path for path in paths if _is_file(path)), None)
        return found or self._anywhere(name)

    def _anywhere(self, name: str) -> Path:
        if self._below is None:
            self._below = defaultdict(list)
            for path in files_below(self._root):
                if is_picture(path):
                    self._below[PurePosixPath(path).name].append(path)
        wanted = PurePosixPath(name)
        ends = f"/{wanted.as_posix()}"
        candidates = self._below.get(wanted.name, [])
        found = [path for path in candidates if f"/{path}".endswith(ends)]
        if len(found) > 1:
            raise NoPhoto(f"is there {len(found)} times ({found[0]}, {found[1]})")
        if not found:
            raise NoPhoto("does not exist")
        return existing(self._root, found[0])


def _exists(folder: Path, name: str) -> bool:
    try:
        return _is_file(inside(folder, name))
    except OutsideFolder:
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for the file system
        return False

"""One release on disk: reading it and checking that it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from components.releases import record as record_lib
from components.releases.errors import DamagedRelease, NoRelease
from components.releases.record import FileEntry, ReleaseRecord


@dataclass(frozen=True)
class Release:
    """A version folder and what its release.json says."""

    path: Path
    record: ReleaseRecord

    @classmethod
    def load(cls, path: Path) -> Release:
        """Reads the release in folder `path`; raises NoRelease where there is no valid one."""
        try:
            text = (path / record_lib.FILE_NAME).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            raise NoRelease(f"{path}: not a release (it has no {record_lib.FILE_NAME})") from None
        except (OSError, UnicodeDecodeError) as error:
            raise NoRelease(f"{path / record_lib.FILE_NAME}: cannot be read ({error})") from error
        try:
            return cls(path, ReleaseRecord.model_validate_json(text))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the text"
            raise NoRelease(
                f"{path / record_lib.FILE_NAME}: not a valid record ({where}: {first['msg']})"
            ) from error

    @property
    def version(self) -> int:
        """The number of this release, the same for every target."""
        return self.record.version

    @property
    def serving(self) -> Path:
        """The SavedModel folder, as TensorFlow Serving takes it."""
        return self.path / "serving" / str(self.version)

    @property
    def edge(self) -> Path:
        """The folder a phone takes: model.tflite, index, labels, settings."""
        return self.path / "edge"

    def verify(self) -> Release:
        """Checks every file against its checksum; raises DamagedRelease naming each difference."""
        listed = self.record.files
        found = {name: path for name, path in walk(self.path) if name != record_lib.FILE_NAME}
        problems = [f"{name} is missing" for name in sorted(listed.keys() - found.keys())]
        problems += [f"{name} is not listed" for name in sorted(found.keys() - listed.keys())]
        for name in sorted(listed.keys() & found.keys()):
            if fingerprint(found[name]) != listed[name]:
                problems.append(f"{name} has changed")
        if problems:
            raise DamagedRelease(f"{self.path}: damaged release: " + "; ".join(problems))
        return self


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below `folder` with its POSIX path inside; refuses anything but plain files."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names + [f for f in folders if (Path(parent) / f).is_symlink()]):
            path = Path(parent) / name
            inside = path.relative_to(folder).as_posix()
            if path.is_symlink() or not path.is_file():
                raise DamagedRelease(f"{folder}: {inside} is not a plain file")
            yield inside, path


def fingerprint(path: Path) -> FileEntry:
    """Size and SHA-256 of one file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return FileEntry(sha256=digest.hexdigest(), size=size)

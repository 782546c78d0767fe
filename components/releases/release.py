"""One release on disk: reading it and checking that it is whole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from components.edge_export.folder import LABELS_FILE, BadEdgeFolder, read_labels
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

    @property
    def size(self) -> int:
        """Bytes of all files but the record."""
        return sum(entry.size for entry in self.record.files.values())

    def products(self) -> dict[str, str]:
        """Names of the products it knows, by SKU; raises DamagedRelease where they are missing."""
        try:
            return read_labels(self.edge / LABELS_FILE)
        except BadEdgeFolder as error:
            raise DamagedRelease(str(error)) from error

    def verify(self) -> Release:
        """Checks every file against its checksum; raises DamagedRelease naming each difference."""
        if problems := self.problems():
            raise DamagedRelease(f"{self.path}: damaged release: " + "; ".join(problems))
        return self

    def problems(self, checksums: bool = True) -> list[str]:
        """How the files differ from the record, one sentence each; without `checksums`, by size."""
        listed = self.record.files
        found = dict(walk(self.path))
        problems = {name: f"{name} is missing" for name in listed.keys() - found.keys()}
        for name, path in found.items():
            if not is_plain(path):
                problems[name] = f"{name} is not a plain file"
            elif name == record_lib.FILE_NAME:
                continue
            elif name not in listed:
                problems[name] = f"{name} is not listed"
            elif not _is_as_listed(path, listed[name], checksums):
                problems[name] = f"{name} has changed"
        return [problems[name] for name in sorted(problems)]


def _is_as_listed(path: Path, listed: FileEntry, checksums: bool) -> bool:
    if path.stat().st_size != listed.size:
        return False
    return not checksums or fingerprint(path) == listed


def walk(folder: Path) -> Iterator[tuple[str, Path]]:
    """Everything below `folder` but the folders, with its POSIX path inside; links as such."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names + [f for f in folders if (Path(parent) / f).is_symlink()]):
            path = Path(parent) / name
            yield path.relative_to(folder).as_posix(), path


def is_plain(path: Path) -> bool:
    """Whether it is a file and not a link to one, which may lie or change elsewhere."""
    return path.is_file() and not path.is_symlink()


def fingerprint(path: Path) -> FileEntry:
    """Size and SHA-256 of one file, read in pieces."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
            size += len(piece)
    return FileEntry(sha256=digest.hexdigest(), size=size)

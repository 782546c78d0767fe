"""One release: reading it and checking that it is whole."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from components.releases.edge_folder import LABELS_FILE, parse_labels
from components.releases.errors import DamagedRelease, NoRelease
from components.releases.folder import Folder
from components.releases.layout import EDGE, RECORD, serving_folder
from components.releases.local_folder import LocalFolder
from components.releases.release_record import ReleaseRecord

# Looking into a folder is enough to leave one of these there; no reader takes them for its own.
_LEFT_BY_FILE_MANAGERS = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


@dataclass(frozen=True)
class Release:
    """A version folder and what its release.json says."""

    folder: Folder
    record: ReleaseRecord

    @classmethod
    def load(cls, folder: Folder) -> Release:
        """Read the release in a folder; raise NoRelease where there is no valid one."""
        place = f"{folder}/{RECORD}"
        try:
            text = folder.read(RECORD)
        except (FileNotFoundError, NotADirectoryError):
            raise NoRelease(f"{folder}: not a release (it has no {RECORD})") from None
        except (OSError, UnicodeDecodeError) as error:
            raise NoRelease(f"{place}: cannot be read ({error})") from error
        try:
            return cls(folder, ReleaseRecord.model_validate_json(text))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the text"
            raise NoRelease(f"{place}: not a valid record ({where}: {first['msg']})") from error

    def __str__(self) -> str:
        return str(self.folder)

    @property
    def version(self) -> int:
        """The number of this release, the same for every target."""
        return self.record.version

    @property
    def path(self) -> Path:
        """Where it is on this machine; raises ReleaseError for one in an object store."""
        return self.folder.path

    @property
    def serving(self) -> Path:
        """The SavedModel folder, as TensorFlow Serving takes it; raises as `path` does."""
        return self.path / serving_folder(self.version)

    @property
    def edge(self) -> Path:
        """The folder a phone takes: model, index, labels, settings; raises as `path` does."""
        return self.path / EDGE

    @property
    def size(self) -> int:
        """Bytes of all files but the record."""
        return sum(entry.size for entry in self.record.files.values())

    def products(self) -> dict[str, str]:
        """Return the names of the products it knows, by SKU; raise DamagedRelease without them."""
        name = f"{EDGE}/{LABELS_FILE}"
        try:
            return parse_labels(self.folder.read(name))
        except (OSError, UnicodeDecodeError) as error:
            raise DamagedRelease(f"{self}/{name}: cannot be read ({error})") from error

    @contextmanager
    def checked(self) -> Iterator[Release]:
        """Give this release on this machine, every file checked: itself, or a copy that is deleted.

        Raises:
            DamagedRelease: Naming each difference, before anything could be loaded.
        """
        if isinstance(self.folder, LocalFolder):
            yield self.verify()
            return
        # Names and sizes first, so that nothing but what the record lists is fetched.
        self._refuse(self.problems(checksums=False))
        with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
            copy = LocalFolder(Path(scratch) / str(self.version))
            for name in (*self.record.files, RECORD):
                self.folder.fetch(name, copy.path / name)
            yield Release(copy, self.record).verify()

    def verify(self) -> Release:
        """Check every file against its checksum; raise DamagedRelease naming each difference."""
        self._refuse(self.problems())
        return self

    def problems(self, checksums: bool = True) -> list[str]:
        """Say in sentences how the files differ from the record; without `checksums`, by size."""
        listed = self.record.files
        found = self.folder.files()
        problems = {name: f"{name} is missing" for name in listed.keys() - found.keys()}
        for name, size in found.items():
            if size is None:
                problems[name] = f"{name} is not a plain file"
            elif name == RECORD or posixpath.basename(name) in _LEFT_BY_FILE_MANAGERS:
                continue
            elif name not in listed:
                problems[name] = f"{name} is not listed"
            elif size != listed[name].size:
                problems[name] = f"{name} has changed"
            elif checksums and (problem := self._content_problem(name)):
                problems[name] = problem
        return [problems[name] for name in sorted(problems)]

    def _content_problem(self, name: str) -> str | None:
        try:
            same = self.folder.checksum(name) == self.record.files[name].sha256
        except OSError as error:
            return f"{name} cannot be read ({error})"
        return None if same else f"{name} has changed"

    def _refuse(self, problems: list[str]) -> None:
        if problems:
            raise DamagedRelease(f"{self}: damaged release: " + "; ".join(problems))

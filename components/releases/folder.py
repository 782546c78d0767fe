"""A folder that holds releases, or one of them, on a disk or in an object store.

What has to happen in one step differs. A disk renames a folder, and is told to have written it
first. An object store knows neither folders nor renaming: an object appears whole, so a folder
counts as there when its last object, the record, is, and goes by losing that one first.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from pathlib import Path
from typing import BinaryIO

REMOVED = ".removed-"
"""What folders are called while they are removed, where they can be renamed."""


class Folder(ABC):
    """A folder and what is done with it. Names inside are POSIX paths; `str()` is its address."""

    @abstractmethod
    def sub(self, name: str) -> Folder:
        """Return a folder inside; it need not exist."""

    @abstractmethod
    def parent(self) -> Folder:
        """Return the folder around it."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The last part of its address."""

    @property
    @abstractmethod
    def path(self) -> Path:
        """Where it is on this machine; raises ReleaseError for one that is not."""

    @abstractmethod
    def exists(self) -> bool:
        """Return whether anything is there."""

    @abstractmethod
    def make(self) -> None:
        """Make it, where folders have to be made; it may exist."""

    @abstractmethod
    def has(self, name: str) -> bool:
        """Return whether there is such a file."""

    @abstractmethod
    def open(self, name: str) -> BinaryIO:
        """Open a file for reading; raise FileNotFoundError, or NotADirectoryError on the way."""

    @abstractmethod
    def folders(self) -> list[str]:
        """Return the names of the folders right inside, hidden ones as well."""

    @abstractmethod
    def files(self) -> dict[str, int | None]:
        """Return every file below: name to size in bytes, None for what is not a plain file."""

    @abstractmethod
    def put(self, name: str, text: str) -> None:
        """Write a file, in place of any there was."""

    @abstractmethod
    def write(self, name: str, text: str) -> None:
        """Write a file in one step: whoever reads it finds the old text or the new one."""

    @abstractmethod
    def add(self, name: str, source: Path) -> None:
        """Copy a file of this machine there, in place of any there was."""

    @abstractmethod
    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to a path of this machine, making folders on the way."""

    @abstractmethod
    def become(self, other: Folder, last: str) -> None:
        """Move to a place that is free. Readers wait for the file `last`, and then find all."""

    @abstractmethod
    def clear(self) -> None:
        """Remove all of it, in no order; it need not exist."""

    @abstractmethod
    def remove(self, first: str) -> None:
        """Remove all of it. The file `first` goes first: without it, the rest counts for nothing.

        What is left of an interrupted removal is removed by another one.
        """

    def fill(self, source: Path) -> None:
        """Become a copy of a folder of this machine, whatever was there before."""
        self.clear()
        for path in source.rglob("*"):
            if path.is_file():
                self.add(path.relative_to(source).as_posix(), path)

    def read(self, name: str) -> str:
        """Return the text of a small file; raise as `open` does."""
        with self.open(name) as file:
            return file.read().decode("utf-8")

    def checksum(self, name: str) -> str:
        """Return the hex SHA-256 of a file, read in pieces."""
        digest = hashlib.sha256()
        with self.open(name) as file:
            while piece := file.read(1 << 20):
                digest.update(piece)
        return digest.hexdigest()

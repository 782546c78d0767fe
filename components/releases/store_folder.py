"""Folders of object stores, through fsspec."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from typing_extensions import override

from components.releases.errors import ReleaseError
from components.releases.folder import Folder


@dataclass(frozen=True)
class StoreFolder(Folder):
    """In an object store; see `Folder` for what its methods do.

    Attributes:
        fs: File system of the store, of fsspec.
        key: The folder in it.
        address: The folder as people write it.
    """

    fs: Any
    key: str
    address: str

    def __str__(self) -> str:
        return self.address

    @override
    def sub(self, name: str) -> StoreFolder:
        return StoreFolder(self.fs, f"{self.key}/{name}", f"{self.address}/{name}")

    @override
    def parent(self) -> StoreFolder:
        path, address = (text.rpartition("/")[0] for text in (self.key, self.address))
        return StoreFolder(self.fs, path, address)

    @property
    @override
    def name(self) -> str:
        return self.key.rpartition("/")[2]

    @property
    @override
    def path(self) -> Path:
        raise ReleaseError(f"{self}: is not on this machine")

    @override
    def exists(self) -> bool:
        return self._there(self.key)

    @override
    def make(self) -> None:
        pass

    @override
    def has(self, name: str) -> bool:
        return self._there(f"{self.key}/{name}")

    @override
    def open(self, name: str) -> BinaryIO:
        return self.fs.open(f"{self.key}/{name}", "rb")

    @override
    def folders(self) -> list[str]:
        try:
            inside = self.fs.ls(self.key, detail=True)
        except FileNotFoundError:
            return []
        names = (each["name"].rstrip("/") for each in inside if each["type"] == "directory")
        return [name.rpartition("/")[2] for name in names]

    @override
    def files(self) -> dict[str, int | None]:
        found = self.fs.find(self.key, detail=True)
        return {
            name.removeprefix(f"{self.key}/"): each["size"] if each["type"] == "file" else None
            for name, each in found.items()
        }

    @override
    def put(self, name: str, text: str) -> None:
        try:
            self.fs.pipe_file(f"{self.key}/{name}", text.encode("utf-8"))
        except OSError as error:
            raise ReleaseError(f"{self}/{name}: cannot be written ({error})") from error

    @override
    def write(self, name: str, text: str) -> None:
        self.put(name, text)

    @override
    def add(self, name: str, source: Path) -> None:
        self.fs.put_file(str(source), f"{self.key}/{name}")

    @override
    def fetch(self, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self.fs.get_file(f"{self.key}/{name}", str(target))

    @override
    def become(self, other: Folder, last: str) -> None:
        assert isinstance(other, StoreFolder)
        for name in sorted(self.files(), key=lambda name: name == last):
            self.fs.cp_file(f"{self.key}/{name}", f"{other.key}/{name}")
        self.remove(last)

    @override
    def clear(self) -> None:
        if self.exists():
            self.fs.rm(self.key, recursive=True)

    @override
    def remove(self, first: str) -> None:
        if self.has(first):
            self.fs.rm_file(f"{self.key}/{first}")
        self.clear()

    def _there(self, key: str) -> bool:
        try:
            self.fs.info(key)
        except FileNotFoundError:
            return False
        except Exception as error:  # Each store's library has errors of its own.
            raise ReleaseError(f"{self}: cannot be reached ({error})") from error
        return True

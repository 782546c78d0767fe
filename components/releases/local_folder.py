"""Folders of this machine."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from typing_extensions import override

from components.releases.errors import ReleaseError
from components.releases.folder import REMOVED, Folder


@dataclass(frozen=True)
class LocalFolder(Folder):
    """On this machine; see `Folder` for what its methods do."""

    where: Path

    def __str__(self) -> str:
        return str(self.where)

    @override
    def sub(self, name: str) -> LocalFolder:
        return LocalFolder(self.where / name)

    @override
    def parent(self) -> LocalFolder:
        return LocalFolder(self.where.resolve().parent)

    @property
    @override
    def name(self) -> str:
        return self.where.resolve().name

    @property
    @override
    def path(self) -> Path:
        return self.where

    @override
    def exists(self) -> bool:
        return self.where.is_dir()

    @override
    def make(self) -> None:
        self.where.mkdir(parents=True, exist_ok=True)

    @override
    def has(self, name: str) -> bool:
        return (self.where / name).exists()

    @override
    def open(self, name: str) -> BinaryIO:
        return (self.where / name).open("rb")

    @override
    def folders(self) -> list[str]:
        if not self.exists():
            return []
        return [path.name for path in self.where.iterdir() if path.is_dir()]

    @override
    def files(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for parent, folders, names in os.walk(self.where):
            links = [name for name in folders if (Path(parent) / name).is_symlink()]
            for name in names + links:
                path = Path(parent) / name
                # A link may lead, or come to lead, anywhere.
                plain = path.is_file() and not path.is_symlink()
                inside = path.relative_to(self.where).as_posix()
                found[inside] = path.stat().st_size if plain else None
        return found

    @override
    def put(self, name: str, text: str) -> None:
        target = self.where / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    @override
    def write(self, name: str, text: str) -> None:
        following = self.where / f".{name}.next"
        try:
            self.make()
            following.write_text(text, encoding="utf-8")
            _to_disk(following)
            following.replace(self.where / name)
            _to_disk(self.where)
        except OSError as error:
            raise ReleaseError(f"{self.where / name}: cannot be written ({error})") from error

    @override
    def add(self, name: str, source: Path) -> None:
        target = self.where / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    @override
    def fetch(self, name: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.where / name, target)

    @override
    def become(self, other: Folder, last: str) -> None:
        for parent, _, names in os.walk(self.where, topdown=False):
            for name in names:
                _to_disk(Path(parent) / name)
            _to_disk(Path(parent))
        self.where.rename(other.path)
        _to_disk(other.path.parent)

    @override
    def clear(self) -> None:
        if self.exists():
            shutil.rmtree(self.where)

    @override
    def remove(self, first: str) -> None:
        if self.where.name.startswith("."):
            self.clear()
            return
        hidden = LocalFolder(self.where.with_name(f"{REMOVED}{self.name}-{uuid4().hex[:8]}"))
        self.where.rename(hidden.path)
        _to_disk(hidden.path.parent)
        hidden.clear()


def _to_disk(path: Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

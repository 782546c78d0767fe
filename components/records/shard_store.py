"""Files of records that are kept to be used again, each under a key of all that made it.

    <root>/<stage>/<first two digits>/<key>.gz     the records
    <root>/<stage>/<first two digits>/<key>.json   their number and the file's SHA-256, written last

An entry counts once its note is there, so a process killed at any moment leaves no half of one. It
is compared with its note whenever it is used. The folder may be removed at any time: what is
missing is made again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.records.digests import file_digest

_logger = logging.getLogger("oneshelf.store")


def key_of(*facts: Any) -> str:
    """Return a key that changes with any of the facts, 64 hexadecimal digits.

    Args:
        facts: Whatever JSON can write, and tuples; the order of an object's names does not count.
    """
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Entry:
    """A file of the store that is whole, and the number of its records."""

    path: Path
    records: int


class ShardStore:
    """The kept files of one stage. Any number of processes may read and write it."""

    def __init__(self, root: str, stage: str) -> None:
        """Nothing is written before `put`.

        Args:
            root: Folder of all stages.
            stage: Node id.
        """
        self._folder = Path(root) / stage

    def get(self, key: str) -> Entry | None:
        """Return the entry of a key; None where there is none, or where it is damaged."""
        path, note = self._paths(key)
        try:
            told = json.loads(note.read_text(encoding="utf-8"))
            if file_digest(path) == told["sha256"]:
                return Entry(path, int(told["records"]))
        except FileNotFoundError:
            if not note.exists():
                return None
        except (OSError, ValueError, KeyError, TypeError):
            pass
        _logger.warning("%s is damaged; it is made again", path)
        note.unlink(missing_ok=True)
        return None

    def put(self, key: str, write: Callable[[Path], int]) -> Entry:
        """Make the entry of a key.

        Args:
            key: Of all that decides the file's bytes.
            write: Writes the file and returns the number of its records; what it raises goes
                through, and then there is no entry.
        """
        path, note = self._paths(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        growing = path.with_name(f".{uuid.uuid4().hex}")
        try:
            records = write(growing)
            told = {"records": records, "sha256": file_digest(growing)}
            growing.replace(path)
            growing.write_text(json.dumps(told) + "\n", encoding="utf-8")
            growing.replace(note)
        finally:
            growing.unlink(missing_ok=True)
        return Entry(path, records)

    def _paths(self, key: str) -> tuple[Path, Path]:
        folder = self._folder / key[:2]
        return folder / f"{key}.gz", folder / f"{key}.json"


def link_or_copy(source: Path, target: Path) -> None:
    """Put a file where another stage reads it: as a hard link, or as a copy where none is possible.

    Nothing may write into either afterwards.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # of a first attempt that Beam repeats
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)

"""What files a span had when it was first used: a published span never changes again.

    <records>/<name of the shelves folder>-<hash of its path>/span-3.json

The records lie with a run's output and not beside the span: data may be read-only, and one run's
trust is no other's. When a span has been read without fault, what it holds is noted; once a model
has been trained, the note becomes a record. Until then, what is wrong with a span can be mended.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from components.datasets.span_selection import chosen_spans, spans_in_words
from components.records.digests import content_hash, file_digests
from components.records.problems import InputError, Problem

MOST_NAMED = 20
"""Files of one span that are named where many differ."""


@dataclass(frozen=True)
class _Record:
    first_used: str
    files: dict[str, str]


@dataclass(frozen=True)
class SpanFiles:
    """The files of a span that are not hidden.

    Attributes:
        span: Its number.
        folder: Its folder, resolved.
        digests: SHA-256 of each file.
    """

    span: int
    folder: Path
    digests: dict[Path, str]

    @property
    def by_name(self) -> dict[str, str]:
        """Digests by path relative to the folder."""
        return {
            path.relative_to(self.folder).as_posix(): digest
            for path, digest in self.digests.items()
        }

    @property
    def content(self) -> str:
        """One hash of names and bytes of all files: other spans of the same content have it too."""
        return content_hash(self.digests, self.digests)


def files_of(spans: Iterable[tuple[int, Path]]) -> list[SpanFiles]:
    """Read every file of spans, for its digest.

    Args:
        spans: Number and folder of each.

    Raises:
        InputError: A file cannot be read.
    """
    try:
        return [
            SpanFiles(number, folder.resolve(), file_digests(_files(folder.resolve())))
            for number, folder in spans
        ]
    except OSError as error:
        what = f"cannot be read ({error.strerror})"
        problem = Problem(str(error.filename), None, what, "check its permissions")
        raise InputError([problem]) from error


class Ledger:
    """The records of one shelves folder."""

    def __init__(self, records: Path, shelves: Path) -> None:
        """Nothing is written before `note`.

        Args:
            records: Folder for the records of all shelves folders.
            shelves: The shelves folder.
        """
        folder = shelves.resolve()
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:8]
        self._folder = records / f"{folder.name}-{digest}"
        self._shelves = shelves

    def problems(
        self, files: Sequence[SpanFiles], available: Sequence[int], selection: str
    ) -> list[Problem]:
        """Return what is no longer as it was.

        Args:
            files: Of the spans taken.
            available: Numbers of all spans there are.
            selection: `DataSettings.spans`.
        """
        following = max(available, default=0) + 1
        found: list[Problem] = []
        for there in files:
            record = self._read(there.span)
            if isinstance(record, Problem):
                found.append(record)
            elif record is not None:
                found += list(_differences(there, record, following))
        used = [int(file.stem.removeprefix("span-")) for file in self._folder.glob("span-*.json")]
        gone = sorted(set(chosen_spans(selection, used)) - set(available))
        if gone:
            what = f"no longer holds {spans_in_words(gone)}, used before"
            remedy = "put it back, or leave it out by data.spans"
            found.append(Problem(str(self._shelves), None, what, remedy))
        return found

    def note(self, files: Sequence[SpanFiles]) -> None:
        """Note what the spans taken hold that have no record yet, in place of earlier notes.

        Args:
            files: Of the spans taken, read without fault.
        """
        new = {str(there.span): there.by_name for there in files if self._is_new(there.span)}
        if new or self._notes.exists():
            _write(self._notes, new)

    def settle(self) -> None:
        """Make records of what was noted, now that a model has been trained on it.

        A record is never replaced.
        """
        try:
            noted = json.loads(self._notes.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return
        now = datetime.now(timezone.utc).isoformat(timespec="seconds")
        for number, names in noted.items():
            if self._is_new(int(number)):
                _write(self._file(int(number)), {"first_used": now, "files": names})
        self._notes.unlink()

    @property
    def _notes(self) -> Path:
        return self._folder / "noted.json"

    def _is_new(self, number: int) -> bool:
        return not self._file(number).exists()

    def _file(self, number: int) -> Path:
        return self._folder / f"span-{number}.json"

    def _read(self, number: int) -> _Record | Problem | None:
        file = self._file(number)
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
            return _Record(str(content["first_used"]), dict(content["files"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError):
            return Problem(
                str(file),
                None,
                f"the record of what span-{number} held cannot be read",
                "restore it, or remove it where you know that the span is as it was",
            )


def _write(file: Path, content: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    growing = file.with_name(f".{file.name}.{os.getpid()}")
    growing.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    growing.replace(file)


def _files(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent) / name
            if not name.startswith(".") and path.is_file():
                yield path


def _differences(files: SpanFiles, record: _Record, following: int) -> Iterator[Problem]:
    folder, there = files.folder, files.by_name
    since = f"span-{files.span} was first used, on {record.first_used[:10]}"
    publish = f"put it back, and publish what is new as span-{following}"
    told = [
        *(
            Problem(str(folder / name), None, f"has changed since {since}", publish)
            for name in sorted(there.keys() & record.files.keys())
            if there[name] != record.files[name]
        ),
        *(
            Problem(str(folder / name), None, f"is gone since {since}", publish)
            for name in sorted(record.files.keys() - there.keys())
        ),
        *(
            Problem(
                str(folder / name),
                None,
                f"was added after {since}",
                f"take it out, and publish it in span-{following}",
            )
            for name in sorted(there.keys() - record.files.keys())
        ),
    ]
    yield from told[:MOST_NAMED]
    if len(told) > MOST_NAMED:
        what = f"{len(told) - MOST_NAMED:,} more of its files differ since {since}"
        yield Problem(str(folder), None, what, publish)

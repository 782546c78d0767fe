"""Reads a user's CSV or JSON file within bounds, with every fault as a sentence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.datasets.nearest_name import nearest
from components.records.problems import InputError, Problem

MAX_TABLE_BYTES = 512 * 1024 * 1024
"""Largest CSV or JSON read; a million COCO annotations take about 200 MB."""


@dataclass(frozen=True)
class TableRow:
    """One row of a CSV: its line in the file (the header is 1), and its stripped cells."""

    line: int
    cells: dict[str, str]


def read_csv(path: Path, required: Sequence[str]) -> list[TableRow]:
    """Read a CSV with a header, in UTF-8, with or without a byte order mark.

    Args:
        path: The file.
        required: Columns it must have.

    Raises:
        InputError: The file cannot be read as a table, lacks columns, or has rows with more cells
            than there are columns (all of them named).
    """
    text = _read_text(path, remedy="save it as CSV UTF-8")
    try:
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header, required)
        rows, problems = [], []
        for values in reader:
            cells = [value.strip() for value in values]
            if any(cells[len(header) :]):
                what = f"{len(cells)} cells, while the header has {len(header)}"
                remedy = "put cells that contain commas in double quotes"
                problems.append(Problem(str(path), reader.line_num, what, remedy))
            elif any(cells):
                rows.append(TableRow(reader.line_num, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        raise InputError(
            [Problem(str(path), reader.line_num, f"not valid CSV ({error})", "correct this row")]
        ) from error
    if problems:
        raise InputError(problems)
    return rows


def stream_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV without header, one at a time, so that it may be long.

    Args:
        path: The file, in UTF-8.

    Yields:
        The row's line in the file, counted from 1, and its stripped cells. Blank rows are left out.

    Raises:
        InputError: The file cannot be read as a table.
    """
    line = 0
    with (
        _faults_as_problems(path, "save it as CSV UTF-8"),
        path.open(encoding="utf-8-sig", newline="") as stream,
    ):
        reader = csv.reader(stream, strict=True)
        try:
            for values in reader:
                line = reader.line_num
                cells = [value.strip() for value in values]
                if any(cells):
                    yield line, cells
        except UnicodeDecodeError as error:  # it tells a position in a block, not in the file
            what, remedy = f"not UTF-8, some way after row {line}", "save it as CSV UTF-8"
            raise InputError([Problem(str(path), None, what, remedy)]) from error
        except csv.Error as error:
            what, remedy = f"not valid CSV ({error})", "correct this row"
            raise InputError([Problem(str(path), line + 1, what, remedy)]) from error


def read_json(path: Path) -> Any:
    """Read a JSON file in UTF-8.

    Raises:
        InputError: The file cannot be read as JSON.
    """
    text = _read_text(path, remedy="save it as UTF-8")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        what, row = f"not valid JSON ({error.msg}, column {error.colno})", error.lineno
    except (RecursionError, ValueError) as error:
        what, row = f"not valid JSON ({error})", None
    raise InputError([Problem(str(path), row, what, "export it again")])


def _read_text(path: Path, remedy: str) -> str:
    with _faults_as_problems(path, remedy):
        return path.read_text(encoding="utf-8-sig")


@contextmanager
def _faults_as_problems(path: Path, remedy: str) -> Iterator[None]:
    """Hold a file to the size allowed, and turn the failures of reading it into problems."""

    def refuse(what: str, remedy: str) -> InputError:
        return InputError([Problem(str(path), None, what, remedy)])

    try:
        size = path.stat().st_size
        if size > MAX_TABLE_BYTES:
            raise refuse(
                f"{size:,} bytes, more than the {MAX_TABLE_BYTES:,} allowed",
                "split it into several spans",
            )
        yield
    except FileNotFoundError as error:
        raise refuse("the file does not exist", "check the path") from error
    except IsADirectoryError as error:
        raise refuse("is a folder, not a file", "give the path of the file in it") from error
    except OSError as error:
        raise refuse(f"cannot be read ({error.strerror})", "check its permissions") from error
    except UnicodeDecodeError as error:
        raise refuse(f"not UTF-8 at byte {error.start:,}", remedy) from error


def _check_header(path: Path, header: list[str], required: Sequence[str]) -> None:
    if not any(header):
        remedy = f"start it with the header {','.join(required)}"
        raise InputError([Problem(str(path), None, "the file is empty", remedy)])
    missing = [name for name in required if name not in header]
    if not missing:
        return
    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        what = "columns are not separated by commas"
        raise InputError([Problem(str(path), 1, what, "export it with commas")])
    others = [name for name in header if name not in required]
    raise InputError(
        [
            Problem(
                str(path),
                1,
                f"no column '{name}' (there are: {', '.join(header)})",
                f"{nearest(name, others)}add the column or rename one",
            )
            for name in missing
        ]
    )

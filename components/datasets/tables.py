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
from components.datasets.table_text import LEGACY, NoText, decoded
from components.imaging.regular_file import NoRegularFile, regular_size
from components.records.problems import InputError, Problem
from components.records.skus import tidy_sku

MAX_TABLE_BYTES = 512 * 1024 * 1024
"""Largest CSV or JSON read; a million COCO annotations take about 200 MB."""

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_AROUND = " \t\r\n"
_SAVE = "save it as CSV UTF-8"
_MOST_HEADER = 100_000  # letters that a header is looked for in


@dataclass(frozen=True)
class TableRow:
    """One row of a CSV.

    Attributes:
        line: Its line in the file (the header is 1).
        cells: By column, without plain spaces around them.
    """

    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Table:
    """A CSV with a header.

    Attributes:
        rows: Those that are not blank.
        remarks: What was taken otherwise than it is written, if anything.
    """

    rows: tuple[TableRow, ...]
    remarks: tuple[Problem, ...] = ()


def read_csv(path: Path, required: Sequence[str], known: Sequence[str] = ()) -> Table:
    """Read a CSV with a header, as spreadsheets and databases write it.

    Columns are separated by commas, semicolons, tabs or bars. The text is in UTF-8 or UTF-16, or,
    with a remark, in Windows-1252. Capital letters in names of columns do not matter.

    Args:
        path: The file.
        required: Columns it must have.
        known: Columns it may have that are asked for by name.

    Raises:
        InputError: The file cannot be read as a table, lacks columns, or has rows with more cells
            than there are columns (all of them named).
    """
    with faults_as_problems(path, _SAVE):
        text, word = decoded(path.read_bytes(), legacy=True)
    remarks = []
    if word:
        what = f"is not in UTF-8, and read as {LEGACY} ('{word}')"
        remarks.append(Problem(str(path), None, what, f"{_SAVE} where this is not right"))
    text, skipped = _without_separator_line(text)
    separator = _separator(text, required)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, skipinitialspace=True, strict=True
    )
    try:
        header = _header(path, next(reader, []), required, known)
        rows, problems = [], []
        for values in reader:
            line = skipped + reader.line_num
            cells = [value.strip(_AROUND) for value in values]
            if any(cells[len(header) :]):
                what = f"{len(cells)} cells, while the header has {len(header)}"
                remedy = f"put cells that contain {_SEPARATORS[separator]} in double quotes"
                problems.append(Problem(str(path), line, what, remedy))
            elif any(cells):
                named = zip(header, cells, strict=False)
                rows.append(TableRow(line, {name: cell for name, cell in named if name}))
    except csv.Error as error:
        line, what = skipped + reader.line_num, f"not valid CSV ({error})"
        raise InputError([Problem(str(path), line, what, "correct this row")]) from error
    if problems:
        raise InputError(problems)
    return Table(tuple(rows), tuple(remarks))


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
        faults_as_problems(path, _SAVE),
        path.open(encoding="utf-8-sig", newline="") as stream,
    ):
        reader = csv.reader(stream, skipinitialspace=True, strict=True)
        try:
            for values in reader:
                line = reader.line_num
                cells = [value.strip() for value in values]
                if any(cells):
                    yield line, cells
        except UnicodeDecodeError as error:  # it tells a position in a block, not in the file
            what, remedy = f"not UTF-8, some way after row {line}", _SAVE
            raise InputError([Problem(str(path), None, what, remedy)]) from error
        except csv.Error as error:
            what, remedy = f"not valid CSV ({error})", "correct this row"
            raise InputError([Problem(str(path), line + 1, what, remedy)]) from error


def read_json(path: Path) -> Any:
    """Read a JSON file in UTF-8.

    Raises:
        InputError: The file cannot be read as JSON.
    """
    with faults_as_problems(path, "save it as UTF-8"):
        text, _ = decoded(path.read_bytes())
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        what, row = f"not valid JSON ({error.msg}, column {error.colno})", error.lineno
    except (RecursionError, ValueError) as error:
        what, row = f"not valid JSON ({error})", None
    raise InputError([Problem(str(path), row, what, "export it again")])


@contextmanager
def faults_as_problems(
    path: Path, remedy: str, split: str = "split it into several spans"
) -> Iterator[None]:
    """Hold a file to the size allowed, and turn the failures of reading it into problems.

    Args:
        path: The file.
        remedy: For what is no text.
        split: The remedy for a file that is too large.
    """

    def refuse(what: str, remedy: str) -> InputError:
        return InputError([Problem(str(path), None, what, remedy)])

    try:
        size = regular_size(path)
        if size > MAX_TABLE_BYTES:
            raise refuse(
                f"{size:,} bytes, more than the {MAX_TABLE_BYTES:,} allowed",
                split,
            )
        yield
    except FileNotFoundError as error:
        raise refuse("the file does not exist", "check the path") from error
    except IsADirectoryError as error:
        raise refuse("is a folder, not a file", "give the path of the file in it") from error
    except NoRegularFile as error:
        remedy = "write what it yields to a file, and give that"
        raise refuse("is a pipe or a device, not a file", remedy) from error
    except OSError as error:
        raise refuse(f"cannot be read ({error.strerror})", "check its permissions") from error
    except NoText as error:
        raise refuse(str(error), remedy) from error


def _without_separator_line(text: str) -> tuple[str, int]:
    """Return the text without Excel's first line ``sep=;``, and the number of lines left out."""
    first, _, rest = text.partition("\n")
    is_one = len(first.rstrip("\r")) == len("sep=;") and first.lower().startswith("sep=")
    return (rest, 1) if is_one else (text, 0)


def _separator(text: str, required: Sequence[str]) -> str:
    """Return what separates columns: with it, the header has most of those required."""
    wanted, beginning = {_folded(name) for name in required}, text[:_MOST_HEADER]

    def fit(separator: str) -> tuple[int, int]:
        try:
            rows = csv.reader(
                io.StringIO(beginning, newline=""), delimiter=separator, skipinitialspace=True
            )
            header = next(rows, [])
        except csv.Error:
            return 0, 0
        return len(wanted & set(map(_folded, header))), len(header)

    return max(_SEPARATORS, key=fit)  # of equal ones the first


def _header(
    path: Path, written: Sequence[str], required: Sequence[str], known: Sequence[str]
) -> list[str]:
    """Return the names of the columns, those asked for as they are asked for."""

    def refuse(what: str, remedy: str) -> InputError:
        return InputError([Problem(str(path), 1, what, remedy)])

    asked = {_folded(name): name for name in (*required, *known)}
    header = [asked.get(_folded(name), tidy_sku(name)) for name in written]
    if not any(header):
        remedy = f"start it with the header {','.join(required)}"
        raise InputError([Problem(str(path), None, "the file is empty", remedy)])
    for name in dict.fromkeys(filter(None, header)):
        if header.count(name) > 1:
            raise refuse(f"column '{name}' is there {header.count(name)} times", "keep one of them")
    missing = [name for name in required if name not in header]
    if missing:
        others = [name for name in header if name and name not in required]
        there = ", ".join(name for name in header if name)
        raise InputError(
            [
                Problem(
                    str(path),
                    1,
                    f"no column '{name}' (there are: {there})",
                    f"{nearest(name, others)}add the column or rename one",
                )
                for name in missing
            ]
        )
    return header


def _folded(name: str) -> str:
    return tidy_sku(name).casefold()

"""Tables as files: CSV, written as rows come, and XLSX, written at the end."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.predict.count_table import Cell
from components.runtime.system_errors import naming

_MOST_ROWS = 1_048_576
"""Of a sheet, by the format."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""

WriteRow = Callable[[Sequence[Cell]], None]


class CannotWriteTable(Exception):
    """The file cannot be written. One line for the user."""


@contextmanager
def csv_table(path: Path, header: Sequence[str]) -> Iterator[WriteRow]:
    """Give a function that adds a row to a CSV in UTF-8.

    Raises:
        CannotWriteTable: The file cannot be written.
    """
    # A file name that is no UTF-8 holds lone surrogates.
    with _opened(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
        writer = csv.writer(file)

        def write(row: Sequence[Cell]) -> None:
            with naming(path):
                writer.writerow(row)
                file.flush()

        write(header)
        yield write


@contextmanager
def xlsx_table(path: Path, header: Sequence[str]) -> Iterator[WriteRow]:
    """Give a function that adds a row to a spreadsheet: texts stay texts, numbers are numbers.

    Raises:
        CannotWriteTable: The file cannot be written, or there are more rows than a sheet can have.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    with _opened(path, "wb") as file:
        book = Workbook(write_only=True)
        sheet = book.create_sheet("counts")
        sheet.freeze_panes = "A2"
        rows = 0

        def cell(value: Cell) -> Any:
            if not isinstance(value, str):
                return value
            text = WriteOnlyCell(sheet, _UNWRITABLE.sub("\ufffd", value))
            # A name that begins with "=" is no formula, and a code no number.
            text.data_type = "s"
            return text

        def write(row: Sequence[Cell]) -> None:
            nonlocal rows
            rows += 1
            if rows > _MOST_ROWS:
                raise CannotWriteTable(
                    f"{path}: more than the {_MOST_ROWS:,} rows that a sheet can have; write a "
                    "table with --csv, or look at fewer photos at a time"
                )
            sheet.append([cell(value) for value in row])

        write(header)
        yield write
        # A ZIP that cannot be written to its end complains without end; so it is made in memory.
        content = io.BytesIO()
        book.save(content)
        with naming(path):
            file.write(content.getbuffer())
            file.flush()


@contextmanager
def _opened(path: Path, mode: str, **text: Any) -> Iterator[Any]:
    try:
        file = path.open(mode, **text)
    except OSError as error:
        raise CannotWriteTable(f"{path}: cannot be written ({error.strerror})") from None
    with naming(path), file:
        yield file

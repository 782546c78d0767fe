"""Tables as files, CSV and XLSX; there once they are whole."""

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
from components.runtime.whole_output import CannotWrite, whole_output

_MOST_ROWS = 1_048_576
"""Of a sheet, by the format."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""

WriteRow = Callable[[Sequence[Cell]], None]


MAKER = "OneShelf"
"""What a spreadsheet names as its creator, so that none of other people's is written over."""


@contextmanager
def csv_table(path: Path, header: Sequence[str]) -> Iterator[WriteRow]:
    """Give a function that adds a row to a CSV in UTF-8.

    Raises:
        CannotWrite: The file cannot be written.
    """
    # A file name that is no UTF-8 holds lone surrogates.
    with whole_output(path, "w", encoding="utf-8", errors="backslashreplace", newline="") as file:
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
        CannotWrite: The file cannot be written, or there are more rows than a sheet can have.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    with whole_output(path, "wb") as file:
        book = Workbook(write_only=True)
        book.properties.creator = MAKER
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
                raise CannotWrite(
                    f"{path}: more than the {_MOST_ROWS:,} rows that a sheet can have; write a "
                    "table with --csv, or look at fewer photos at a time"
                )
            sheet.append([cell(value) for value in row])

        write(header)
        try:
            yield write
        except BaseException:
            # Left open, its half-written XML complains when Python ends.
            sheet.close()
            raise
        # A ZIP that cannot be written to its end complains without end; so it is made in memory.
        content = io.BytesIO()
        book.save(content)
        with naming(path):
            file.write(content.getbuffer())
            file.flush()

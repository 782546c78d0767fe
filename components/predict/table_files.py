"""Tables as files, CSV and XLSX; there once they are whole."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from components.predict.count_table import Cell
from components.predict.count_totals import TOTALS_HEADER, CountTotals
from components.runtime.system_errors import naming
from components.runtime.whole_output import CannotWrite, whole_output

_MOST_ROWS = 1_048_576
"""Of a sheet, by the format."""
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold."""

_WIDTHS = {"photo": 36, "name": 36, "error": 48, "time": 24, "what": 72}
"""Of columns, in characters; rows are written as they come, before the longest is known."""
_TIME = 'yyyy-mm-dd hh:mm:ss "UTC"'

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
                writer.writerow(
                    [cell.isoformat() if isinstance(cell, datetime) else cell for cell in row]
                )
                file.flush()

        write(header)
        yield write


@contextmanager
def xlsx_table(
    path: Path, header: Sequence[str], totals: CountTotals | None = None
) -> Iterator[WriteRow]:
    """Give a function that adds a row to a spreadsheet: texts stay texts, numbers are numbers.

    Args:
        path: The file.
        header: The names of the columns.
        totals: Adds up the rows, for a second sheet.

    Raises:
        CannotWrite: The file cannot be written, or there are more rows than a sheet can have.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    with whole_output(path, "wb") as file:
        book = Workbook(write_only=True)
        book.properties.creator = MAKER
        sheet = _sheet(book, "counts", header)
        rows = 1

        def write(row: Sequence[Cell]) -> None:
            nonlocal rows
            rows += 1
            if rows > _MOST_ROWS:
                raise CannotWrite(
                    f"{path}: more than the {_MOST_ROWS:,} rows that a sheet can have; write a "
                    "table with --csv, or look at fewer photos at a time"
                )
            sheet.append([_cell(sheet, value) for value in row])
            if totals is not None:
                totals.add(row)

        try:
            yield write
        except BaseException:
            # Left open, its half-written XML complains when Python ends.
            sheet.close()
            raise
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{rows}"
        if totals is not None:
            sums = _sheet(book, "totals", TOTALS_HEADER)
            for row in totals.rows():
                sums.append([_cell(sums, value) for value in row])
        # A ZIP that cannot be written to its end complains without end; so it is made in memory.
        content = io.BytesIO()
        book.save(content)
        with naming(path):
            file.write(content.getbuffer())
            file.flush()


def xlsx_sheets(
    path: Path, sheets: Mapping[str, tuple[Sequence[str], Sequence[Sequence[Cell]]]]
) -> None:
    """Write a spreadsheet of several sheets.

    Args:
        path: The file.
        sheets: Header and rows of each, by its name; not more rows than a sheet can have.

    Raises:
        CannotWrite: The file cannot be written.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    with whole_output(path, "wb") as file:
        book = Workbook(write_only=True)
        book.properties.creator = MAKER
        for title, (header, rows) in sheets.items():
            sheet = _sheet(book, title, header)
            for row in rows[: _MOST_ROWS - 1]:
                sheet.append([_cell(sheet, value) for value in row])
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(header))}{len(rows) + 1}"
        content = io.BytesIO()
        book.save(content)
        with naming(path):
            file.write(content.getbuffer())
            file.flush()


def _sheet(book: Any, title: str, header: Sequence[str]) -> Any:
    """Add a sheet whose header is bold and stays in sight."""
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, name in enumerate(header, start=1):
        width = _WIDTHS.get(name, max(14, len(name) + 4))
        sheet.column_dimensions[get_column_letter(number)].width = width
    cells = [_cell(sheet, name) for name in header]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _cell(sheet: Any, value: Cell) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if isinstance(value, datetime):
        # Spreadsheets know no time zones.
        time = WriteOnlyCell(sheet, value.astimezone(timezone.utc).replace(tzinfo=None))
        time.number_format = _TIME
        return time
    if not isinstance(value, str):
        return value
    text = WriteOnlyCell(sheet, _UNWRITABLE.sub("\ufffd", value))
    # A name that begins with "=" is no formula, and a code no number.
    text.data_type = "s"
    return text

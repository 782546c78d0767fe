r"""Planograms of ProSpace, now Blue Yonder Space Planning: `.psa`.

Text, one record a line, cells parted by commas, `\` before what is meant as it is. The first line
is `PROSPACE SCHEMATIC FILE`; `; Codepage=1252` names the code page. Records follow what they belong
to: positions their fixture, fixtures their planogram. Y is measured up from the floor.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from components.datasets.tables import faults_as_problems
from components.planograms.places import DrawnItem, planned
from components.planograms.planogram import MOST_FACINGS, PlannedItem, Planogram, in_order
from components.records.problems import InputError, Problem
from components.records.skus import sku_fault, tidy_sku

FIRST_LINE = "PROSPACE SCHEMATIC FILE"
_CODE_PAGE = re.compile(rb"^;\s*Codepage=(\d{3,5})", re.MULTILINE | re.IGNORECASE)
_USUAL_CODE_PAGE = "1252"
_BEGINNING = 1000
"""Bytes that the code page is looked for in."""
_EXPORT = "export the planogram again"

# Cells, counted from the record's type.
_UPC, _ID, _NAME = 1, 2, 3
_PLANOGRAM_NAME = 1
_X, _WIDTH, _Y, _HEIGHT = 4, 5, 6, 7
_FACINGS_WIDE = 14


@dataclass
class _Planogram:
    """One planogram of the file, as its records come.

    Attributes:
        name: Of the planogram.
        board: Top of the fixture that positions follow; None before the first.
        items: So far.
    """

    name: str
    board: float | None = None
    items: list[DrawnItem] = field(default_factory=list)


def read_prospace(path: Path) -> Planogram:
    """Read such a file; each planogram in it is a bay.

    Raises:
        InputError: It is no such file; every fault is named.
    """
    problems: list[Problem] = []
    names: dict[tuple[str, str], str] = {}
    bays: list[_Planogram] = []

    def fault(line: int, what: str, remedy: str = _EXPORT) -> None:
        problems.append(Problem(str(path), line, what, remedy))

    records = list(_records(path))
    for _, cells in records:
        if cells[0] == "Product":
            names[_cell(cells, _UPC), _cell(cells, _ID)] = _cell(cells, _NAME)
    for line, cells in records:
        if cells[0] == "Planogram":
            bays.append(_Planogram(_cell(cells, _PLANOGRAM_NAME)))
        elif cells[0] == "Fixture" and bays:
            y, height = _number(cells, _Y), _number(cells, _HEIGHT)
            if y is None or height is None:
                fault(line, "the fixture has no place (cells 7 and 8)")
            bays[-1].board = -((y or 0.0) + (height or 0.0))
        elif cells[0] == "Position":
            if not bays:
                fault(line, "a position comes before any planogram")
                continue
            code = _cell(cells, _UPC), _cell(cells, _ID)
            item, why = _item(cells, line, names.get(code), bays[-1].board)
            if item is None:
                fault(line, *why)
            else:
                bays[-1].items.append(item)
    if not bays:
        fault(1, "holds no planogram")
    if problems:
        raise InputError(problems)
    items: list[PlannedItem] = []
    for number, bay in enumerate(bays, start=1):
        twice = [each.name for each in bays].count(bay.name) > 1
        items += planned(f"{bay.name} ({number})" if twice else bay.name, bay.items)
    return Planogram(in_order(items))


def _item(
    cells: list[str], line: int, name: str | None, board: float | None
) -> tuple[DrawnItem | None, tuple[str, ...]]:
    """Return the item of a position, or None and why there is none: what, and the remedy if any."""
    upc, key = _cell(cells, _UPC), _cell(cells, _ID)
    sku = tidy_sku(key or upc)
    if (odd := sku_fault(sku)) is not None:
        return None, (odd.what, odd.remedy)
    if name is None:
        return None, (f"the product '{sku}' of the position has no record 'Product'",)
    x, width, y = (_number(cells, at) for at in (_X, _WIDTH, _Y))
    if x is None or width is None or y is None:
        return None, ("the position has no place (cells 5 to 7)",)
    facings = _number(cells, _FACINGS_WIDE)
    if facings is None or not 0 <= facings <= MOST_FACINGS:
        return None, (f"the position has no number of facings up to {MOST_FACINGS} (cell 15)",)
    foot = -y
    item = DrawnItem(
        sku=sku,
        other_codes=tuple(code for code in (upc, name) if code and code != sku),
        name=name,
        facings=max(1, round(facings)),
        x=x,
        width=width,
        height=_number(cells, _HEIGHT) or None,
        foot=foot,
        board=foot if board is None else board,
        line=line,
    )
    return item, ()


def _records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line and cells of each record."""
    with faults_as_problems(path, _EXPORT, "export fewer planograms into one file"):
        data = path.read_bytes()
    text = _text(path, data)
    lines = text.splitlines()
    if not lines or not lines[0].startswith(FIRST_LINE):
        what = f"is no ProSpace planogram: its first line is not '{FIRST_LINE}'"
        raise InputError([Problem(str(path), 1, what, _EXPORT)])
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith(";"):
            continue
        try:
            cells = next(csv.reader([line], quoting=csv.QUOTE_NONE, escapechar="\\"), [])
        except csv.Error as error:
            what = f"cannot be read ({error})"
            raise InputError([Problem(str(path), number, what, _EXPORT)]) from error
        if cells:
            yield number, cells


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = _CODE_PAGE.search(data[:_BEGINNING])
        page = named[1].decode() if named else _USUAL_CODE_PAGE
    try:
        return data.decode(f"cp{page}")
    except (LookupError, UnicodeDecodeError) as error:
        what = f"is no text in code page {page}"
        raise InputError([Problem(str(path), None, what, _EXPORT)]) from error


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip() if at < len(cells) else ""


def _number(cells: list[str], at: int) -> float | None:
    try:
        number = float(_cell(cells, at))
    except ValueError:
        return None
    return number if math.isfinite(number) else None

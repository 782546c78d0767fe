"""Planograms as a table: `bay,row,position,sku,facings[,x,y,width,height]`.

Rows count from the top and positions from the left, both from 1. Lengths are centimetres; `x` and
`y` are those of the lower left corner, from the left end and from the top of the bay. `width` and
`height` are of all facings together.
"""

from __future__ import annotations

import math
from pathlib import Path

from components.datasets.tables import TableRow, read_csv
from components.planograms.planogram import (
    MOST_FACINGS,
    Area,
    PlannedItem,
    Planogram,
    in_order,
)
from components.records.problems import InputError, Problem
from components.records.skus import sku_fault, tidy_sku

REQUIRED = ("row", "position", "sku")
_OPTIONAL = ("bay", "facings", "name", "x", "y", "width", "height")
_MOST_PLACES = 10_000
"""Rows of a bay and positions of a row, to tell a number from a code in the wrong column."""


def read_csv_planogram(path: Path) -> Planogram:
    """Read such a table.

    Args:
        path: The file. Without a column `bay` all is one bay, without `facings` each item has one.

    Raises:
        InputError: It is no such table; every fault is named.
    """
    table = read_csv(path, REQUIRED, _OPTIONAL)
    problems: list[Problem] = []
    items: list[PlannedItem] = []
    seen: dict[tuple[str, int, int], int] = {}
    for row in table.rows:
        item, faults = _item(row)
        problems += [Problem(str(path), row.line, what, remedy) for what, remedy in faults]
        if item is None:
            continue
        place = item.bay, item.row, item.position
        if place in seen:
            what = (
                f"row {item.row}, position {item.position} of the bay is in row {seen[place]}, too"
            )
            problems.append(Problem(str(path), row.line, what, "give each item its own position"))
        seen.setdefault(place, row.line)
        items.append(item)
    if problems:
        raise InputError(problems)
    return Planogram(in_order(items), table.remarks)


def _item(row: TableRow) -> tuple[PlannedItem | None, list[tuple[str, str]]]:
    """Return the item of a row, or None and what is wrong with it, each with its remedy."""
    faults: list[tuple[str, str]] = []
    cells = row.cells
    numbers = {}
    for name, most in (
        ("row", _MOST_PLACES),
        ("position", _MOST_PLACES),
        ("facings", MOST_FACINGS),
    ):
        written = cells.get(name, "")
        if not written and name == "facings":
            written = "1"
        number = _whole(written)
        if number is None or not 1 <= number <= most:
            what = f"{name} is {_quoted(written)}, no whole number from 1 to {most:,}"
            faults.append((what, _COUNTED[name]))
        numbers[name] = number or 0
    sku = tidy_sku(cells.get("sku", ""))
    if (fault := sku_fault(sku)) is not None:
        faults.append((fault.what, fault.remedy))
    lengths: dict[str, float | None] = {}
    for name in ("x", "y", "width", "height"):
        written = cells.get(name, "")
        length = _length(written)
        if written and (length is None or (length <= 0 and name in ("width", "height"))):
            what = f"{name} is {_quoted(written)}, no length in centimetres"
            faults.append((what, "write a number such as 12.5, or leave it empty"))
        lengths[name] = length
    if faults:
        return None, faults
    x, width = lengths["x"], lengths["width"]
    area = None if x is None or width is None else Area(x, width, lengths["y"], lengths["height"])
    item = PlannedItem(
        bay=cells.get("bay", ""),
        row=numbers["row"],
        position=numbers["position"],
        sku=sku,
        facings=numbers["facings"],
        area=area,
        line=row.line,
        name=cells.get("name", ""),
    )
    return item, []


_COUNTED = {
    "row": "count the rows of the bay from the top, from 1",
    "position": "count the items of the row from the left, from 1",
    "facings": "write how many stand side by side, or leave it empty for one",
}


def _whole(written: str) -> int | None:
    try:
        number = float(written)
    except ValueError:
        return None
    return int(number) if math.isfinite(number) and number == int(number) else None


def _length(written: str) -> float | None:
    """Return a number, with a decimal comma, too; None for what is none."""
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _quoted(written: str) -> str:
    return f"'{written[:40]}'" if written else "empty"

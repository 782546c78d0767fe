"""Planograms as JSON: `Products`, `Fixtures` and `Positions` with their places.

    {"Width": 50, "Height": 72,
     "Products":  [{"Id": "7", "Name": "Tea", "W": 4.9, "H": 7.8}],
     "Fixtures":  [{"Id": "1", "X": 0, "Y": 69.4, "W": 50, "H": 1.7}],
     "Positions": [{"Id": "1", "ProductId": "7", "FixtureId": "1", "X": 1, "Y": 61.6}]}

X from the left, Y from the top, of the upper left corner, in any unit. A position is one facing.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from components.datasets.tables import read_json
from components.planograms.places import DrawnItem, planned
from components.planograms.planogram import Planogram, in_order
from components.records.problems import InputError, Problem
from components.records.skus import sku_fault, tidy_sku

_LISTS = ("Products", "Fixtures", "Positions")
_EXPORT = "export it again, or give the planogram as a CSV with row,position,sku,facings"


def read_json_planogram(path: Path) -> Planogram:
    """Read such a file.

    Raises:
        InputError: It is no such file; every fault is named.
    """
    document = read_json(path)
    if not isinstance(document, dict) or not all(
        isinstance(document.get(name), list) for name in _LISTS
    ):
        what = f"is no planogram: it needs the lists {', '.join(_LISTS)}"
        raise InputError([Problem(str(path), None, what, _EXPORT)])
    reader = _Reader(path)
    products = reader.by_id("product", document["Products"], ("W", "H"))
    fixtures = reader.by_id("fixture", document["Fixtures"], ("Y",))
    drawn = []
    for number, entry in enumerate(document["Positions"], start=1):
        item = reader.item(number, entry, products, fixtures)
        if item is not None:
            drawn.append(item)
    if reader.problems:
        raise InputError(reader.problems)
    return Planogram(in_order(planned("", drawn)))


class _Reader:
    """Reads the lists and gathers what is wrong with them."""

    def __init__(self, path: Path) -> None:
        self.problems: list[Problem] = []
        self._path = path

    def by_id(self, kind: str, entries: list[Any], lengths: tuple[str, ...]) -> dict[str, Any]:
        """Return entries by their Id, those that have one and the lengths asked for."""
        known: dict[str, Any] = {}
        for number, entry in enumerate(entries, start=1):
            where = f"{kind} {number}"
            key = _text(entry, "Id")
            if not key:
                self._fault(where, "has no Id", "give each its own")
            elif key in known:
                self._fault(where, f"Id '{key}' is there twice", "give each its own")
            elif missing := [name for name in lengths if _number(entry, name) is None]:
                self._fault(where, f"{missing[0]} is no number", "give its length")
            else:
                known[key] = entry
        return known

    def item(
        self, number: int, entry: Any, products: dict[str, Any], fixtures: dict[str, Any]
    ) -> DrawnItem | None:
        """Return the item of a position; None where something is wrong with it."""
        where = f"position {number}"
        product, fixture = _text(entry, "ProductId"), _text(entry, "FixtureId")
        x, y = _number(entry, "X"), _number(entry, "Y")
        if product not in products:
            self._fault(where, f"ProductId '{product}' is no product", "add it to Products")
        elif fixture not in fixtures:
            self._fault(where, f"FixtureId '{fixture}' is no fixture", "add it to Fixtures")
        elif x is None or y is None:
            self._fault(where, f"{'X' if x is None else 'Y'} is no number", "give its place")
        elif fault := sku_fault(sku := tidy_sku(product)):
            self._fault(where, fault.what, fault.remedy)
        else:
            name, width = _text(products[product], "Name"), _number(products[product], "W")
            height, board = _number(products[product], "H"), _number(fixtures[fixture], "Y")
            return DrawnItem(
                sku=sku,
                other_codes=(name,),
                name=name,
                facings=1,
                x=x,
                width=width or 0.0,
                height=height,
                foot=y + (height or 0.0),
                board=board or 0.0,
                line=where,
            )
        return None

    def _fault(self, where: str, what: str, remedy: str) -> None:
        self.problems.append(Problem(str(self._path), where, what, remedy))


def _text(entry: Any, name: str) -> str:
    value = entry.get(name) if isinstance(entry, dict) else None
    return str(value).strip() if isinstance(value, str | int) else ""


def _number(entry: Any, name: str) -> float | None:
    value = entry.get(name) if isinstance(entry, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None

"""Reading a planogram, whichever program wrote it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from components.planograms.csv_planogram import read_csv_planogram
from components.planograms.json_planogram import read_json_planogram
from components.planograms.planogram import MOST_IN_ROW, MOST_ITEMS, MOST_ROWS, Planogram
from components.planograms.prospace import read_prospace
from components.records.problems import InputError, Problem

_READERS = {".psa": read_prospace, ".json": read_json_planogram}


def read_planogram(path: Path) -> Planogram:
    """Read a planogram: `.psa` of ProSpace, `.json`, or else a CSV.

    Raises:
        InputError: It cannot be used; every fault is named.
    """
    planogram = _READERS.get(path.suffix.lower(), read_csv_planogram)(path)
    if fault := _fault(planogram):
        raise InputError([Problem(str(path), None, *fault)])
    return planogram


def _fault(planogram: Planogram) -> tuple[str, str] | None:
    """Return what is wrong with a planogram as a whole, and the remedy; None for nothing."""
    if not planogram.items:
        return "plans no product", "give a planogram with items"
    if len(planogram.items) > MOST_ITEMS:
        what = f"plans {len(planogram.items):,} items, more than the {MOST_ITEMS:,} allowed"
        return what, "give the planogram of the bays at hand"
    facings: Counter[tuple[str, int]] = Counter()
    for item in planogram.items:
        facings[item.bay, item.row] += item.facings
    (bay, row), most = facings.most_common(1)[0]
    if most > MOST_IN_ROW:
        what = f"row {row} of {_called(bay)} has {most:,} facings, more than {MOST_IN_ROW:,}"
        return what, "name the bays that stand side by side in a column bay"
    rows = Counter(bay for bay, _ in facings)
    bay, most = rows.most_common(1)[0]
    if most > MOST_ROWS:
        what = f"{_called(bay)} has {most:,} rows, more than {MOST_ROWS:,}"
        return what, "count the rows of each bay from its top"
    return None


def _called(bay: str) -> str:
    return f"bay '{bay}'" if bay else "the bay"

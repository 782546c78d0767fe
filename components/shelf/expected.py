"""A list of products that must be there, wherever they stand: `sku[,min_facings]`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from components.datasets.tables import read_csv
from components.planograms.planogram import MOST_FACINGS
from components.records.problems import InputError, Problem
from components.records.skus import sku_fault, tidy_sku
from components.shelf.facing import Shelf

FEWEST = "min_facings"


@dataclass(frozen=True)
class ExpectedAnswer:
    """What photos say of one product that must be there.

    Attributes:
        sku: The product.
        asked: Facings that there must be.
        seen: Facings that there are, on all photos together.
    """

    sku: str
    asked: int
    seen: int

    @property
    def status(self) -> Literal["ok", "low", "missing"]:
        """`ok`: as many as asked for; `low`: fewer; `missing`: none."""
        if self.seen >= self.asked:
            return "ok"
        return "low" if self.seen else "missing"


def read_expected_list(path: Path) -> dict[str, int]:
    """Return by SKU how many facings there must be.

    Args:
        path: The file; a `products.csv` will do, and asks for one facing of each.

    Raises:
        InputError: It is no such table; every fault is named.
    """
    problems: list[Problem] = []
    expected: dict[str, int] = {}
    for row in read_csv(path, ("sku",), (FEWEST,)).rows:
        sku, written = tidy_sku(row.cells.get("sku", "")), row.cells.get(FEWEST, "") or "1"
        fewest = int(written) if written.isdecimal() and len(written) < 6 else 0
        if (fault := sku_fault(sku)) is not None:
            problems.append(Problem(str(path), row.line, fault.what, fault.remedy))
        elif not 1 <= fewest <= MOST_FACINGS:
            what = f"{FEWEST} is '{written[:40]}', no whole number from 1 to {MOST_FACINGS}"
            remedy = "write how many facings there must be, or leave it empty for one"
            problems.append(Problem(str(path), row.line, what, remedy))
        else:
            expected[sku] = max(fewest, expected.get(sku, 0))
    if not expected and not problems:
        what = "lists no product"
        problems.append(Problem(str(path), None, what, "add one row per product"))
    if problems:
        raise InputError(problems)
    return expected


def compare_expected(
    expected: Mapping[str, int], shelves: Sequence[Shelf]
) -> tuple[ExpectedAnswer, ...]:
    """Say of each expected product whether there is enough of it."""
    seen = Counter(facing.sku for shelf in shelves for facing in shelf.facings)
    return tuple(ExpectedAnswer(sku, asked, seen[sku]) for sku, asked in expected.items())

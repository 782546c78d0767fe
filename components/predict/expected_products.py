"""The list of products that somebody expects on photos."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from components.datasets.nearest_name import nearest
from components.datasets.tables import read_csv
from components.records.problems import InputError, Problem
from components.records.skus import tidy_sku


def read_expected(path: Path, known: Collection[str]) -> tuple[str, ...]:
    """Return the SKUs of a CSV with a column `sku`, each once, in its order.

    Args:
        path: The file; a `products.csv` will do.
        known: SKUs that can be found: a count of 0 must mean that a product is not there.

    Raises:
        InputError: The file cannot be read, or names products that cannot be found.
    """
    table = read_csv(path, ("sku",)).rows
    problems = []
    skus: dict[str, None] = {}
    for row in table:
        sku = tidy_sku(row.cells.get("sku", ""))
        if not sku:
            what, remedy = "the sku is empty", "give it or remove the row"
        elif sku in known:
            skus[sku] = None
            continue
        else:
            what = f"SKU '{sku}' is not in the index, so that nothing could find it"
            remedy = (
                f"{nearest(sku, known)}correct it, give its packshot to `oneshelf index`, or "
                "remove the row"
            )
        problems.append(Problem(str(path), row.line, what, remedy))
    if not table:
        problems.append(Problem(str(path), None, "lists no product", "add one row per product"))
    if problems:
        raise InputError(problems)
    return tuple(skus)

"""What people want to read of products beside counts: name, category, further columns.

A CSV of one row per SKU beside an index, with the columns `sku,name,category` and, where the
catalogue was at hand, all others that it has. Of a SKU with several packshots the first row counts.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from components.records.groups import GROUP

PRODUCTS_FILE = "products.csv"

SKU, NAME, CATEGORY = "sku", "name", "category"

Products = Mapping[str, Mapping[str, str]]
"""By SKU: `name`, `category` and further columns by their names."""


def write_products(path: Path, rows: Iterable[tuple[str, Mapping[str, str]]]) -> None:
    """Write the table.

    Args:
        path: The file.
        rows: SKU and columns of each packshot, `name` and `category` among them.
    """
    products: dict[str, Mapping[str, str]] = {}
    for sku, columns in rows:
        products.setdefault(sku, columns)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [SKU, *columns_of(products)], restval="")
        writer.writeheader()
        writer.writerows({**columns, SKU: sku} for sku, columns in products.items())


def read_products(path: Path) -> Products:
    """Return what `write_products` wrote.

    Raises:
        ValueError: It is no such table.
        OSError: It cannot be read.
    """
    with path.open(encoding="utf-8", newline="") as file:
        try:
            rows = list(csv.DictReader(file, restval=""))
            return {row.pop(SKU): row for row in rows}
        except (csv.Error, KeyError) as error:
            raise ValueError(f"{path}: not a table of products ({error})") from error


def groups_of(products: Products) -> dict[str, str]:
    """Return the group of each SKU that has one."""
    return {sku: columns[GROUP] for sku, columns in products.items() if columns.get(GROUP)}


def with_groups(products: Products, more: Mapping[str, str]) -> Products:
    """Return products with further groups by SKU; without any group there is no such column."""
    groups = {**more, **groups_of(products)}
    if not groups:
        return products
    return {sku: {**columns, GROUP: groups.get(sku, "")} for sku, columns in products.items()}


def columns_of(products: Products) -> list[str]:
    """Return the names of all columns but that of the SKU: `name` and `category`, then others."""
    names = dict.fromkeys((NAME, CATEGORY))
    for columns in products.values():
        names |= dict.fromkeys(columns)
    return list(names)

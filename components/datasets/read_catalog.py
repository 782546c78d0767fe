"""Reads `products.csv`: one packshot per row, one or more rows per SKU."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from components.datasets.inside_folder import OutsideFolder, inside
from components.datasets.tables import TableRow, read_csv
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.catalog_row import CatalogRow
from components.records.problems import InputError, Problem
from components.records.splits import COMPANION, DISTRACTOR, UNKNOWN_PRODUCT

COLUMNS = ("sku", "name", "category", "image")


@dataclass(frozen=True)
class CatalogScan:
    """A catalogue read as far as possible.

    Attributes:
        rows: The rows without fault, in file order.
        skus: Every SKU the table names, rows with faults included; None where there is no table.
        problems: Everything wrong, in file order.
    """

    rows: tuple[CatalogRow, ...]
    skus: frozenset[str] | None
    problems: tuple[Problem, ...]


def read_catalog(products_csv: Path, limits: ImageLimits | None = None) -> list[CatalogRow]:
    """Read a catalogue and check that every packshot can be used.

    Raises:
        InputError: With every problem found.
    """
    scan = scan_catalog(products_csv, limits or ImageLimits())
    if scan.problems:
        raise InputError(scan.problems)
    return list(scan.rows)


def scan_catalog(products_csv: Path, limits: ImageLimits) -> CatalogScan:
    """Read a catalogue as far as possible; see `CatalogScan`."""
    file = str(products_csv)
    try:
        table = read_csv(products_csv, COLUMNS)
    except InputError as error:
        return CatalogScan((), None, error.problems)
    if not table:
        problem = Problem(file, None, "the catalogue is empty", "add one row per packshot")
        return CatalogScan((), None, (problem,))

    rows: list[CatalogRow] = []
    problems: dict[int, Problem] = {}
    views: Counter[str] = Counter()
    line_of_image: dict[Path, int] = {}
    for entry in table:
        row = _parse(file, products_csv.parent, entry, views, line_of_image)
        if isinstance(row, Problem):
            problems[entry.line] = row
        else:
            rows.append(row)

    good: list[CatalogRow] = []
    headers = inspect_files([row.image for row in rows], limits, "packshots")
    for row, header in zip(rows, headers, strict=True):
        if isinstance(header, BadImage):
            problems[row.line] = unusable_packshot(file, row, header)
        else:
            good.append(row)
    named = frozenset(entry.cells.get("sku", "") for entry in table) - {""}
    return CatalogScan(tuple(good), named, tuple(problems[line] for line in sorted(problems)))


def unusable_packshot(file: str, row: CatalogRow, why: BadImage) -> Problem:
    """Return the problem of a packshot that exists and cannot be used."""
    return Problem(file, row.line, f"image '{row.image_name}': {why}", "replace the image")


def _parse(
    file: str,
    root: Path,
    entry: TableRow,
    views: Counter[str],
    line_of_image: dict[Path, int],
) -> CatalogRow | Problem:
    def problem(what: str, remedy: str) -> Problem:
        return Problem(file, entry.line, what, remedy)

    missing = [name for name in COLUMNS if name not in entry.cells]
    if missing:
        return problem(f"the row ends before column '{missing[0]}'", "complete the row")
    sku, image_name = entry.cells["sku"], entry.cells["image"]
    if not sku:
        return problem("the sku is empty", "give the product its SKU or remove the row")
    if sku == UNKNOWN_PRODUCT:
        return problem(
            f"the sku '{sku}' is reserved for products outside the catalogue", "choose another SKU"
        )
    if sku.startswith((COMPANION, DISTRACTOR)):
        return problem(
            f"the sku '{sku}' begins like those of products that OneShelf makes up",
            "choose another SKU",
        )
    if any(unicodedata.category(letter) == "Cc" for letter in sku):
        return problem(f"the sku {sku!r} contains a control character", "remove the character")
    if not image_name:
        return problem("the image is empty", "name the packshot's file or remove the row")
    try:
        image = inside(root, image_name)
    except OutsideFolder:
        return problem(
            f"image '{image_name}' lies outside the data folder",
            "put the file beside products.csv or below, and give its relative path",
        )
    if image in line_of_image:
        return problem(
            f"image '{image_name}' is already used in row {line_of_image[image]}",
            "give each row an image of its own",
        )
    line_of_image[image] = entry.line
    if not image.is_file():
        return problem(f"image '{image_name}' does not exist", "add the file or correct its name")
    row = CatalogRow(
        line=entry.line,
        sku=sku,
        name=entry.cells["name"] or sku,
        category=entry.cells["category"],
        image=image,
        image_name=image_name,
        view=views[sku],
        extra={name: text for name, text in entry.cells.items() if name not in COLUMNS},
    )
    views[sku] += 1
    return row

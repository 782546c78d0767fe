"""Reads `products.csv`: one packshot per row, one or more rows per SKU."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.sku_remarks import sku_remarks
from components.datasets.tables import TableRow, read_csv
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.catalog_row import CatalogRow
from components.records.groups import GROUP
from components.records.problems import InputError, Problem
from components.records.skus import sku_fault, tidy_sku
from components.records.texts import tidy

COLUMNS = ("sku", "name", "category", "image")


@dataclass(frozen=True)
class CatalogScan:
    """A catalogue read as far as possible.

    Attributes:
        rows: The rows without fault, in file order.
        skus: Every SKU the table names, rows with faults included; None where there is no table.
        problems: Everything wrong, in file order.
        remarks: What was taken otherwise than it is written, or is easily taken for another thing.
    """

    rows: tuple[CatalogRow, ...]
    skus: frozenset[str] | None
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...] = ()


def read_catalog(products_csv: Path, limits: ImageLimits | None = None) -> list[CatalogRow]:
    """Read a catalogue and check that every packshot can be used; see `scan_catalog` for remarks.

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
        table = read_csv(products_csv, COLUMNS, (GROUP,))
    except InputError as error:
        return CatalogScan((), None, error.problems)
    if not table.rows:
        problem = Problem(file, None, "the catalogue is empty", "add one row per packshot")
        return CatalogScan((), None, (problem,))

    rows: list[CatalogRow] = []
    problems: dict[int, Problem] = {}
    images = _Images(products_csv.parent)
    views: Counter[str] = Counter()
    for entry in table.rows:
        row = _parse(file, entry, images, views)
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
    respelt = images.files.remark(products_csv)
    return CatalogScan(
        rows=tuple(good),
        skus=frozenset(tidy_sku(entry.cells.get("sku", "")) for entry in table.rows) - {""},
        problems=tuple(problems[line] for line in sorted(problems)),
        remarks=(
            *table.remarks,
            *sku_remarks(file, table.rows),
            *((respelt,) if respelt else ()),
        ),
    )


def unusable_packshot(file: str, row: CatalogRow, why: BadImage) -> Problem:
    """Return the problem of a packshot that exists and cannot be used."""
    return Problem(file, row.line, f"image '{row.image_name}': {why}", "replace the image")


class _Images:
    """The packshots below the catalogue's folder, and the rows that use them."""

    def __init__(self, root: Path) -> None:
        self.files = NamedFiles(root)
        self.line_of: dict[Path, int] = {}


def _parse(
    file: str, entry: TableRow, images: _Images, views: Counter[str]
) -> CatalogRow | Problem:
    def problem(what: str, remedy: str) -> Problem:
        return Problem(file, entry.line, what, remedy)

    missing = [name for name in COLUMNS if name not in entry.cells]
    if missing:
        return problem(f"the row ends before column '{missing[0]}'", "complete the row")
    sku, image_name = tidy_sku(entry.cells["sku"]), entry.cells["image"].strip()
    if fault := sku_fault(sku):
        return problem(*fault)
    if not image_name:
        return problem("the image is empty", "name the packshot's file or remove the row")
    try:
        image = images.files.find(image_name)
    except OutsideFolder:
        return problem(
            f"image '{image_name}' lies outside the data folder",
            f"{images.files.hint(image_name)}put the file beside products.csv or below, and give "
            "its relative path",
        )
    except NoFile as error:
        remedy = f"{error.hint}add the file or correct its name"
        return problem(f"image '{image_name}' {error}", remedy)
    if image in images.line_of:
        return problem(
            f"image '{image_name}' is already used in row {images.line_of[image]}",
            "give each row an image of its own",
        )
    images.line_of[image] = entry.line
    row = CatalogRow(
        line=entry.line,
        sku=sku,
        name=tidy(entry.cells["name"]) or sku,
        category=tidy(entry.cells["category"]),
        image=image,
        image_name=image_name,
        view=views[sku],
        extra={name: text for name, text in entry.cells.items() if name not in COLUMNS},
    )
    views[sku] += 1
    return row

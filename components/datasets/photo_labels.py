"""Reads one span's `photos.csv`: one SKU for each whole photo, no boxes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.nearest_name import nearest_sku
from components.datasets.span_scan import SpanScan
from components.datasets.tables import TableRow, read_csv
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfPhoto
from components.records.skus import oddities, tidy_sku

COLUMNS = ("image", "sku")
_FURTHER = ("split", "store", "visit")


def read_photo_labels(
    path: Path, span: int, skus: Collection[str] | None, photo_split: str, limits: ImageLimits
) -> SpanScan:
    """Read the labelled photos of one span; all belong to ``test``.

    Args:
        path: The span's `photos.csv`; photos lie in its folder or below.
        span: Number of the span.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        photo_split: Where there is a column ``split``, only its rows are taken.
        limits: Bounds every photo must keep.
    """
    file = str(path)
    try:
        table = read_csv(path, COLUMNS, _FURTHER)
    except InputError as error:
        return SpanScan(problems=list(error.problems))
    if not table.rows:
        problem = Problem(file, None, "lists no photos", "add one row per photo")
        return SpanScan(problems=[problem])
    splits = {row.cells["split"] for row in table.rows if "split" in row.cells}
    if splits and photo_split not in splits:
        what = f"no photo has the split '{photo_split}' (there are: {', '.join(sorted(splits))})"
        problem = Problem(file, None, what, "set data.photo_split to one of them")
        return SpanScan(problems=[problem], listed=len(table.rows))

    chosen = [row for row in table.rows if row.cells.get("split", photo_split) == photo_split]
    scan = SpanScan(left_out=len(table.rows) - len(chosen), listed=len(table.rows))
    scan.remarks += table.remarks
    files, line_of_photo = NamedFiles(path.parent), dict[Path, int]()
    found: list[tuple[int, ShelfPhoto]] = []
    odd: dict[str, Problem] = {}
    for row in chosen:
        written = row.cells.get("sku", "")
        if clause := oddities(written):
            sku = tidy_sku(written)
            what = f"the SKU '{sku}' {clause}"
            odd.setdefault(sku, Problem(file, row.line, what, f"it is taken as '{sku}'"))
        photo = _parse(path, span, row, skus, files, line_of_photo)
        if isinstance(photo, Problem):
            scan.problems.append(photo)
        else:
            found.append((row.line, photo))
    scan.remarks += odd.values()
    if remark := files.remark(path):
        scan.remarks.append(remark)

    headers = inspect_files([photo.path for _, photo in found], limits, "shelf photos")
    for (line, photo), header in zip(found, headers, strict=True):
        if isinstance(header, BadImage):
            what = f"photo '{photo.name}': {header}"
            scan.problems.append(Problem(file, line, what, "replace the photo"))
        else:
            scan.photos.append(replace(photo, width=header.width, height=header.height))
    return scan


def _parse(
    path: Path,
    span: int,
    row: TableRow,
    skus: Collection[str] | None,
    files: NamedFiles,
    line_of_photo: dict[Path, int],
) -> ShelfPhoto | Problem:
    def problem(what: str, remedy: str) -> Problem:
        return Problem(str(path), row.line, what, remedy)

    name, sku = row.cells.get("image", "").strip(), tidy_sku(row.cells.get("sku", ""))
    if not name:
        return problem("the image is empty", "name the photo's file or remove the row")
    if not sku:
        return problem("the sku is empty", "give the photo's SKU or remove the row")
    if skus is not None and sku not in skus:
        return problem(
            f"SKU '{sku}' is not in the catalogue",
            f"{nearest_sku(sku, skus)}correct it or add the product to the catalogue",
        )
    try:
        file = files.find(name)
    except OutsideFolder:
        return problem(
            f"photo '{name}' lies outside the data folder",
            f"{files.hint(name)}put the file beside photos.csv or below, and give its relative "
            "path",
        )
    except NoFile as error:
        return problem(f"photo '{name}' {error}", f"{error.hint}add the file or correct its name")
    if file in line_of_photo:
        return problem(
            f"photo '{name}' is already listed in row {line_of_photo[file]}", "list each photo once"
        )
    line_of_photo[file] = row.line
    return ShelfPhoto(
        path=file,
        name=name,
        span=span,
        width=0,
        height=0,
        position=row.line - 2,  # the header is line 1
        label=sku,
        store=row.cells.get("store", ""),
        visit=row.cells.get("visit", ""),
        split="test",
    )

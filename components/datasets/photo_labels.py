"""Reads one span's `photos.csv`: one SKU for each whole photo, no boxes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from components.datasets.inside_folder import OutsideFolder, inside
from components.datasets.nearest_name import nearest
from components.datasets.tables import TableRow, read_csv
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfPhoto

COLUMNS = ("image", "sku")


def read_photo_labels(
    path: Path, span: int, skus: Collection[str] | None, photo_split: str, limits: ImageLimits
) -> tuple[list[ShelfPhoto], int, list[Problem]]:
    """Read the labelled photos of one span as far as possible; all belong to ``test``.

    Args:
        path: The span's `photos.csv`; photos lie in its folder or below.
        span: Number of the span.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        photo_split: Where there is a column ``split``, only its rows are taken.
        limits: Bounds every photo must keep.

    Returns:
        The photos without fault, as listed; how many other splits hold; everything wrong.
    """
    file = str(path)
    try:
        table = read_csv(path, COLUMNS)
    except InputError as error:
        return [], 0, list(error.problems)
    if not table:
        return [], 0, [Problem(file, None, "lists no photos", "add one row per photo")]
    splits = {row.cells["split"] for row in table if "split" in row.cells}
    if splits and photo_split not in splits:
        known = ", ".join(sorted(splits))
        return (
            [],
            0,
            [
                Problem(
                    file,
                    None,
                    f"no photo has the split '{photo_split}' (there are: {known})",
                    "set data.photo_split to one of them",
                )
            ],
        )

    chosen = [row for row in table if row.cells.get("split", photo_split) == photo_split]
    problems: list[Problem] = []
    found: list[tuple[int, ShelfPhoto]] = []
    line_of_photo: dict[Path, int] = {}
    for row in chosen:
        photo = _parse(path, span, row, skus, line_of_photo)
        if isinstance(photo, Problem):
            problems.append(photo)
        else:
            found.append((row.line, photo))

    photos: list[ShelfPhoto] = []
    headers = inspect_files([photo.path for _, photo in found], limits, "shelf photos")
    for (line, photo), header in zip(found, headers, strict=True):
        if isinstance(header, BadImage):
            what = f"photo '{photo.name}': {header}"
            problems.append(Problem(file, line, what, "replace the photo"))
        else:
            photos.append(replace(photo, width=header.width, height=header.height))
    return photos, len(table) - len(chosen), problems


def _parse(
    path: Path,
    span: int,
    row: TableRow,
    skus: Collection[str] | None,
    line_of_photo: dict[Path, int],
) -> ShelfPhoto | Problem:
    def problem(what: str, remedy: str) -> Problem:
        return Problem(str(path), row.line, what, remedy)

    name, sku = row.cells.get("image", ""), row.cells.get("sku", "")
    if not name:
        return problem("the image is empty", "name the photo's file or remove the row")
    if not sku:
        return problem("the sku is empty", "give the photo's SKU or remove the row")
    if skus is not None and sku not in skus:
        return problem(
            f"SKU '{sku}' is not in the catalogue",
            f"{nearest(sku, skus)}correct it or add the product to the catalogue",
        )
    try:
        file = inside(path.parent, name)
    except OutsideFolder:
        return problem(
            f"photo '{name}' lies outside the data folder",
            "put the file beside photos.csv or below, and give its relative path",
        )
    if file in line_of_photo:
        return problem(
            f"photo '{name}' is already listed in row {line_of_photo[file]}", "list each photo once"
        )
    line_of_photo[file] = row.line
    if not file.is_file():
        return problem(f"photo '{name}' does not exist", "add the file or correct its name")
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

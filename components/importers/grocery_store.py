"""The Grocery Store Dataset: photos of one product each, and one iconic picture per product.

    dataset/classes.csv                     names, numbers and iconic pictures of the classes
    dataset/train.txt, val.txt, test.txt    one photo per line: path, class, coarse class

A class's name is the SKU, its coarse class the category.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.tables import TableRow, read_csv, stream_rows
from components.imaging.decoding import ImageLimits
from components.importers.collected_faults import Faults, refusal
from components.importers.source_contents import Contents, LabelledPhoto, SourcePackshot
from components.records.skus import tidy_sku

_NAME, _ID = "Class Name (str)", "Class ID (int)"
_COARSE, _ICON = "Coarse Class Name (str)", "Iconic Image Path (str)"
_SPLITS = ("train", "val", "test")


def read(source: Path, limits: ImageLimits, faults: Faults) -> Contents:
    """Read the Grocery Store Dataset.

    Args:
        source: The repository's folder, or `dataset` in it.
        limits: Bounds of pictures; the caller keeps them.
        faults: Takes what is left out.

    Raises:
        InputError: There is no `classes.csv`, or no list of photos.
    """
    root = source / "dataset" if (source / "dataset").is_dir() else source
    classes = root / "classes.csv"
    lists = {split: root / f"{split}.txt" for split in _SPLITS}
    if not classes.is_file() or not any(path.is_file() for path in lists.values()):
        what = "is no Grocery Store Dataset: no classes.csv, or none of train, val and test.txt"
        raise refusal(root, what, "give the repository's folder")
    table = read_csv(classes, (_NAME, _ID, _COARSE, _ICON))
    faults.take(*table.remarks)
    rows = _by_number(classes, table.rows, faults)
    files = NamedFiles(root)
    photos: list[LabelledPhoto] = []
    listed: dict[Path, str] = {}
    for split, path in lists.items():
        if path.is_file():
            photos += _labelled(files, path, split, rows, listed, faults)
    packshots = _packshots(files, classes, rows, faults)
    faults.take_if(files.remark(root))
    return Contents(packshots=packshots, labelled=photos)


def _by_number(table: Path, rows: Sequence[TableRow], faults: Faults) -> dict[str, TableRow]:
    classes: dict[str, TableRow] = {}
    names: dict[str, int] = {}
    for row in rows:
        name, number = tidy_sku(row.cells.get(_NAME, "")), row.cells.get(_ID, "")
        if not name or not number:
            faults.add(table, row.line, "has no name or no number", "complete the row")
        elif number in classes or name in names:
            what = f"class '{name}' ({number}) is listed twice"
            faults.add(table, row.line, what, "give each class a name and a number of its own")
        else:
            classes[number] = TableRow(row.line, {**row.cells, _NAME: name})
            names[name] = row.line
    return classes


def _packshots(
    files: NamedFiles, table: Path, rows: dict[str, TableRow], faults: Faults
) -> list[SourcePackshot]:
    packshots: list[SourcePackshot] = []
    for row in rows.values():
        sku, icon = row.cells[_NAME], row.cells.get(_ICON, "")
        # The table writes paths below `dataset` with a slash in front.
        file = _file(files, icon.lstrip("/"), f"iconic picture '{icon}'", table, row.line, faults)
        if file is not None:
            name, category = sku.replace("-", " "), row.cells.get(_COARSE, "")
            packshots.append(SourcePackshot(file, sku, name, category, table, row.line))
    return packshots


def _labelled(
    files: NamedFiles,
    table: Path,
    split: str,
    classes: dict[str, TableRow],
    listed: dict[Path, str],
    faults: Faults,
) -> list[LabelledPhoto]:
    photos: list[LabelledPhoto] = []
    for line, cells in stream_rows(table):
        if len(cells) < 2:
            faults.add(table, line, "has no class", "write path, class, coarse class")
            continue
        name, number = cells[0], cells[1]
        if number not in classes:
            what = f"photo '{name}' is of class '{number}', which classes.csv does not have"
            faults.add(table, line, what, "add the class or correct its number")
            continue
        file = _file(files, name, f"photo '{name}'", table, line, faults)
        if file is None:
            continue
        if file in listed:
            what = f"photo '{name}' is already listed in {listed[file]}"
            faults.add(table, line, what, "list each photo once")
            continue
        listed[file] = f"{table.name}, row {line}"
        photos.append(LabelledPhoto(file, name, table, line, classes[number].cells[_NAME], split))
    return photos


def _file(
    files: NamedFiles, name: str, called: str, table: Path, line: int, faults: Faults
) -> Path | None:
    try:
        return files.find(name)
    except OutsideFolder:
        remedy = "give a path relative to the folder of classes.csv"
        faults.add(table, line, f"{called} lies outside the data set", remedy)
    except NoFile as error:
        remedy = f"{error.hint}add the file or correct its name"
        faults.add(table, line, f"{called} {error}", remedy)
    return None

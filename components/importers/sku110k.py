"""SKU-110K: dense shelves, every product boxed and none named.

    annotations/annotations_<split>.csv     or beside `images`; no header
    images/train_0.jpg …

A photo's split is that of its table, or, where the table's name tells none, of its own name.

Rows are `image_name,x1,y1,x2,y2,class,image_width,image_height`. Every box is `unknown_product`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from components.datasets.finite_numbers import as_number
from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.tables import stream_rows
from components.imaging.decoding import ImageLimits
from components.importers.collected_faults import Faults, refusal
from components.importers.source_contents import BoxedPhoto, Contents, RawBox
from components.importers.split_names import split_named
from components.records.splits import UNKNOWN_PRODUCT

_CELLS = 8
_ROW = "image_name,x1,y1,x2,y2,class,image_width,image_height"


def read(source: Path, limits: ImageLimits, faults: Faults) -> Contents:
    """Read a data set in the layout of SKU-110K.

    Args:
        source: The folder that holds `images`, or one of its tables.
        limits: Bounds of pictures; the caller keeps them.
        faults: Takes what is left out.

    Raises:
        InputError: There is no table, no folder `images`, or no row of the form above.
    """
    root, tables = _tables(source)
    if not (root / "images").is_dir():
        raise refusal(root, "has no folder images", "put the photos into a folder images")
    photos: dict[str, _Photo] = {}
    for table in tables:
        _read_table(table, photos, faults)
    if not photos:
        raise refusal(source, f"has no row of the form {_ROW}", "give the data set as published")
    return Contents(photos=list(_boxed(root / "images", photos, faults)))


@dataclass
class _Photo:
    """A photo's rows, packed: a data set has a million and more."""

    table: Path
    line: int
    declared: tuple[float, float]
    rows: int = 0
    boxes: array[float] = field(default_factory=lambda: array("d"))

    def unpacked(self) -> Iterator[RawBox]:
        values = self.boxes
        for at in range(0, len(values), 5):
            line, left, top, right, bottom = values[at : at + 5]
            yield RawBox(int(line), UNKNOWN_PRODUCT, (left, top, right, bottom))


def _tables(source: Path) -> tuple[Path, list[Path]]:
    if not source.is_dir():
        folder = source.parent
        return (folder.parent if folder.name == "annotations" else folder), [source]
    tables = sorted([*source.glob("*.csv"), *(source / "annotations").glob("*.csv")])
    if not tables:
        what = "holds no CSV, and none in its folder annotations"
        raise refusal(source, what, "give the folder that holds images and annotations")
    return source, tables


def _read_table(table: Path, photos: dict[str, _Photo], faults: Faults) -> None:
    before, twice = frozenset(photos), set[str]()
    for line, cells in stream_rows(table):
        if len(cells) != _CELLS:
            what = f"the row has {len(cells)} columns instead of {_CELLS}"
            faults.add(table, line, what, f"write {_ROW}")
            continue
        name = cells[0]
        numbers = [as_number(cell) for cell in (*cells[1:5], *cells[6:8])]
        left, top, right, bottom, width, height = numbers
        if name in before:
            if name not in twice:
                what = f"photo '{name}' is already listed in {photos[name].table.name}"
                faults.add(table, line, what, "list each photo in one table")
            twice.add(name)
            continue
        if not name:
            faults.add(table, line, "the image_name is empty", "name the photo")
            continue
        if width is None or height is None:
            what = f"the photo's size ({cells[6]:.40} x {cells[7]:.40}) is no number"
            faults.add(table, line, what, f"write {_ROW}")
            continue
        photo = photos.setdefault(name, _Photo(table, line, (width, height)))
        photo.rows += 1
        if left is None or top is None or right is None or bottom is None:
            what = f"its corners ({', '.join(cells[1:5]):.80}) are no numbers"
            faults.add(table, line, what, "give x1, y1, x2 and y2 in pixels")
            continue
        photo.boxes.extend((line, left, top, right, bottom))


def _boxed(folder: Path, photos: dict[str, _Photo], faults: Faults) -> Iterator[BoxedPhoto]:
    files = NamedFiles(folder)
    for name, photo in photos.items():
        try:
            file = files.find(name)
        except OutsideFolder:
            what, remedy = f"photo '{name}' lies outside images", "give its file name alone"
            faults.add(photo.table, photo.line, what, remedy)
            continue
        except NoFile as error:
            what = f"photo '{name}' {error}"
            remedy = f"{error.hint}add it to images or remove its rows"
            faults.add(photo.table, photo.line, what, remedy)
            continue
        split = split_named(photo.table.name) or split_named(name.split("_")[0])
        if split is None:
            what = f"neither table nor photo '{name}' has a split in its name, so its visit decides"
            remedy = "call the table annotations_train.csv, annotations_val.csv or …_test.csv"
            faults.add(photo.table, photo.line, what, remedy)
        yield BoxedPhoto(
            file=file,
            name=name,
            table=photo.table,
            row=photo.line,
            boxes=photo.unpacked(),
            annotated=photo.rows,
            declared=photo.declared,
            split=split,
        )
    faults.take_if(files.remark(folder))

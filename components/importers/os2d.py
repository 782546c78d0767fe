"""OS2D's layout, in which Grozi-3.2k and others are published for one-shot detection.

classes/images/<classid>.jpg    the catalogue
classes/<any>.csv               one row per box, corners in fractions of the photo
src/<size>/<imageid>.jpg        the photos, perhaps in several sizes
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from components.datasets.finite_numbers import as_number
from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.tables import TableRow, read_csv
from components.imaging.decoding import ImageLimits
from components.imaging.picture_names import is_picture
from components.importers.collected_faults import Faults, refusal
from components.importers.picture_files import picture_called
from components.importers.source_contents import BoxedPhoto, Contents, RawBox, SourcePackshot
from components.importers.split_names import splits_named
from components.records.skus import sku_fault, tidy_sku
from components.records.splits import Split

_COLUMNS = ("imageid", "classid", "lx", "ty", "rx", "by")
_FURTHER = ("imagefilename", "classfilename", "difficult", "split")
_CORNERS = ("lx", "ty", "rx", "by")
_FLAGS = {"": False, "0": False, "1": True, "false": False, "true": True}
_ORIGINAL = "original"


def read(source: Path, limits: ImageLimits, faults: Faults) -> Contents:
    """Read a data set in OS2D's layout.

    `limits` are kept by the caller. Pictures of classes that no row names are products as well.

    Raises:
        InputError: A part of the layout is missing.
    """
    classes = source / "classes"
    tables = sorted(classes.glob("*.csv"))
    if not (classes / "images").is_dir() or not tables:
        what = "is no data set of OS2D: no folder classes/images, or no CSV in classes"
        raise refusal(source, what, "give the folder that holds classes and src")
    if len(tables) > 1:
        names = ", ".join(table.name for table in tables)
        raise refusal(classes, f"holds several tables ({names})", "leave one of them there")
    table = read_csv(tables[0], _COLUMNS, _FURTHER)
    faults.take(*table.remarks)
    photos = _PhotoReader(tables[0], _largest_size(source), faults)
    return Contents(
        packshots=_packshots(classes / "images", tables[0], table.rows, faults),
        photos=list(photos.read(table.rows)),
    )


def _largest_size(source: Path) -> Path:
    """Return the folder of the largest photos: `original`, or the largest number, or `src`."""
    src = source / "src"
    if not src.is_dir():
        raise refusal(source, "has no folder src", "put the photos into src/<size>")
    sizes = [path for path in sorted(src.iterdir()) if path.is_dir()]
    numbered = [path for path in sizes if path.name.isdecimal()]
    original = [path for path in sizes if path.name == _ORIGINAL]
    if original or numbered:
        return original[0] if original else max(numbered, key=lambda path: int(path.name))
    return src


def _packshots(
    folder: Path, table: Path, rows: Sequence[TableRow], faults: Faults
) -> list[SourcePackshot]:
    named: dict[str, tuple[str, int]] = {}
    for row in rows:
        sku = tidy_sku(row.cells.get("classid", ""))
        if sku:
            named.setdefault(sku, (row.cells.get("classfilename", ""), row.line))
    packshots: list[SourcePackshot] = []
    taken: set[Path] = set()
    files = NamedFiles(folder)
    for sku, (written, line) in named.items():
        name = written or picture_called(folder, sku)
        try:
            file = files.find(name)
        except OutsideFolder:
            what, remedy = "lies outside classes/images", "give its file name alone"
            faults.add(table, line, f"packshot '{name}' {what}", remedy)
        except NoFile as error:
            remedy = f"{error.hint}add it to classes/images"
            faults.add(table, line, f"packshot '{name}' {error}", remedy)
        else:
            taken.add(file)
            packshots.append(SourcePackshot(file, sku, sku, "", table, line))
    faults.take_if(files.remark(table))
    for path in sorted(folder.iterdir()):
        if not is_picture(path.name) or path.name.startswith(".") or path.resolve() in taken:
            continue
        sku = tidy_sku(path.stem)
        if sku in named:
            what = f"a second picture of class '{path.stem}', which the table does not name"
            faults.add(path, None, what, "remove it, or name it in classfilename")
            continue
        try:
            file = files.find(path.name)
        except (OutsideFolder, NoFile):
            faults.add(path, None, "is no file in classes/images", "put the picture itself there")
        else:
            packshots.append(SourcePackshot(file, sku, sku, "", path))
    return packshots


@dataclass
class _Photo:
    """A photo and its rows; the first row names it."""

    line: int
    name: str
    rows: list[TableRow]


class _PhotoReader:
    """Reads the photos that a table names."""

    def __init__(self, table: Path, folder: Path, faults: Faults) -> None:
        self._table = table
        self._folder = folder
        self._faults = faults

    def read(self, rows: Sequence[TableRow]) -> Iterator[BoxedPhoto]:
        """Yield the photos, and report photos in the folder that have no row."""
        photos = self._grouped(rows)
        files = NamedFiles(self._folder)
        names = {row.cells.get("split", "") for row in rows}
        splits = splits_named(names)
        for name in sorted(names - {""}):
            if splits[name] is None:
                what = f"unknown split '{name}': these photos are divided by visit"
                line = next(row.line for row in rows if row.cells.get("split", "") == name)
                self._fault(line, what, "call it train, val or test")
        for photo in photos.values():
            try:
                file = files.find(photo.name)
            except OutsideFolder:
                what = f"photo '{photo.name}' lies outside the folder {self._folder.name}"
                self._fault(photo.line, what, "give its file name alone")
            except NoFile as error:
                remedy = f"{error.hint}add it to the folder {self._folder.name}"
                self._fault(photo.line, f"photo '{photo.name}' {error}", remedy)
            else:
                yield BoxedPhoto(
                    file=file,
                    name=photo.name,
                    table=self._table,
                    row=photo.line,
                    boxes=self._boxes(photo),
                    annotated=len(photo.rows),
                    fractions=True,
                    split=self._split(photo, splits),
                )
        self._faults.take_if(files.remark(self._table))
        listed = [files.respelt.get(photo.name, photo.name) for photo in photos.values()]
        self._report_unlisted({PurePosixPath(name).name for name in listed})

    def _fault(self, line: int, what: str, remedy: str) -> None:
        self._faults.add(self._table, line, what, remedy)

    def _grouped(self, rows: Sequence[TableRow]) -> dict[str, _Photo]:
        photos: dict[str, _Photo] = {}
        for row in rows:
            key = row.cells.get("imageid", "")
            name = row.cells.get("imagefilename", "")
            if not key:
                self._fault(row.line, "the imageid is empty", "name the photo")
                continue
            if key not in photos:
                name = name or picture_called(self._folder, key)
                photos[key] = _Photo(row.line, name, [])
            photos[key].rows.append(row)
        return photos

    def _split(self, photo: _Photo, splits: dict[str, Split | None]) -> Split | None:
        found = {splits[row.cells.get("split", "")] for row in photo.rows}
        if len(found) > 1:
            what = f"photo '{photo.name}' has rows of several splits, and is divided by visit"
            self._fault(photo.line, what, "give all rows of a photo one split")
            return None
        return found.pop()

    def _boxes(self, photo: _Photo) -> Iterator[RawBox]:
        for row in photo.rows:
            sku = tidy_sku(row.cells.get("classid", ""))
            if fault := sku_fault(sku):
                self._fault(row.line, *fault)
                continue
            corners = [as_number(row.cells.get(name, "")) for name in _CORNERS]
            left, top, right, bottom = corners
            if left is None or top is None or right is None or bottom is None:
                written = ", ".join(row.cells.get(name, "") for name in _CORNERS)
                what = f"its corners ({written:.80}) are no numbers"
                self._fault(row.line, what, "give lx, ty, rx and by as fractions")
                continue
            yield RawBox(
                row=row.line,
                sku=sku,
                corners=(left, top, right, bottom),
                difficult=self._difficult(row),
            )

    def _difficult(self, row: TableRow) -> bool:
        text = row.cells.get("difficult", "").lower()
        if text not in _FLAGS:
            self._fault(row.line, f"difficult is '{text:.80}', taken as 0", "write it as 0 or 1")
        return _FLAGS.get(text, False)

    def _report_unlisted(self, listed: set[str]) -> None:
        names = (path.name for path in self._folder.iterdir())
        unlisted = sorted(name for name in names if is_picture(name) and name not in listed)
        if unlisted:
            what = f"photos without a row are skipped: {len(unlisted):,} ('{unlisted[0]}' first)"
            self._faults.add(self._folder, None, what, "give them rows, or leave them out")

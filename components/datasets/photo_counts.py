"""Reads one span's `counts.csv`: what stands on photos that nobody drew boxes on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.nearest_name import nearest_sku
from components.datasets.span_scan import SpanScan
from components.datasets.tables import TableRow, read_csv
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.problems import InputError, Problem
from components.records.shelf_photo import MOST_PRODUCTS, ShelfPhoto, SkuCount
from components.records.skus import oddities, tidy_sku
from components.records.splits import TO_JUDGE_ON, UNKNOWN_PRODUCT

_COLUMNS = ("photo", "sku", "count")
_OF_PHOTO = ("store", "visit")
_WHOLE = re.compile(r"(\d{1,9})([.,]0)?")  # spreadsheets write 3 as 3.0 or 3,0, too


@dataclass
class _CountedPhoto:
    """A photo, as far as its rows have been read."""

    file: Path
    name: str
    line: int
    lines: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    told: dict[str, tuple[str, int]] = field(default_factory=dict)


def read_photo_counts(
    path: Path, span: int, skus: Collection[str] | None, limits: ImageLimits
) -> SpanScan:
    """Read the counted photos of one span; all belong to ``test``, since counts train nothing.

    Args:
        path: The span's `counts.csv`; photos lie in its folder or below.
        span: Number of the span.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        limits: Bounds every photo must keep.
    """
    try:
        table = read_csv(path, _COLUMNS, ("split", *_OF_PHOTO, "error"))
    except InputError as error:
        return SpanScan(problems=list(error.problems))
    if not table.rows:
        what, remedy = "lists no photos", "add one row per photo and product"
        return SpanScan(problems=[Problem(str(path), None, what, remedy)])
    rows = _Rows(path, skus)
    for row in table.rows:
        rows.take(row)
    scan = SpanScan(
        problems=[*rows.problems, *rows.of_all_rows()],
        remarks=[*table.remarks, *rows.remarks(), *_predicted(path, table.rows)],
        listed=rows.names,
    )
    listed = [photo for photo in rows.photos.values() if photo.counts]
    headers = inspect_files([photo.file for photo in listed], limits, "shelf photos")
    for position, (photo, header) in enumerate(zip(listed, headers, strict=True)):
        if isinstance(header, BadImage):
            what = f"photo '{photo.name}': {header}"
            scan.problems.append(Problem(str(path), photo.line, what, "replace the photo"))
        else:
            scan.photos.append(
                ShelfPhoto(
                    path=photo.file,
                    name=photo.name,
                    span=span,
                    width=header.width,
                    height=header.height,
                    position=position,
                    counts=tuple(SkuCount(*each) for each in photo.counts.items()),
                    split=TO_JUDGE_ON,
                    store=photo.told["store"][0],
                    visit=photo.told["visit"][0],
                )
            )
    return scan


def _predicted(path: Path, rows: Sequence[TableRow]) -> Iterator[Problem]:
    """Yield a remark where `oneshelf predict` wrote the table: then a model may judge itself."""
    if release := next((row.cells["release"] for row in rows if row.cells.get("release")), ""):
        what = f"its counts are those that release {release} predicted, if nobody corrected them"
        yield Problem(str(path), None, what, "put right what it miscounted, and drop that column")


class _Rows:
    """Gathers the rows of each photo.

    Attributes:
        photos: By file, in the order of their first rows.
        problems: What is wrong with single rows.
    """

    def __init__(self, path: Path, skus: Collection[str] | None) -> None:
        self.photos: dict[Path, _CountedPhoto] = {}
        self.problems: list[Problem] = []
        self._path = path
        self._skus = skus
        self._files = NamedFiles(path.parent)
        self._named: dict[str, Path | None] = {}
        self._here: dict[str, str] = {}
        self._odd: dict[str, Problem] = {}
        self._unread: list[int] = []
        self._unknown: defaultdict[str, list[int]] = defaultdict(list)
        self._other_splits: defaultdict[str, list[int]] = defaultdict(list)

    @property
    def names(self) -> int:
        """How many photos the table names, also those that are not there."""
        return len(self.photos) + sum(file is None for file in self._named.values())

    def take(self, row: TableRow) -> None:
        """Take a row, or note what is wrong with it."""
        name, written = row.cells.get("photo", "").strip(), row.cells.get("sku", "")
        if row.cells.get("error") and not (written or row.cells.get("count")):
            self._unread.append(row.line)
            return
        sku = tidy_sku(written)
        if clause := oddities(written):
            what = f"the SKU '{sku}' {clause}"
            remark = Problem(str(self._path), row.line, what, f"it is taken as '{sku}'")
            self._odd.setdefault(sku, remark)
        if not name:
            self._complain(row, "the photo is empty", "name the photo's file or remove the row")
            return
        file = self._file(row, name)
        if file is None:
            return
        name = self._here.get(name, name)
        photo = self.photos.setdefault(file, _CountedPhoto(file, name, row.line))
        self._place(photo, row)
        count = self._count(row)
        if not sku and count == 0:
            # As `oneshelf predict` writes a photo with nothing on it.
            photo.counts.setdefault(UNKNOWN_PRODUCT, 0)
        elif not sku:
            remedy = f"give a SKU or '{UNKNOWN_PRODUCT}', with 0 where nothing is there"
            self._complain(row, "the sku is empty", remedy)
        elif self._skus is not None and sku != UNKNOWN_PRODUCT and sku not in self._skus:
            self._unknown[sku].append(row.line)
        elif sku in photo.lines:
            what = f"'{sku}' on photo '{name}' is already counted in row {photo.lines[sku]}"
            self._complain(row, what, "write the sum into one row")
        elif count is not None:
            photo.lines[sku] = row.line
            photo.counts[sku] = count
            if sum(photo.counts.values()) > MOST_PRODUCTS:
                del photo.counts[sku]
                what = f"more than {MOST_PRODUCTS:,} products are counted on photo '{name}'"
                self._complain(row, what, "correct the counts, or split the photo")

    def of_all_rows(self) -> Iterator[Problem]:
        """Yield what is wrong with many rows alike, each once."""
        for sku, lines in self._unknown.items():
            yield self._of_rows(
                lines,
                f"SKU '{sku}' is not in the catalogue",
                f"{nearest_sku(sku, self._skus or ())}correct it, add the product to the "
                f"catalogue, or use '{UNKNOWN_PRODUCT}'",
            )
        for split, lines in self._other_splits.items():
            yield self._of_rows(
                lines,
                f"the split is '{split}', but counts without boxes only judge: their photos are "
                f"always in the split '{TO_JUDGE_ON}'",
                "leave the column split out",
            )

    def remarks(self) -> Iterator[Problem]:
        """Yield what was taken otherwise than it is written."""
        yield from self._odd.values()
        if self._unread:
            what = "names a photo that `oneshelf predict` could not read; it is left out"
            yield self._of_rows(self._unread, what, "replace the photo, or remove the row")
        if respelt := self._files.remark(self._path):
            yield respelt

    def _file(self, row: TableRow, name: str) -> Path | None:
        """Return the file of a photo; a name that has none is told once."""
        if name in self._named:
            return self._named[name]
        self._named[name] = None
        try:
            self._named[name] = self._files.find(name)
        except (OutsideFolder, NoFile) as error:
            self._named[name] = self._moved(row, name, error)
        return self._named[name]

    def _moved(self, row: TableRow, name: str, why: OutsideFolder | NoFile) -> Path | None:
        """Return the photo that `oneshelf predict` found in another folder, before it came here."""
        file = self._files.find_elsewhere(name)
        if file is None and isinstance(why, NoFile):
            what, remedy = f"photo '{name}' {why}", "add the file or correct its name"
            self._complain(row, what, why.hint + remedy)
        elif file is None:
            what = f"photo '{name}' lies outside the data folder"
            remedy = f"put the file beside {self._path.name} or below, and give its relative path"
            self._complain(row, what, remedy)
        elif file in self.photos:
            before = self.photos[file]
            what = (
                f"photo '{name}' is not there; the one of this name is '{before.name}' of row "
                f"{before.line}"
            )
            self._complain(row, what, "add the file, or remove the rows of one of the two")
            return None
        else:
            self._here[name] = self._files.respelt[name]
        return file

    def _place(self, photo: _CountedPhoto, row: TableRow) -> None:
        """Note where a photo was taken, as one of its rows at least says."""
        split = row.cells.get("split", "")
        if split not in ("", TO_JUDGE_ON):
            self._other_splits[split].append(row.line)
        for column in _OF_PHOTO:
            told = row.cells.get(column, "")
            before, line = photo.told.setdefault(column, (told, row.line))
            if told and not before:
                photo.told[column] = (told, row.line)
            elif told and told != before:
                what = (
                    f"the {column} of photo '{photo.name}' is '{told}', and '{before}' in row "
                    f"{line}"
                )
                self._complain(row, what, "write the same in all rows of a photo")

    def _count(self, row: TableRow) -> int | None:
        written = tidy_sku(row.cells.get("count", ""))  # spaces of other kinds do no harm
        whole = _WHOLE.fullmatch(written)
        if whole is None:
            what = f"the count is '{written}'" if written else "the count is empty"
            self._complain(row, what, "write a whole number; 0 where none is there")
        return None if whole is None else int(whole[1])

    def _complain(self, row: TableRow, what: str, remedy: str) -> None:
        self.problems.append(Problem(str(self._path), row.line, what, remedy))

    def _of_rows(self, lines: list[int], what: str, remedy: str) -> Problem:
        count = f" ({len(lines):,} rows)" if len(lines) > 1 else ""
        return Problem(str(self._path), lines[0], what + count, remedy)

"""Imports a data set: `import_data` is what the command line calls."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from components.datasets.nearest_name import nearest, nearest_sku
from components.imaging.decoding import BadImage, ImageHeader, ImageLimits
from components.imaging.inspection import inspect_files
from components.importers.annotation_writer import AnnotationWriter
from components.importers.boxed_photo_reader import BoxedPhotoReader
from components.importers.catalog_writer import write_catalog
from components.importers.collected_faults import Faults, refusal
from components.importers.formats import FORMATS
from components.importers.import_report import ImportReport
from components.importers.label_writer import write_labels
from components.importers.layout import PRODUCTS, SHELVES
from components.importers.packshots import read_several
from components.importers.source_contents import BoxedPhoto, Contents, LabelledPhoto, SourcePackshot
from components.records.problems import InputError, Problem
from components.records.skus import sku_fault
from components.records.splits import UNKNOWN_PRODUCT
from components.runtime import progress as progress_log

Progress = Callable[[int, int], None]

_PHOTOS = "shelf photos"


class _Picture(Protocol):
    """What packshots and photos have in common."""

    @property
    def file(self) -> Path: ...

    @property
    def table(self) -> Path: ...

    @property
    def row(self) -> int | str | None: ...


_P = TypeVar("_P", bound=_Picture)


def import_data(
    format: str,
    source: Path,
    out: Path,
    link: bool = False,
    progress: Progress | None = None,
    limits: ImageLimits | None = None,
    further: Sequence[Path] = (),
) -> ImportReport:
    """Write a data set of another format in OneShelf's layout.

    What cannot be used is skipped and reported. The result appears whole or not at all: it grows
    in a hidden folder beside and is renamed.

    Args:
        format: A key of `FORMATS`.
        source: The data set: a folder, or a file where the format has one.
        out: Becomes the data set; new, or an empty folder.
        link: Make hard links instead of copies; source and `out` share one file system then.
        progress: Called with shelf photos done and shelf photos in all.
        limits: Bounds every picture must keep; a run's own defaults where None.
        further: More folders of packshots; then the name of each is the category of its products.

    Returns:
        What was taken, and every problem.

    Raises:
        InputError: The source is not of the format or has nothing usable, or `out` cannot be used.
    """
    reader = FORMATS.get(format)
    if reader is None:
        known = ", ".join(FORMATS)
        remedy = f"{nearest(format, FORMATS)}use one of {known}"
        raise refusal(source, f"unknown format '{format}'", remedy)
    sources = [source, *further]
    for each in sources:
        if not each.exists():
            raise refusal(each, "does not exist", "check the path")
    out = out.resolve()
    for each in sources:
        _check_free(out, each.resolve())
    faults = Faults()
    if not further:
        contents = reader(source, limits or ImageLimits(), faults)
    elif format == "packshots":
        contents = read_several(sources, limits or ImageLimits(), faults)
    else:
        raise refusal(further[0], f"is one source of {format} too many", "import them one by one")
    out.parent.mkdir(parents=True, exist_ok=True)
    growing = out.with_name(f".{out.name}.growing-{os.getpid()}")
    shutil.rmtree(growing, ignore_errors=True)
    growing.mkdir()
    try:
        importing = _Import(growing, link, faults, limits or ImageLimits(), progress or _report)
        report = importing.write(source, out, contents)
        growing.rename(out)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return report


def _check_free(out: Path, source: Path) -> None:
    if out.is_relative_to(source):
        raise refusal(out, "lies in the data set to import", "choose a folder elsewhere")
    if out.exists() and not out.is_dir():
        raise refusal(out, "is a file", "choose a new or an empty folder")
    if out.is_dir() and any(out.iterdir()):
        raise refusal(out, "holds files of yours", "choose a new or an empty folder")


def _report(done: int, total: int) -> None:
    progress_log.report("Import", done, total, "photos written")


class _Import:
    """One import on its way."""

    def __init__(
        self, folder: Path, link: bool, faults: Faults, limits: ImageLimits, progress: Progress
    ) -> None:
        self._folder = folder
        self._link = link
        self._faults = faults
        self._limits = limits
        self._progress = progress
        self._photos = self._boxes = self._unknown = self._negatives = 0
        self._splits: Counter[str] = Counter()

    def write(self, source: Path, out: Path, contents: Contents) -> ImportReport:
        packshots = self._write_catalog(source, contents.packshots)
        skus = {packshot.sku: None for packshot in packshots}
        known = skus if contents.packshots else None
        clipped = 0
        if contents.photos:
            clipped = self._write_boxed(contents.photos, known)
        elif contents.labelled:
            self._write_labelled(contents.labelled, known)
        if (contents.photos or contents.labelled) and not self._photos:
            raise self._nothing(source, "none of its photos can be used")
        if not packshots and not self._photos:
            raise self._nothing(source, "holds no packshots and no photos")
        return ImportReport(
            folder=out,
            catalog=out / PRODUCTS if packshots else None,
            shelves=out / SHELVES if self._photos else None,
            products=len(skus),
            packshots=len(packshots),
            photos=self._photos,
            boxes=self._boxes,
            unknown=self._unknown,
            clipped=clipped,
            negatives=self._negatives,
            labelled=self._photos if contents.labelled else 0,
            photos_of_split=self._splits,
            problems=tuple(self._faults.problems),
            unlisted=self._faults.unlisted,
        )

    def _nothing(self, source: Path, what: str) -> InputError:
        summary = Problem(str(source), None, what, "see the other problems, or check the format")
        return InputError([*self._faults.problems, summary])

    def _write_catalog(
        self, source: Path, packshots: Sequence[SourcePackshot]
    ) -> list[SourcePackshot]:
        named: list[SourcePackshot] = []
        for packshot in packshots:
            if fault := sku_fault(packshot.sku):
                self._faults.add(packshot.table, packshot.row, *fault)
            else:
                named.append(packshot)
        usable = list(self._usable(named, "packshots"))
        if packshots and not usable:
            raise self._nothing(source, "none of its packshots can be used")
        if usable:
            write_catalog(self._folder, usable, self._link)
        return [packshot for packshot, _ in usable]

    def _write_boxed(self, photos: Sequence[BoxedPhoto], skus: dict[str, None] | None) -> int:
        reader = BoxedPhotoReader(skus, self._faults)
        writer = AnnotationWriter(self._folder, skus or {}, self._link)
        try:
            for photo, header in self._usable(photos, _PHOTOS, self._progress):
                shelf_photo = reader.read(photo, header)
                if shelf_photo is None:
                    continue
                writer.add(shelf_photo, header)
                self._photos += 1
                self._boxes += len(shelf_photo.objects)
                self._unknown += sum(t.sku == UNKNOWN_PRODUCT for t in shelf_photo.objects)
                self._negatives += not shelf_photo.objects
                self._splits[shelf_photo.split or ""] += 1
            reader.finish()
            writer.finish()
        finally:
            writer.close()
        return reader.clipped

    def _write_labelled(
        self, photos: Sequence[LabelledPhoto], skus: dict[str, None] | None
    ) -> None:
        known: list[LabelledPhoto] = []
        for photo in photos:
            if skus is None or photo.sku in skus:
                known.append(photo)
                continue
            what = f"photo '{photo.name}': SKU '{photo.sku}' has no usable packshot"
            remedy = f"{nearest_sku(photo.sku, skus)}add the packshot and import again"
            self._faults.add(photo.table, photo.row, what, remedy)
        usable = list(self._usable(known, _PHOTOS, self._progress))
        if usable:
            write_labels(self._folder, usable, self._link)
        self._photos = len(usable)
        self._splits.update(photo.split for photo, _ in usable)

    def _usable(
        self, pictures: Sequence[_P], what: str, progress: Progress | None = None
    ) -> Iterator[tuple[_P, ImageHeader]]:
        headers = inspect_files([picture.file for picture in pictures], self._limits, what)
        for done, (picture, header) in enumerate(zip(pictures, headers, strict=True), start=1):
            if isinstance(header, BadImage):
                self._reject(picture, header)
            else:
                yield picture, header
            if progress:
                progress(done, len(pictures))

    def _reject(self, picture: _Picture, why: BadImage) -> None:
        what = f"image '{picture.file.name}': {why}"
        self._faults.add(picture.table, picture.row, what, "replace the image")

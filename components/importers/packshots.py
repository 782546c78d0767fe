"""Folders of pictures named by SKU, as product databases hand them out.

    <sku>.jpg                      the packshot
    <sku>_2.png                    a further view, where <sku> has a picture too; numbers 2 to 99
    <sku>/<any>.jpg                further views, or all of them
    <category>/<sku>/<any>.jpg     the same of a category; <category>/<sku>.jpg beside such folders

Where there is no picture `<sku>`, `<sku>_2` is a SKU like any other. Of several folders, each is a
category.
"""

from __future__ import annotations

import re
import shlex
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile, files_below
from components.imaging.decoding import ImageLimits
from components.imaging.picture_names import is_picture
from components.importers.collected_faults import Faults, refusal
from components.importers.source_contents import Contents, SourcePackshot
from components.records.skus import tidy_sku

_VIEW = re.compile(r"(.+)_([2-9]|[1-9][0-9])")
_IN_FOLDER = 100  # behind all numbered views
_MANY_VIEWS = 20  # of one product; in a folder of more are rather different products
_MANY_NAMES = 8  # front, back, left, right … and the number of a view do not make more
_NUMBER = re.compile(r"[ _-]*\d{1,2}$")
_GTIN = re.compile(r"(\d{8}|\d{12,14})([ _-]\d{1,2})?")


class _View(NamedTuple):
    """A picture, its position among the views of its SKU, and the category."""

    sku: str
    number: int
    name: str
    category: str


def read(source: Path, limits: ImageLimits, faults: Faults, category: str = "") -> Contents:
    """Read a folder of packshots.

    `limits` are kept by the caller.

    Args:
        source: The folder.
        limits: Bounds of pictures.
        faults: Takes what is left out.
        category: Of the products that lie in no folder of a category.

    Raises:
        InputError: It is no folder, or holds no picture.
    """
    if not source.is_dir():
        raise refusal(source, "is not a folder", "give the folder of the packshots")
    names = list(files_below(source))
    pictures = [PurePosixPath(name) for name in names if is_picture(name)]
    if not pictures:
        raise refusal(source, "holds no picture", "name the packshots <sku>.jpg, .png or .webp")
    for name in names:
        if not is_picture(name):
            what = "is skipped: has no .jpg, .png or .webp ending"
            faults.add(source / name, None, what, "convert it if it is a packshot")
    views = sorted(_views(source, pictures, category, faults))
    _doubt_folders(source, views, faults)
    files = NamedFiles(source)
    packshots: list[SourcePackshot] = []
    for view in views:
        try:
            file = files.find(view.name)
        except (OutsideFolder, NoFile):
            what = "is skipped: it is a link to nothing, or out of the folder"
            faults.add(source / view.name, None, what, "put the picture itself there")
        else:
            table = source / view.name
            packshots.append(SourcePackshot(file, view.sku, view.sku, view.category, table))
    return Contents(packshots=packshots)


def read_several(sources: Sequence[Path], limits: ImageLimits, faults: Faults) -> Contents:
    """Read folders of packshots; the name of each is the category of its products.

    Raises:
        InputError: One is no folder, or holds no picture.
    """
    packshots: list[SourcePackshot] = []
    folder_of: dict[str, Path] = {}
    for source in sources:
        told: set[str] = set()
        for packshot in read(source, limits, faults, source.resolve().name).packshots:
            first = folder_of.setdefault(packshot.sku, source)
            if first != source and packshot.sku not in told:
                told.add(packshot.sku)
                what = f"the SKU '{packshot.sku}' is in {first}, too: both are views of one product"
                faults.add(packshot.table, None, what, "rename it where it is another product")
            packshots.append(packshot)
    return Contents(packshots=packshots)


def _views(
    source: Path, pictures: list[PurePosixPath], category: str, faults: Faults
) -> Iterator[_View]:
    """Yield what the pictures show, category by category."""
    products = {path.stem for path in pictures if len(path.parts) == 1}
    categories = {path.parts[0] for path in pictures if len(path.parts) == 3} - products
    of_category: defaultdict[str, list[tuple[PurePosixPath, str]]] = defaultdict(list)
    for path in pictures:
        named = len(path.parts) > 1 and path.parts[0] in categories
        inner = path.relative_to(path.parts[0]) if named else path
        if len(inner.parts) > 2:
            what = "is skipped: it lies in a folder within a folder"
            faults.add(source / path, None, what, "move it to <sku>/, or to <category>/<sku>/")
        else:
            of_category[path.parts[0] if named else category].append((inner, path.as_posix()))
    for name, inside in of_category.items():
        skus = {path.stem for path, _ in inside if len(path.parts) == 1}
        skus |= {path.parts[0] for path, _ in inside if len(path.parts) == 2}
        for path, whole in inside:
            yield _view(path, whole, skus, name)


def _view(path: PurePosixPath, name: str, skus: set[str], category: str) -> _View:
    if len(path.parts) == 2:
        return _View(tidy_sku(path.parts[0]), _IN_FOLDER, name, category)
    match = _VIEW.fullmatch(path.stem)
    if match and match[1] in skus:
        return _View(tidy_sku(match[1]), int(match[2]), name, category)
    return _View(tidy_sku(path.stem), 1, name, category)


def _doubt_folders(source: Path, views: list[_View], faults: Faults) -> None:
    in_folder: defaultdict[PurePosixPath, list[str]] = defaultdict(list)
    for view in views:
        if view.number == _IN_FOLDER:
            path = PurePosixPath(view.name)
            in_folder[path.parent].append(path.stem)
    for folder, names in in_folder.items():
        if _of_several(names):
            what = f"its {len(names):,} pictures are taken for views of one product"
            given = shlex.quote(str(source / folder))
            remedy = f"if it is a category, give such folders themselves: --from packshots {given}"
            faults.add(source / folder, None, what, f"{remedy} …")


def _of_several(names: Sequence[str]) -> bool:
    """Return whether the names of pictures in one folder look like those of several products."""
    gtins = {found[1] for name in names if (found := _GTIN.fullmatch(name))}
    different = {_NUMBER.sub("", name) for name in names}
    return len(names) > _MANY_VIEWS or len(different) > _MANY_NAMES or len(gtins) > 1

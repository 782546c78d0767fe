"""A folder of pictures named by SKU, as product databases hand them out.

    <sku>.jpg           the packshot
    <sku>_2.png         a further view, where <sku> has a picture too; numbers from 2 to 99
    <sku>/<any>.jpg     further views, or all of them

Where there is no picture `<sku>`, `<sku>_2` is a SKU like any other.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from components.datasets.inside_folder import OutsideFolder
from components.imaging.decoding import ImageLimits
from components.imaging.picture_names import is_picture
from components.importers.collected_faults import Faults, refusal
from components.importers.picture_files import NoPhoto, existing, files_below
from components.importers.source_contents import Contents, SourcePackshot

_VIEW = re.compile(r"(.+)_([2-9]|[1-9][0-9])")
_IN_FOLDER = 100  # behind all numbered views


class _View(NamedTuple):
    """A picture and its position among the views of its SKU."""

    sku: str
    number: int
    name: str


def read(source: Path, limits: ImageLimits, faults: Faults) -> Contents:
    """Read a folder of packshots.

    `limits` are kept by the caller.

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
            what = "is skipped: not called as a JPEG, PNG or WebP picture is"
            faults.add(source / name, None, what, "convert it if it is a packshot")
    skus = {path.stem for path in pictures if len(path.parts) == 1}
    skus |= {path.parts[0] for path in pictures if len(path.parts) == 2}
    views: list[_View] = []
    for path in pictures:
        if len(path.parts) > 2:
            what = "is skipped: it lies in a folder within a folder"
            faults.add(source / path, None, what, "move it to <sku>/, one folder deep")
        else:
            views.append(_view(path, skus))
    packshots: list[SourcePackshot] = []
    for view in sorted(views):
        try:
            file = existing(source, view.name)
        except (OutsideFolder, NoPhoto):
            what = "is skipped: it is a link to nothing, or out of the folder"
            faults.add(source / view.name, None, what, "put the picture itself there")
        else:
            packshots.append(SourcePackshot(file, view.sku, view.sku, "", source / view.name))
    return Contents(packshots=packshots)


def _view(path: PurePosixPath, skus: set[str]) -> _View:
    name = path.as_posix()
    if len(path.parts) == 2:
        return _View(path.parts[0].strip(), _IN_FOLDER, name)
    match = _VIEW.fullmatch(path.stem)
    if match and match[1] in skus:
        return _View(match[1].strip(), int(match[2]), name)
    return _View(path.stem.strip(), 1, name)

"""Writing a data set in OneShelf's own layout, picture by picture.

<folder>/products.csv, packshots/<sku>.jpg, packshots/<sku>_2.jpg …
<folder>/shelves/span-1/annotations.json or photos.csv, and the photos
"""

from __future__ import annotations

import csv
import errno
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any

from components.datasets.catalog import COLUMNS as CATALOG_COLUMNS
from components.datasets.photo_labels import COLUMNS as LABEL_COLUMNS
from components.datasets.shelves import ANNOTATIONS, PHOTO_LABELS
from components.imaging.decoding import ImageHeader
from components.importers.contents import LabelledPhoto, Packshot
from components.importers.faults import refusal
from components.importers.folder import is_picture
from components.importers.names import file_stem, photo_stem, tidy
from components.records.shelf_photo import ShelfPhoto

PRODUCTS = "products.csv"
_SPAN = "shelves/span-1"
_SUFFIX_OF_FORMAT = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}
_NO_LINKS = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.EOPNOTSUPP)


class PictureStore:
    """Puts pictures into a folder under names that none of them shares with another."""

    def __init__(self, folder: Path, link: bool) -> None:
        """Start with nothing.

        Args:
            folder: Where pictures go; made with the first.
            link: Whether to link instead of copying. Links are hard ones: OneShelf refuses symbolic
                links that leave the data folder.
        """
        self._folder = folder
        self._link = link
        self._taken: set[str] = set()

    def put(self, file: Path, stem: str, header: ImageHeader) -> str:
        """Copy or link a picture as it is.

        Args:
            file: The picture.
            stem: Its relative path here, without suffix; a number follows where it is taken.
            header: Tells the suffix where the picture's name has none that is read.

        Returns:
            The picture's path relative to the folder.

        Raises:
            InputError: The file system cannot link it.
        """
        suffix = file.suffix if is_picture(file.name) else _SUFFIX_OF_FORMAT[header.format]
        name, number = stem + suffix, 2
        while name.casefold() in self._taken:  # some file systems do not tell A from a
            name, number = f"{stem}_{number}{suffix}", number + 1
        self._taken.add(name.casefold())
        target = self._folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not self._link:
            shutil.copyfile(file, target)
            return name
        try:
            os.link(file, target)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            what = "cannot be linked: the file system does not allow it, or it is another one"
            raise refusal(file, what, "import without linking") from error
        return name


def write_catalog(
    folder: Path, packshots: Sequence[tuple[Packshot, ImageHeader]], link: bool
) -> None:
    """Write `products.csv` and the packshots, in the order given."""
    store = PictureStore(folder / "packshots", link)
    further = list(dict.fromkeys(name for packshot, _ in packshots for name in packshot.extra))
    with (folder / PRODUCTS).open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([*CATALOG_COLUMNS, *further])
        for packshot, header in packshots:
            image = store.put(packshot.file, file_stem(packshot.sku), header)
            table.writerow(
                [
                    packshot.sku,
                    tidy(packshot.name) or packshot.sku,
                    tidy(packshot.category),
                    f"packshots/{image}",
                    *(tidy(packshot.extra.get(name, "")) for name in further),
                ]
            )


class AnnotationWriter:
    """Writes photos and `annotations.json`, an annotation at a time: there may be millions."""

    def __init__(self, folder: Path, skus: Iterable[str], link: bool) -> None:
        """Open the file.

        Args:
            folder: The data set.
            skus: SKUs to list as categories whether or not a photo shows them.
            link: As for `PictureStore`.
        """
        self._span = folder / _SPAN
        self._store = PictureStore(self._span, link)
        self._categories = {sku: number for number, sku in enumerate(skus, start=1)}
        self._images: list[dict[str, Any]] = []
        self._boxes = 0
        self._stream: IO[str] | None = None

    def add(self, photo: ShelfPhoto, header: ImageHeader) -> None:
        """Put one photo and write its annotations."""
        if self._stream is None:
            self._span.mkdir(parents=True)
            self._stream = (self._span / ANNOTATIONS).open("w", encoding="utf-8")
            self._stream.write('{"annotations": [')
        number = len(self._images) + 1
        self._images.append(self._image(number, photo, header))
        for thing in photo.objects:
            category = self._categories.setdefault(thing.sku, len(self._categories) + 1)
            left, top, right, bottom = thing.box
            width, height = round(right - left, 2), round(bottom - top, 2)
            attributes = {
                "occlusion": thing.occlusion,
                "difficult": int(thing.difficult),
                "hard": int(thing.hard),
            }
            entry: dict[str, Any] = {
                "id": self._boxes + 1,
                "image_id": number,
                "category_id": category,
                "bbox": [left, top, width, height],
                "area": round(width * height, 2),
                "iscrowd": int(thing.crowd),
            }
            if any(attributes.values()):
                entry["attributes"] = attributes
            self._stream.write(("," if self._boxes else "") + "\n" + json.dumps(entry))
            self._boxes += 1

    def finish(self) -> None:
        """Write what follows the annotations, and close the file."""
        if self._stream is None:
            return
        categories = [{"id": number, "name": sku} for sku, number in self._categories.items()]
        self._stream.write(f'],\n"images": {json.dumps(self._images)},\n')
        self._stream.write(f'"categories": {json.dumps(categories)}}}\n')
        self.close()

    def close(self) -> None:
        """Close the file as it is; harmless once finished."""
        if self._stream is not None:
            self._stream.close()

    def _image(self, number: int, photo: ShelfPhoto, header: ImageHeader) -> dict[str, Any]:
        attributes = {"store": photo.store, "visit": photo.visit, "split": photo.split}
        return {
            "id": number,
            "file_name": self._store.put(photo.path, photo_stem(photo.name), header),
            "width": photo.width,
            "height": photo.height,
            "attributes": {name: value for name, value in attributes.items() if value},
        }


def write_labels(
    folder: Path, photos: Sequence[tuple[LabelledPhoto, ImageHeader]], link: bool
) -> None:
    """Write `photos.csv` and the photos, in the order given."""
    span = folder / _SPAN
    span.mkdir(parents=True)
    store = PictureStore(span, link)
    with (span / PHOTO_LABELS).open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([*LABEL_COLUMNS, "split"])
        for photo, header in photos:
            name = store.put(photo.file, photo_stem(PurePosixPath(photo.name).as_posix()), header)
            table.writerow([name, photo.sku, photo.split])

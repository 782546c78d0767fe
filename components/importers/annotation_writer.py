"""Writes photos with boxes: `shelves/span-1/annotations.json`, and the photos."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from components.datasets.coco_writing import box_entry, category_entries
from components.datasets.span_folders import ANNOTATIONS
from components.imaging.decoding import ImageHeader
from components.importers.layout import SPAN
from components.importers.picture_store import PictureStore
from components.importers.safe_names import photo_stem
from components.records.shelf_photo import ShelfPhoto


class AnnotationWriter:
    """Writes photos and `annotations.json`, an annotation at a time: there may be millions."""

    def __init__(self, folder: Path, skus: Iterable[str], link: bool) -> None:
        """Open the file.

        Args:
            folder: The data set.
            skus: SKUs to list as categories whether or not a photo shows them.
            link: As for `PictureStore`.
        """
        self._span = folder / SPAN
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
            attributes = {
                "occlusion": thing.occlusion,
                "difficult": int(thing.difficult),
                "hard": int(thing.hard),
            }
            given = attributes if any(attributes.values()) else None
            entry = box_entry(self._boxes + 1, number, category, thing.box, thing.crowd, given)
            self._stream.write(("," if self._boxes else "") + "\n" + json.dumps(entry))
            self._boxes += 1

    def finish(self) -> None:
        """Write what follows the annotations, and close the file."""
        if self._stream is None:
            return
        categories = category_entries(self._categories)
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

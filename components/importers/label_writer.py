"""Writes photos labelled as a whole: `shelves/span-1/photos.csv`, and the photos."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from components.datasets.photo_labels import COLUMNS
from components.datasets.span_folders import PHOTO_LABELS
from components.imaging.decoding import ImageHeader
from components.importers.layout import SPAN
from components.importers.picture_store import PictureStore
from components.importers.safe_names import photo_stem
from components.importers.source_contents import LabelledPhoto


def write_labels(
    folder: Path, photos: Sequence[tuple[LabelledPhoto, ImageHeader]], link: bool
) -> None:
    """Write `photos.csv` and the photos, in the order given."""
    span = folder / SPAN
    span.mkdir(parents=True)
    store = PictureStore(span, link)
    with (span / PHOTO_LABELS).open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([*COLUMNS, "split"])
        for photo, header in photos:
            name = store.put(photo.file, photo_stem(PurePosixPath(photo.name).as_posix()), header)
            table.writerow([name, photo.sku, photo.split])

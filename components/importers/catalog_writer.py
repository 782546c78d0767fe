"""Writes a catalogue.

products.csv, packshots/<sku>.jpg, packshots/<sku>_2.jpg …
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from components.datasets.read_catalog import COLUMNS
from components.imaging.decoding import ImageHeader
from components.importers.layout import PACKSHOTS, PRODUCTS
from components.importers.picture_store import PictureStore
from components.importers.safe_names import file_stem
from components.importers.source_contents import SourcePackshot
from components.records.texts import tidy


def write_catalog(
    folder: Path, packshots: Sequence[tuple[SourcePackshot, ImageHeader]], link: bool
) -> None:
    """Write `products.csv` and the packshots, in the order given."""
    store = PictureStore(folder / PACKSHOTS, link)
    further = list(dict.fromkeys(name for packshot, _ in packshots for name in packshot.extra))
    with (folder / PRODUCTS).open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow([*COLUMNS, *further])
        for packshot, header in packshots:
            image = store.put(packshot.file, file_stem(packshot.sku), header)
            table.writerow(
                [
                    packshot.sku,
                    tidy(packshot.name) or packshot.sku,
                    tidy(packshot.category),
                    f"{PACKSHOTS}/{image}",
                    *(tidy(packshot.extra.get(name, "")) for name in further),
                ]
            )

"""Reads packshots and photos out of the pipeline's examples, in the form of a check of files.

An example knows no path: a photo goes by its key, `span-1/photo.jpg`, a packshot by its row.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from components.data_check.measure_pictures import MeasuredPackshot, measure_packshot
from components.imaging.decoding import ALREADY_CHECKED, decode_photo
from components.imaging.fingerprint import Fingerprint
from components.records.catalog_examples import packshot_of
from components.records.catalog_row import CatalogRow
from components.records.features import Features
from components.records.groups import GROUP
from components.records.shelf_examples import ShelfExample
from components.records.shelf_photo import ShelfObject, ShelfPhoto
from components.records.splits import Split


def checked_packshot(
    features: Features, second_product: float
) -> tuple[CatalogRow, MeasuredPackshot]:
    """Return a packshot's row, and what is to be known of its picture, which is decoded.

    Args:
        features: Of a catalogue example.
        second_product: As in `CheckSettings`.
    """
    packshot = packshot_of(features)
    row = CatalogRow(
        line=packshot.row,
        sku=packshot.sku,
        name=packshot.name,
        category=packshot.category,
        image=Path(packshot.image_name),
        image_name=packshot.image_name,
        view=packshot.view,
        extra={GROUP: packshot.group},
    )
    pixels = decode_photo(packshot.encoded, ALREADY_CHECKED)
    return row, measure_packshot(pixels, second_product)


def checked_photo(features: Features, split: Split) -> tuple[ShelfPhoto, Fingerprint]:
    """Return a shelf photo and its fingerprint; its pixels are not decoded.

    Args:
        features: Of a shelf example without a broken contract.
        split: Where it lies.
    """
    example = ShelfExample(features)
    width, height = example.width, example.height
    pixels = np.round(example.boxes * np.array([width, height, width, height]), 1).tolist()
    objects = tuple(
        ShelfObject(sku, (box[0], box[1], box[2], box[3]), crowd=crowd)
        for sku, box, crowd in zip(example.skus, pixels, example.crowd.tolist(), strict=True)
    )
    photo = ShelfPhoto(
        path=Path(example.source_id),
        name=example.name,
        span=example.span,
        width=width,
        height=height,
        objects=objects,
        label=example.label,
        counts=example.counts,
        split=split,
    )
    return photo, example.fingerprint

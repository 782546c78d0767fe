"""What the pipeline's examples say of packshots and photos, as a check of files sees them.

An example knows no path: a photo goes by its key, `span-1/photo.jpg`, a packshot by its row.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np

from components.data_check.looking import SeenPackshot, see_packshot
from components.datasets.tables import nearest
from components.imaging.decoding import ALREADY_CHECKED, decode_photo
from components.imaging.fingerprint import Fingerprint
from components.records import feature_keys as keys
from components.records.catalog_examples import packshot_of
from components.records.catalog_row import CatalogRow
from components.records.features import Features
from components.records.problems import Problem
from components.records.shelf_examples import ShelfExample
from components.records.shelf_photo import ShelfObject, ShelfPhoto
from components.records.splits import UNKNOWN_PRODUCT, Split

_OBJECT = "image/object/"
_PER_OBJECT = (
    *keys.BOX_EDGES,
    keys.OBJECT_SKU,
    keys.OBJECT_DIFFICULT,
    keys.OBJECT_IS_CROWD,
    keys.OBJECT_OCCLUSION,
)


def checked_packshot(features: Features, second_product: float) -> tuple[CatalogRow, SeenPackshot]:
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
    )
    pixels = decode_photo(packshot.encoded, ALREADY_CHECKED)
    return row, see_packshot(pixels, second_product)


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
        split=split,
    )
    return photo, example.fingerprint


def broken_contracts(features: Features, skus: Collection[str]) -> list[Problem]:
    """Return what is wrong with a shelf example that no schema can say.

    Args:
        features: Of the example.
        skus: Of the catalogue of the day.
    """
    example = ShelfExample(features)
    place = example.source_id
    lengths = {key.removeprefix(_OBJECT): len(features[key]) for key in _PER_OBJECT}
    if len(set(lengths.values())) > 1:
        counted = ", ".join(f"{count} {name}" for name, count in lengths.items())
        what = f"its objects have unequal numbers of values: {counted}"
        return [Problem(place, None, what, "annotate the photo again")]
    problems = [
        Problem(place, f"object {number}", what, remedy)
        for number, sku in enumerate(example.skus, start=1)
        if sku not in skus and sku != UNKNOWN_PRODUCT
        for what, remedy in [_stranger(sku, skus)]
    ]
    for number, (left, top, right, bottom) in enumerate(example.boxes, start=1):
        if not (left < right and top < bottom):
            what = f"the box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) has no area"
            problems.append(Problem(place, f"object {number}", what, "draw it again or remove it"))
    if example.label and example.label not in skus:
        problems.append(Problem(place, "label", *_stranger(example.label, skus)))
    return problems


def _stranger(sku: str, skus: Collection[str]) -> tuple[str, str]:
    return (
        f"SKU '{sku}' is not in the catalogue",
        f"{nearest(sku, skus)}rename it, add the product to the catalogue, or use "
        f"'{UNKNOWN_PRODUCT}'",
    )

"""What the pipeline's examples say of packshots and photos, as a check of files sees them.

An example knows no path: a photo goes by its key, `span-1/photo.jpg`, a packshot by its row.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from components.data_check.looking import SeenPackshot, see_packshot
from components.datasets.tables import nearest
from components.imaging.decoding import ALREADY_CHECKED, decode_photo
from components.imaging.fingerprint import Look
from components.records.catalog_row import CatalogRow
from components.records.features import LOOK, Feature, Features
from components.records.problems import Problem
from components.records.shelf_photo import ShelfObject, ShelfPhoto
from components.records.splits import UNKNOWN_PRODUCT, Split

_EDGES = ("xmin", "ymin", "xmax", "ymax")
_PER_OBJECT = (
    *(f"bbox/{edge}" for edge in _EDGES),
    "class/text",
    "difficult",
    "is_crowd",
    "occlusion",
)


def packshot_of(features: Features, second_product: float) -> tuple[CatalogRow, SeenPackshot]:
    """Return a packshot's row, and what is to be known of its picture, which is decoded.

    Args:
        features: Of a catalogue example.
        second_product: As in `CheckSettings`.
    """
    name = _text(features["image/filename"])
    row = CatalogRow(
        line=_number(features["product/row"]),
        sku=_text(features["product/sku"]),
        name=_text(features["product/name"]),
        category=_text(features["product/category"]),
        image=Path(name),
        image_name=name,
        view=_number(features["product/view"]),
    )
    pixels = decode_photo(bytes(features["image/encoded"][0]), ALREADY_CHECKED)
    return row, see_packshot(pixels, second_product)


def photo_of(features: Features, split: Split) -> tuple[ShelfPhoto, Look]:
    """Return a shelf photo and its look; its pixels are not decoded.

    Args:
        features: Of a shelf example without a broken contract.
        split: Where it lies.
    """
    width, height = _number(features["image/width"]), _number(features["image/height"])
    boxes = np.stack([features[f"image/object/bbox/{edge}"] for edge in _EDGES], axis=1)
    pixels = np.round(boxes * np.array([width, height, width, height]), 1).tolist()
    objects = tuple(
        ShelfObject(bytes(sku).decode(), (box[0], box[1], box[2], box[3]), crowd=bool(crowd))
        for sku, box, crowd in zip(
            features["image/object/class/text"],
            pixels,
            features["image/object/is_crowd"],
            strict=True,
        )
    )
    source_id = _text(features["image/source_id"])
    photo = ShelfPhoto(
        path=Path(source_id),
        name=_text(features["image/filename"]),
        span=_number(features["photo/span"]),
        width=width,
        height=height,
        objects=objects,
        label=_text(features["photo/label"]),
        split=split,
    )
    return photo, Look.from_bytes(bytes(features[LOOK][0]))


def broken_contracts(features: Features, skus: Collection[str]) -> list[Problem]:
    """Return what is wrong with a shelf example that no schema can say.

    Args:
        features: Of the example.
        skus: Of the catalogue of the day.
    """
    place = _text(features["image/source_id"])
    lengths = {name: len(features[f"image/object/{name}"]) for name in _PER_OBJECT}
    if len(set(lengths.values())) > 1:
        counted = ", ".join(f"{count} {name}" for name, count in lengths.items())
        what = f"its objects have unequal numbers of values: {counted}"
        return [Problem(place, None, what, "annotate the photo again")]
    problems = [
        Problem(place, f"object {number}", what, remedy)
        for number, sku in enumerate(_texts(features["image/object/class/text"]), start=1)
        if sku not in skus and sku != UNKNOWN_PRODUCT
        for what, remedy in [_stranger(sku, skus)]
    ]
    for number, (left, top, right, bottom) in enumerate(
        zip(*(features[f"image/object/bbox/{edge}"] for edge in _EDGES), strict=True), start=1
    ):
        if not (left < right and top < bottom):
            what = f"the box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) has no area"
            problems.append(Problem(place, f"object {number}", what, "draw it again or remove it"))
    label = _text(features["photo/label"])
    if label and label not in skus:
        problems.append(Problem(place, "label", *_stranger(label, skus)))
    return problems


def _stranger(sku: str, skus: Collection[str]) -> tuple[str, str]:
    return (
        f"SKU '{sku}' is not in the catalogue",
        f"{nearest(sku, skus)}rename it, add the product to the catalogue, or use "
        f"'{UNKNOWN_PRODUCT}'",
    )


def _text(feature: Feature) -> str:
    return _texts(feature)[0]


def _texts(feature: Feature | Sequence[bytes]) -> list[str]:
    return [bytes(value).decode() for value in feature]


def _number(feature: Feature) -> int:
    return int(feature[0])

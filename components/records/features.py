"""The features of catalogue and shelf examples, as named arrays.

Keys follow the TensorFlow Object Detection API where it has one. Values are arrays of float32 or
int64, or lists of bytes; `records.serialize` turns them into a `tf.train.Example`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from components.imaging.decoding import ImageLimits, stored_form
from components.imaging.fingerprint import look_of
from components.imaging.photo_statistics import photo_statistics
from components.records.catalog_row import CatalogRow
from components.records.shelf_photo import ShelfObject, ShelfPhoto
from components.records.splits import UNKNOWN_PRODUCT, Split

LOOK = "image/look"
"""What the photo looks like, as `data_check.look.Look`: nobody has to decode it again."""

FACING_HEIGHT = "image/object/height"
"""Height of an object's box, as a share of the photo's."""

CHECKED_ONLY = frozenset({LOOK, FACING_HEIGHT})
"""Features that nothing but checks of the data reads: what is made of a photo goes without them."""

VARIANT = "#"
"""Stands between a photo's key and the number of a variant, and so makes the variant's key."""

Feature = np.ndarray | list[bytes]
Features = Mapping[str, Feature]


def catalog_features(
    row: CatalogRow, encoded: bytes, held_out: bool, limits: ImageLimits
) -> dict[str, Feature]:
    """Return the features of one packshot.

    Args:
        row: The catalogue's row.
        encoded: The packshot's file.
        held_out: Whether its SKU is kept out of training.
        limits: Bounds the packshot must keep.

    Raises:
        BadImage: The packshot cannot be used.
    """
    return {
        "product/sku": _text(row.sku),
        "product/name": _text(row.name),
        "product/category": _text(row.category),
        "product/view": _integers(row.view),
        "product/row": _integers(row.line),
        "product/held_out": _integers(held_out),
        **image_features(*stored_form(encoded, limits), row.image_name, f"{row.sku}/{row.view}"),
    }


def shelf_features(
    photo: ShelfPhoto,
    encoded: bytes,
    split: Split,
    held_out: Collection[str],
    limits: ImageLimits,
) -> dict[str, Feature]:
    """Return the features of one shelf photo; boxes are normalised to [0, 1].

    In ``train``, objects of held-out SKUs become ``unknown_product``: the model may know that a
    product stands there, not which.

    Args:
        photo: The photo and its objects.
        encoded: Its file.
        split: The split it goes to.
        held_out: SKUs kept out of training.
        limits: Bounds the photo must keep.

    Raises:
        BadImage: The photo cannot be used.
    """
    stored = stored_form(encoded, limits)
    new = [thing.sku in held_out for thing in photo.objects]
    objects = [
        replace(thing, sku=UNKNOWN_PRODUCT) if is_new and split == "train" else thing
        for thing, is_new in zip(photo.objects, new, strict=True)
    ]
    located = object_features(objects, new, photo.width, photo.height)
    top, bottom = (np.asarray(located[f"image/object/bbox/{edge}"]) for edge in ("ymin", "ymax"))
    return {
        **image_features(*stored, photo.name, photo.source_id),
        **located,
        **photo_features(photo.store, photo.visit, photo.label, photo.span, photo.hard),
        LOOK: [look_of(stored[2]).to_bytes()],
        FACING_HEIGHT: bottom - top,
    }


def object_features(
    objects: Collection[ShelfObject], held_out: Collection[bool], width: int, height: int
) -> dict[str, Feature]:
    """Return the features of a photo's objects.

    Args:
        objects: With boxes in pixels of the photo.
        held_out: For each object, whether its SKU is kept out of training.
        width: The photo's width in pixels.
        height: The photo's height in pixels.
    """
    boxes = np.array([thing.box for thing in objects], np.float32).reshape(-1, 4)
    boxes = np.clip(boxes / np.array([width, height, width, height], np.float32), 0, 1)
    return {
        "image/object/bbox/xmin": boxes[:, 0],
        "image/object/bbox/ymin": boxes[:, 1],
        "image/object/bbox/xmax": boxes[:, 2],
        "image/object/bbox/ymax": boxes[:, 3],
        "image/object/class/text": _text(*(thing.sku for thing in objects)),
        "image/object/difficult": _integers(*(thing.difficult for thing in objects)),
        "image/object/is_crowd": _integers(*(thing.crowd for thing in objects)),
        "image/object/occlusion": np.array([thing.occlusion for thing in objects], np.float32),
        "image/object/held_out": _integers(*held_out),
        "image/object/count": _integers(len(objects)),
    }


def image_features(
    encoded: bytes, file_format: str, pixels: np.ndarray, name: str, source_id: str
) -> dict[str, Feature]:
    """Return the features of a photo as such.

    Args:
        encoded: Its bytes as stored, upright.
        file_format: ``"jpeg"`` or ``"png"``.
        pixels: What the bytes decode to, uint8 [H, W, 3].
        name: File name, for people.
        source_id: Unique key.
    """
    height, width = pixels.shape[:2]
    statistics = photo_statistics(pixels)
    return {
        "image/encoded": [encoded],
        "image/format": _text(file_format),
        "image/filename": _text(name),
        "image/source_id": _text(source_id),
        "image/height": _integers(height),
        "image/width": _integers(width),
        "image/brightness": np.array([statistics.brightness], np.float32),
        "image/contrast": np.array([statistics.contrast], np.float32),
        "image/sharpness": np.array([statistics.sharpness], np.float32),
    }


def photo_features(
    store: str = "", visit: str = "", label: str = "", span: int = 0, hard: bool = False
) -> dict[str, Feature]:
    """Return the features that say where a shelf photo comes from."""
    return {
        "photo/store": _text(store),
        "photo/visit": _text(visit),
        "photo/label": _text(label),
        "photo/span": _integers(span),
        "photo/hard": _integers(hard),
    }


def _text(*values: str) -> list[bytes]:
    return [value.encode() for value in values]


def _integers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)

"""The features of catalogue and shelf examples, as named arrays.

Their names are in `feature_keys`. Values are arrays of float32 or int64, or lists of bytes;
`tf_example.serialize` turns them into a `tf.train.Example`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from components.imaging.decoding import ImageLimits, stored_form
from components.imaging.fingerprint import fingerprint_of
from components.imaging.photo_statistics import photo_statistics
from components.records import feature_keys as keys
from components.records.catalog_row import CatalogRow
from components.records.shelf_photo import ShelfObject, ShelfPhoto, SkuCount
from components.records.splits import UNKNOWN_PRODUCT, Split

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
        keys.PRODUCT_SKU: _text(row.sku),
        keys.PRODUCT_NAME: _text(row.name),
        keys.PRODUCT_CATEGORY: _text(row.category),
        keys.PRODUCT_GROUP: _text(row.group),
        keys.PRODUCT_VIEW: _integers(row.view),
        keys.PRODUCT_ROW: _integers(row.line),
        keys.PRODUCT_HELD_OUT: _integers(held_out),
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
    features = {
        **image_features(*stored, photo.name, photo.source_id),
        **object_features(objects, new, photo.width, photo.height),
        **photo_features(
            photo.store, photo.visit, photo.label, photo.span, photo.hard, photo.counts
        ),
    }
    if photo.counts:
        features[keys.OBJECT_COUNT] = _integers(sum(count for _, count in photo.counts))
    return {**features, **checked_features(features, stored[2])}


def checked_features(features: Features, pixels: np.ndarray) -> dict[str, Feature]:
    """Return the features of a photo that only checks of the data read.

    Args:
        features: All others of the photo.
        pixels: The photo, uint8 `[H, W, 3]` RGB.
    """
    _, top, _, bottom = (np.asarray(features[key]) for key in keys.BOX_EDGES)
    return {
        keys.IMAGE_FINGERPRINT: [fingerprint_of(pixels).to_bytes()],
        keys.OBJECT_HEIGHT: bottom - top,
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
        **{key: boxes[:, edge] for edge, key in enumerate(keys.BOX_EDGES)},
        keys.OBJECT_SKU: _text(*(thing.sku for thing in objects)),
        keys.OBJECT_DIFFICULT: _integers(*(thing.difficult for thing in objects)),
        keys.OBJECT_IS_CROWD: _integers(*(thing.crowd for thing in objects)),
        keys.OBJECT_OCCLUSION: np.array([thing.occlusion for thing in objects], np.float32),
        keys.OBJECT_HELD_OUT: _integers(*held_out),
        keys.OBJECT_COUNT: _integers(len(objects)),
    }


def image_features(
    encoded: bytes, file_format: str, pixels: np.ndarray, name: str, source_id: str
) -> dict[str, Feature]:
    """Return the features of a photo as such.

    Args:
        encoded: Its bytes as stored, upright.
        file_format: ``"jpeg"`` or ``"png"``.
        pixels: What the bytes decode to, uint8 `[H, W, 3]`.
        name: File name, for people.
        source_id: Unique key.
    """
    height, width = pixels.shape[:2]
    statistics = photo_statistics(pixels)
    return {
        keys.IMAGE_ENCODED: [encoded],
        keys.IMAGE_FORMAT: _text(file_format),
        keys.IMAGE_FILENAME: _text(name),
        keys.IMAGE_SOURCE_ID: _text(source_id),
        keys.IMAGE_HEIGHT: _integers(height),
        keys.IMAGE_WIDTH: _integers(width),
        keys.IMAGE_BRIGHTNESS: np.array([statistics.brightness], np.float32),
        keys.IMAGE_CONTRAST: np.array([statistics.contrast], np.float32),
        keys.IMAGE_SHARPNESS: np.array([statistics.sharpness], np.float32),
    }


def photo_features(
    store: str = "",
    visit: str = "",
    label: str = "",
    span: int = 0,
    hard: bool = False,
    counts: Collection[SkuCount] = (),
) -> dict[str, Feature]:
    """Return the features that say where a shelf photo comes from, and what it shows as a whole."""
    return {
        keys.PHOTO_STORE: _text(store),
        keys.PHOTO_VISIT: _text(visit),
        keys.PHOTO_LABEL: _text(label),
        keys.PHOTO_SPAN: _integers(span),
        keys.PHOTO_HARD: _integers(hard),
        keys.PHOTO_COUNTS_SKU: _text(*(sku for sku, _ in counts)),
        keys.PHOTO_COUNTS_COUNT: _integers(*(count for _, count in counts)),
    }


def _text(*values: str) -> list[bytes]:
    return [value.encode() for value in values]


def _integers(*values: int) -> np.ndarray:
    return np.array(values, np.int64)

"""Seeded variants of an annotated photo, boxes following pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import compress

import cv2
import numpy as np

from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.records import feature_keys as keys
from components.records.features import VARIANT, Feature, Features, image_features
from components.records.seeds import seed_for
from components.records.shelf_examples import ShelfExample

DROPPED_BELOW = 0.15
"""An object of which less is visible than this share is gone: nobody could tell what it is."""

DIFFICULT_BELOW = 0.4
"""An object of which less is visible than this share no longer counts against the model."""


Augmentation = Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""From image uint8 `[H, W, 3]`, boxes float32 `[n, 4]` in pixels and a seed to image, boxes and
visibility float32 `[n]`."""


@dataclass(frozen=True)
class PhotoVariant:
    """One variant of a photo.

    Attributes:
        features: Of a shelf example.
        objects: How many objects were ``kept``, became ``difficult`` or were ``dropped``.
    """

    features: dict[str, Feature]
    objects: Counter[str] = field(default_factory=Counter)


def make_variant(
    features: Features, number: int, augmentation: Augmentation, seed: int, max_side: int
) -> PhotoVariant:
    """Return a variant of a photo; the same arguments give the same bytes.

    Args:
        features: Of the photo's shelf example.
        number: Which variant.
        augmentation: What is done to pixels and boxes.
        seed: Of the run; the photo's own key is mixed in.
        max_side: Longest side of the result in pixels.
    """
    original = ShelfExample(features)
    source_id = f"{original.source_id}{VARIANT}{number}"
    photo = _shrunk(decode_photo(original.encoded, ALREADY_CHECKED), max_side)
    height, width = photo.shape[:2]
    scale = np.array([width, height, width, height], np.float32)

    pixels, moved, visibility = augmentation(
        photo, original.boxes * scale, seed_for(seed, source_id)
    )
    kept = np.asarray(visibility) >= DROPPED_BELOW
    faint = np.asarray(visibility) < DIFFICULT_BELOW
    new_height, new_width = pixels.shape[:2]
    new_scale = np.array([new_width, new_height, new_width, new_height], np.float32)
    normalised = np.clip(np.asarray(moved, np.float32).reshape(-1, 4) / new_scale, 0, 1)[kept]

    hidden = 1 - (1 - original.occlusion) * np.clip(visibility, 0, 1)
    difficult = original.difficult | faint
    varied: dict[str, Feature] = {
        **{key: value for key, value in features.items() if key not in keys.CHECKED_ONLY},
        **image_features(encode_jpeg(pixels), "jpeg", pixels, original.name, source_id),
        **{key: normalised[:, edge] for edge, key in enumerate(keys.BOX_EDGES)},
        keys.OBJECT_SKU: list(compress(features[keys.OBJECT_SKU], kept)),
        keys.OBJECT_DIFFICULT: difficult.astype(np.int64)[kept],
        keys.OBJECT_OCCLUSION: hidden.astype(np.float32)[kept],
        keys.OBJECT_IS_CROWD: np.asarray(features[keys.OBJECT_IS_CROWD])[kept],
        keys.OBJECT_HELD_OUT: np.asarray(features[keys.OBJECT_HELD_OUT])[kept],
        keys.OBJECT_COUNT: np.array([kept.sum()], np.int64),
    }
    counts = Counter(
        kept=int((kept & ~faint).sum()),
        difficult=int((kept & faint).sum()),
        dropped=int((~kept).sum()),
    )
    return PhotoVariant(varied, counts)


def _shrunk(photo: np.ndarray, max_side: int) -> np.ndarray:
    height, width = photo.shape[:2]
    scale = max_side / max(height, width)
    if scale >= 1:
        return photo
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return cv2.resize(photo, size, interpolation=cv2.INTER_AREA)

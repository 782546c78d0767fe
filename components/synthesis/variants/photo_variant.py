"""Seeded variants of an annotated photo, boxes following pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.records.features import CHECKED_ONLY, VARIANT, Feature, Features, image_features
from components.records.seeds import seed_for

DROPPED_BELOW = 0.15
"""An object of which less is visible than this share is gone: nobody could tell what it is."""

DIFFICULT_BELOW = 0.4
"""An object of which less is visible than this share no longer counts against the model."""

BOX_KEYS = tuple(f"image/object/bbox/{edge}" for edge in ("xmin", "ymin", "xmax", "ymax"))


Augmentation = Callable[[np.ndarray, np.ndarray, int], tuple[np.ndarray, np.ndarray, np.ndarray]]
"""(image uint8 [H, W, 3], boxes float32 [n, 4] pixels, seed) to the same and visibility [n]."""


@dataclass(frozen=True)
class Variant:
    """One variant of a photo.

    Attributes:
        features: Of a shelf example.
        objects: How many objects were ``kept``, became ``difficult`` or were ``dropped``.
    """

    features: dict[str, Feature]
    objects: Counter[str] = field(default_factory=Counter)


def make_variant(
    features: Features, number: int, augmentation: Augmentation, seed: int, max_side: int
) -> Variant:
    """Return a variant of a photo; the same arguments give the same bytes.

    Args:
        features: Of the photo's shelf example.
        number: Which variant.
        augmentation: What is done to pixels and boxes.
        seed: Of the run; the photo's own key is mixed in.
        max_side: Longest side of the result in pixels.
    """
    source_id = f"{_string(features, 'image/source_id')}{VARIANT}{number}"
    photo = decode_photo(_bytes(features, "image/encoded"), ALREADY_CHECKED)
    photo = _shrunk(photo, max_side)
    height, width = photo.shape[:2]
    scale = np.array([width, height, width, height], np.float32)
    boxes = np.stack([np.asarray(features[key], np.float32) for key in BOX_KEYS], axis=1) * scale

    pixels, moved, visibility = augmentation(photo, boxes, seed_for(seed, source_id))
    kept = np.asarray(visibility) >= DROPPED_BELOW
    faint = np.asarray(visibility) < DIFFICULT_BELOW
    new_height, new_width = pixels.shape[:2]
    new_scale = np.array([new_width, new_height, new_width, new_height], np.float32)
    normalised = np.clip(np.asarray(moved, np.float32).reshape(-1, 4) / new_scale, 0, 1)[kept]

    hidden = 1 - (1 - np.asarray(features["image/object/occlusion"])) * np.clip(visibility, 0, 1)
    difficult = np.asarray(features["image/object/difficult"]) | faint
    name = _string(features, "image/filename")
    varied: dict[str, Feature] = {
        **{key: value for key, value in features.items() if key not in CHECKED_ONLY},
        **image_features(encode_jpeg(pixels), "jpeg", pixels, name, source_id),
        **{key: normalised[:, edge] for edge, key in enumerate(BOX_KEYS)},
        "image/object/class/text": [
            sku for sku, keep in zip(features["image/object/class/text"], kept, strict=True) if keep
        ],
        "image/object/difficult": difficult.astype(np.int64)[kept],
        "image/object/occlusion": hidden.astype(np.float32)[kept],
        "image/object/is_crowd": np.asarray(features["image/object/is_crowd"])[kept],
        "image/object/held_out": np.asarray(features["image/object/held_out"])[kept],
        "image/object/count": np.array([kept.sum()], np.int64),
    }
    counts = Counter(
        kept=int((kept & ~faint).sum()),
        difficult=int((kept & faint).sum()),
        dropped=int((~kept).sum()),
    )
    return Variant(varied, counts)


def _shrunk(photo: np.ndarray, max_side: int) -> np.ndarray:
    height, width = photo.shape[:2]
    scale = max_side / max(height, width)
    if scale >= 1:
        return photo
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return cv2.resize(photo, size, interpolation=cv2.INTER_AREA)


def _bytes(features: Features, key: str) -> bytes:
    return bytes(features[key][0])


def _string(features: Features, key: str) -> str:
    return _bytes(features, key).decode()

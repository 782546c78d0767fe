"""Slices by what is true of a product, whatever a model says of it: their names and their bounds.

A gate may name a slice before any data is read, so names are checked by pattern: `category.X`,
`store.X` and `span.N` are open, all others are listed here.
"""

from __future__ import annotations

import difflib
import re

# COCO calls an object small below 32 x 32 pixels and large from 96 x 96, of a photo of 640 x 480.
_COCO_PHOTO = 640 * 480

SIZES: dict[str, tuple[float, float]] = {
    "small": (0.0, 32**2 / _COCO_PHOTO),
    "medium": (32**2 / _COCO_PHOTO, 96**2 / _COCO_PHOTO),
    "large": (96**2 / _COCO_PHOTO, float("inf")),
}
"""Area of the box as a share of the photo's, from (inclusive) and to (exclusive), per size."""

OCCLUSIONS: dict[str, tuple[float, float]] = {
    "none": (float("-inf"), 0.1),
    "partial": (0.1, 0.4),
    "heavy": (0.4, float("inf")),
}
"""Share of the product that is hidden, from (exclusive) and to (inclusive), per degree."""

SEEN, NEW, DIFFICULT = "sku.seen", "sku.new", "difficult"

TRUTH_SLICES = (
    *(f"size.{size}" for size in SIZES),
    *(f"occlusion.{degree}" for degree in OCCLUSIONS),
    DIFFICULT,
)
"""The slices that part the products of one SKU on one photo."""

CLOSED = (SEEN, NEW, *TRUTH_SLICES)
"""The slices that every evaluation has."""

_OPEN = {"category.X": r"category\..+", "store.X": r"store\..+", "span.N": r"span\.\d+"}


def is_attribute_slice(name: str) -> bool:
    """Whether there can be a slice of this name, in whatever data."""
    return name in CLOSED or any(re.fullmatch(pattern, name) for pattern in _OPEN.values())


def nearest_attribute_slice(name: str) -> str:
    """Return the valid name that looks most like `name`, which is none; open ones as `store.X`."""
    family = {each.partition(".")[0]: each for each in _OPEN}
    if name.partition(".")[0] in family:
        return family[name.partition(".")[0]]
    return difflib.get_close_matches(name, [*CLOSED, *_OPEN], n=1, cutoff=0.0)[0]

"""Slices: their names, their bounds, and what is measured of them.

Most are by what is true of a product, whatever a model says of it; those by ambiguity are of what
it shows. A gate may name a slice before any data is read, so names are checked by pattern:
`category.X`, `store.X` and `span.N` are open, all others are listed here.
"""

from __future__ import annotations

import difflib
import re

from components.metrics.metric_names import AMBIGUITY_SLICES, METRIC_NAMES, SUBSETS, slice_name

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

AMBIGUITY = tuple(
    slice_name(f"ambiguity.{name}", subset) for subset in SUBSETS for name in AMBIGUITY_SLICES
)
"""The slices of shown detections, which every evaluation with boxes has."""

ATTRIBUTE_MEASURES = ("map50", "recall_at_threshold")
AMBIGUITY_MEASURES = ("precision", "top2", "error_rate", "share")

_OPEN = {"category.X": r"category\..+", "store.X": r"store\..+", "span.N": r"span\.\d+"}
_WORDS = {
    SEEN: "products trained on",
    NEW: "new products",
    **{f"size.{size}": f"{size} products" for size in SIZES},
    "occlusion.none": "products in plain view",
    "occlusion.partial": "partly hidden products",
    "occlusion.heavy": "heavily hidden products",
    DIFFICULT: "difficult products",
}


def slice_measures(name: str) -> tuple[str, ...]:
    """Return what is measured of a slice; nothing where no data can have one of this name."""
    if name in AMBIGUITY:
        return AMBIGUITY_MEASURES
    is_open = any(re.fullmatch(pattern, name) for pattern in _OPEN.values())
    return ATTRIBUTE_MEASURES if is_open or name in CLOSED else ()


def nearest_slice(name: str) -> str:
    """Return the valid name that looks most like `name`, which is none; open ones as `store.X`."""
    families = {each.partition(".")[0]: each for each in _OPEN}
    valid = [*CLOSED, *AMBIGUITY, *_OPEN]
    near = difflib.get_close_matches(name.lower(), valid, n=1, cutoff=0.0)
    return families.get(name.partition(".")[0], near[0])


def slice_title(name: str, measure: str) -> str:
    """Return the title of a measure of a slice in texts."""
    if name in AMBIGUITY:
        return METRIC_NAMES[f"{name}.{measure}"].title
    family, _, value = name.partition(".")
    return f"{METRIC_NAMES[measure].title}, {_WORDS.get(name, f'{family} {value}')}"

"""Putting things in front of the products of a photo."""

from __future__ import annotations

import numpy as np

from components.synthesis.effects import occluders, painting
from components.synthesis.variants.levels import Level

_WITHOUT_PRODUCTS = 0.2
"""Height of a product, as a share of the photo's, where the photo has none to measure."""
_NARROWEST = 8
"""Smallest width of what is in front, pixels."""
_WIDEST = 0.3
"""Its largest width, as a share of the photo's height."""


def cover(
    image: np.ndarray, outlines: np.ndarray, level: Level, rng: np.random.Generator
) -> np.ndarray:
    """Put things in front of the products of a photo, in place.

    Args:
        image: uint8 `[H, W, 3]` RGB.
        outlines: float32 `[n, p, 2]` pixels, of the products.
        level: How many, how large, and what.
        rng: Decides everything.

    Returns:
        Where they are, uint8 `[H, W]` of 0 and 1.
    """
    height, width = image.shape[:2]
    covered = np.zeros((height, width), np.uint8)
    if rng.random() >= level.covered:
        return covered
    product = _WITHOUT_PRODUCTS * height
    if len(outlines):
        product = float(np.median(outlines[..., 1].max(axis=1) - outlines[..., 1].min(axis=1)))
    most = level.covers + round(level.covers_per_product * len(outlines))
    for _ in range(int(rng.integers(1, most + 1))):
        wanted = product * rng.uniform(*level.cover_size)
        size = float(np.clip(wanted, _NARROWEST, _WIDEST * height))
        aimed = level.aimed > 0 and len(outlines) > 0 and rng.random() < level.aimed
        centre = _on_product(rng, outlines) if aimed else None
        overlay = occluders.random_overlay(rng, (height, width), size, level.cover_kinds, centre)
        if overlay is not None:
            colour, mask, x, y = overlay
            painting.blend(image, colour, mask, x, y)
            region = covered[y : y + mask.shape[0], x : x + mask.shape[1]]
            np.maximum(region, (mask > 127).astype(np.uint8), out=region)
    return covered


def _on_product(rng: np.random.Generator, outlines: np.ndarray) -> tuple[float, float]:
    """Return a point, x and y, on one of the products, its edges included."""
    outline = outlines[int(rng.integers(len(outlines)))]
    x, y = rng.uniform(outline.min(axis=0), outline.max(axis=0))
    return float(x), float(y)

"""Invented products, one picture each, isolated on white: what a retailer's database holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

import cv2
import numpy as np

from components.synthesis.products.families import Family, Variant, draw_family, draw_variants
from components.synthesis.products.packs import render_pack

LONG_SIDE = 300
SHORT_SIDE = 225
_FILL = 0.92


@dataclass(frozen=True)
class GeneratedPackshot:
    """One catalogue picture.

    Attributes:
        sku: Unique key, made of lower-case letters, digits and hyphens.
        name: Name for people.
        category: Category in the catalogue.
        image: uint8 `[H, W, 3]` RGB on white; 4:3, longest side 300 pixels.
    """

    sku: str
    name: str
    category: str
    image: np.ndarray


def make_catalog(seed: int, families: int, variants: int) -> list[GeneratedPackshot]:
    """Invent a catalogue of product families whose variants are hard to tell apart.

    The first families of a larger catalogue are those of a smaller one with the same seed.

    Args:
        seed: Decides everything.
        families: Number of product lines.
        variants: Products per line, at most 6.

    Returns:
        `families * variants` packshots, family by family, with unique SKUs.
    """
    catalog: list[GeneratedPackshot] = []
    taken: set[str] = set()
    for index in range(families):
        rng = np.random.default_rng([seed, index])
        family = draw_family(rng)
        while _slug(family.brand, family.product) in taken:
            family = draw_family(rng)
        taken.add(_slug(family.brand, family.product))
        for variant in draw_variants(family, variants):
            catalog.append(
                GeneratedPackshot(
                    sku=_slug(family.brand, family.product, variant.label),
                    name=f"{family.brand} {family.product.capitalize()} {variant.label}",
                    category=family.category,
                    image=render_packshot(family, variant),
                )
            )
    return catalog


def render_packshot(family: Family, variant: Variant) -> np.ndarray:
    """Return a product centred on white, uint8 RGB, 4:3 upright or lying like the product."""
    pack = render_pack(family, variant)
    height, width = pack.shape[:2]
    upright = height >= width
    room_h, room_w = (LONG_SIDE, SHORT_SIDE) if upright else (SHORT_SIDE, LONG_SIDE)
    scale = min(room_h * _FILL / height, room_w * _FILL / width)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    small = cv2.resize(pack, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    image = np.full((room_h, room_w, 3), 255, np.float32)
    x, y = (room_w - size[0]) // 2, (room_h - size[1]) // 2
    region = image[y : y + size[1], x : x + size[0]]
    alpha = small[..., 3:] / 255.0
    region[:] = small[..., :3] * alpha + region * (1 - alpha)
    return np.round(image).astype(np.uint8)


def _slug(*words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", " ".join(words).lower().replace(",", "-")).strip("-")

"""Flat artwork of a pack: its front and its side, before they are put around a shape."""

from __future__ import annotations

import numpy as np

from components.synthesis.products.colours import Colour, mix, readable_on
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.ground import ground
from components.synthesis.products.label import print_band, print_corners, print_logo, print_texts
from components.synthesis.products.layers import layer_rng
from components.synthesis.products.motifs import MOTIFS
from components.synthesis.products.small_print import barcode, small_print, table


def front_art(family: Family, variant: Variant, width: int, height: int) -> np.ndarray:
    """Return the front of a pack, uint8 `[height, width, 3]` RGB."""
    art = ground(family, variant, width, height)
    plan = layer_rng(family, "plan")
    logo_y = float(plan.choice([0.13, 0.17, 0.24, 0.32, 0.45]))
    motif_below = plan.random() < 0.75 or logo_y < 0.3
    motif_y = float(plan.uniform(0.62, 0.74)) if motif_below else 0.18
    text_y = (
        float(plan.uniform(logo_y + 0.14, 0.52))
        if logo_y < 0.36
        else float(plan.uniform(0.62, 0.78))
    )
    if plan.random() < 0.85:
        radius = width * float(plan.uniform(0.24, 0.44))
        place = (width * float(plan.uniform(0.35, 0.65)), height * motif_y)
        MOTIFS[variant.motif](
            art,
            place,
            radius,
            _motif_colour(family, variant, art, place),
            layer_rng(family, "motif"),
        )
    print_band(art, family, variant)
    print_texts(art, family, variant, text_y)
    print_logo(art, family, logo_y)
    print_corners(art, family, variant)
    return art


def side_art(family: Family, variant: Variant, width: int, height: int) -> np.ndarray:
    """Return the side of a pack, uint8 `[height, width, 3]` RGB: small print, table, barcode."""
    rng = layer_rng(family, "side")
    colour = mix(family.base, family.second, float(rng.choice([0.0, 0.0, 0.35, 1.0])))
    art = np.empty((height, width, 3), np.uint8)
    art[:] = colour
    if rng.random() < 0.4:
        art[: int(height * rng.uniform(0.08, 0.3))] = variant.accent
    ink = readable_on(colour)
    y = height * 0.12
    while y < height * 0.5:
        small_print(art, (width * 0.5, y), width * float(rng.uniform(0.5, 0.85)), ink, rng)
        y += height * 0.022
    table(
        art, (int(width * 0.12), int(height * 0.54)), (int(width * 0.76), int(height * 0.18)), ink
    )
    barcode(
        art, (int(width * 0.2), int(height * 0.78)), (int(width * 0.6), int(height * 0.12)), rng
    )
    return art


def _motif_colour(
    family: Family, variant: Variant, art: np.ndarray, place: tuple[float, float]
) -> Colour:
    under = art[min(int(place[1]), len(art) - 1), int(place[0])]
    background: Colour = (int(under[0]), int(under[1]), int(under[2]))
    colour = variant.accent if family.axis == "flavour" else family.brand_colour
    difference = sum(abs(a - b) for a, b in zip(colour, background, strict=True))
    return colour if difference > 90 else mix(colour, readable_on(background), 0.45)

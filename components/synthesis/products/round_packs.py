"""Round packs: bottles, cans, jars, tubs and tubes, as surfaces of revolution."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from components.synthesis.products.antialiased import ellipse
from components.synthesis.products.artwork import front_art
from components.synthesis.products.colours import Colour, hsv, mix
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.pack_picture import FACE, PackPicture, shape_rng


class _Turned(NamedTuple):
    """A surface of revolution: half-widths (share of the widest) from top to bottom."""

    heights: tuple[float, ...]
    radii: tuple[float, ...]
    label: tuple[float, float]


def _profile(family: Family, rng: np.random.Generator) -> _Turned:
    shape = family.shape
    if shape == "bottle":
        neck, shoulder = float(rng.uniform(0.28, 0.45)), float(rng.uniform(0.22, 0.42))
        waist = float(rng.uniform(0.88, 1.0))
        return _Turned(
            (0, 0.1, shoulder, 0.65, 0.96, 1),
            (neck, neck, 1, waist, 1, 0.95),
            (shoulder + 0.02, 0.95),
        )
    if shape == "can":
        lip = float(rng.uniform(0.86, 1.0))
        return _Turned((0, 0.03, 0.07, 0.94, 1), (lip, lip, 1, 1, lip), (0.03, 0.97))
    if shape == "jar":
        return _Turned((0, 0.18, 0.26, 0.95, 1), (0.86, 0.86, 1, 1, 0.9), (0.32, 0.92))
    if shape == "tub":
        return _Turned((0, 0.08, 0.1, 1), (1, 1, 0.95, float(rng.uniform(0.72, 0.86))), (0.1, 1.0))
    return _Turned((0, 0.82, 0.83, 1), (1, 0.72, 0.55, 0.55), (0.0, 0.82))


def round_pack(family: Family, variant: Variant) -> PackPicture:
    """Return a round pack with its label wrapped around it."""
    rng = shape_rng(family)
    turned = _profile(family, rng)
    height = FACE if family.aspect >= 1 else round(FACE * family.aspect)
    radius = height / family.aspect / 2
    bulge = radius * float(rng.uniform(0.05, 0.16))
    margin = 30
    size = (height + 2 * margin + round(bulge), round(2 * radius) + 2 * margin)
    ys, xs = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    heights = np.array(turned.heights) * height
    radii = np.array(turned.radii) * radius
    side = np.interp(np.arange(size[0]) - margin, heights, radii).astype(np.float32)
    smooth = cv2.GaussianBlur(side[:, None], (1, 0), 0.01, sigmaY=6)
    half = np.maximum(smooth, 1)
    u = (xs - size[1] / 2) / half
    curve = np.sqrt(np.clip(1 - u * u, 0, 1))
    sag = bulge if family.shape != "tube" else 0
    v = (ys - margin - sag * curve * half / radius) / height
    inside = (np.abs(u) <= 1) & (v >= 0) & (v <= 1)
    body = _body(family, variant, rng)
    colour = np.empty((*size, 3), np.float32)
    colour[:] = body
    low, high = turned.label
    art_height, art_width = round((high - low) * height), round(radius * 2 * 1.25)
    art = front_art(family, variant, art_width, max(art_height, 8))
    # The visible half of the cylinder shows 1.25 radii of label to each side of its middle.
    map_x = art_width * (0.5 + np.arcsin(np.clip(u, -1, 1)) / np.pi)
    map_y = (v - low) / (high - low) * art_height
    label = cv2.remap(
        art,
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    on_label = inside & (v >= low) & (v <= high)
    colour[on_label] = label[on_label]
    _ends(colour, family, variant, v, rng)
    gloss = float(rng.uniform(0.1, 0.5))
    shade = 0.58 + 0.46 * curve + 0.06 * u
    shine = np.exp(-((u + float(rng.uniform(0.25, 0.55))) ** 2) / 0.012) * gloss
    colour = colour * shade[..., None] + (255 - colour) * (shine * (curve > 0.2))[..., None] * 0.6
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (3, 3), 0)
    rgb = np.clip(colour, 0, 255).astype(np.uint8)
    picture = PackPicture(np.ascontiguousarray(rgb), (alpha * 255).astype(np.uint8))
    if family.shape in ("can", "tub", "jar"):
        _lid(picture, family, variant, (size[1] / 2, margin), float(smooth[margin, 0]), bulge)
    return picture


def _body(family: Family, variant: Variant, rng: np.random.Generator) -> Colour:
    if family.shape == "can":
        return hsv(0.6, 0.03, 0.78)
    if family.shape == "jar":
        return mix(variant.accent, (60, 40, 30), 0.3)
    kind = rng.random()
    if kind < 0.35:
        return mix(variant.accent, (250, 250, 250), 0.25)
    return family.base if kind < 0.7 else hsv(0.6, 0.02, 0.93)


def _ends(
    colour: np.ndarray, family: Family, variant: Variant, v: np.ndarray, rng: np.random.Generator
) -> None:
    """Paint caps and lids, which stand outside the label."""
    cap = variant.accent if rng.random() < 0.45 else mix(family.brand_colour, family.second, 0.4)
    if family.shape == "bottle":
        colour[v < 0.085] = cap
    elif family.shape == "jar":
        colour[v < 0.18] = cap
    elif family.shape == "tub":
        colour[v < 0.085] = hsv(0.6, 0.02, 0.93) if rng.random() < 0.5 else cap
    elif family.shape == "tube":
        colour[v > 0.825] = cap


def _lid(
    picture: PackPicture,
    family: Family,
    variant: Variant,
    place: tuple[float, float],
    radius: float,
    bulge: float,
) -> None:
    tint = (
        hsv(0.6, 0.03, 0.8) if family.shape == "can" else mix(variant.accent, (255, 255, 255), 0.35)
    )
    axes = (radius, max(bulge, 1))
    ellipse(picture.colour, place, axes, tint)
    ellipse(picture.alpha, place, axes, (255,))
    inner = (max(axes[0] - 6, 1), max(axes[1] - 3, 1))
    ellipse(picture.colour, place, inner, mix(tint, (40, 40, 40), 0.18), thickness=2)

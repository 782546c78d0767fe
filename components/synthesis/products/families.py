"""Invented brands: what the products of one family share, and how its variants differ."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from components.synthesis.products.colours import Colour, hsv
from components.synthesis.products.lettering import FONTS
from components.synthesis.products.vocabulary import (
    ASPECTS,
    BAND_WORDS,
    BRAND_ENDS,
    BRAND_MIDDLES,
    BRAND_STARTS,
    FLAVOURS,
    ICONS,
    PERCENTS,
    PRODUCTS,
    SIZES,
    Axis,
    Shape,
)

_TELLABLE = 30.0
"""Least CIELAB distance between the accents of two variants."""


@dataclass(frozen=True)
class Family:
    """What all variants of one product line share.

    Attributes:
        seed: Decides every detail of the artwork that the fields below leave open.
        brand: Brand name as printed.
        product: Product word as printed.
        category: Category in the catalogue.
        shape: Kind of pack.
        axis: What tells its variants from each other.
        base: Main colour of the pack.
        second: Second colour of the pack.
        brand_colour: Colour of the logo.
        aspect: Height of the front face as a multiple of its width.
        font: Font of the brand name.
        text_font: Font of everything else.
    """

    seed: int
    brand: str
    product: str
    category: str
    shape: Shape
    axis: Axis
    base: Colour
    second: Colour
    brand_colour: Colour
    aspect: float
    font: str
    text_font: str


@dataclass(frozen=True)
class Variant:
    """One product of a family.

    Attributes:
        label: The word that names the variant ("Mango", "Light", "500 g").
        accent: Colour of the variant's band, cap and words.
        motif: Hero picture, a key of `motifs.MOTIFS`.
        percent: Fat or fruit content as printed.
        size: Contents as printed.
        icon: Badge on the pack, or an empty string.
        band: Height of the colour band as a share of the face.
    """

    label: str
    accent: Colour
    motif: str
    percent: str
    size: str
    icon: str
    band: float


def draw_family(rng: np.random.Generator) -> Family:
    """Invent a product line."""
    category = str(rng.choice(list(PRODUCTS)))
    products, shapes = PRODUCTS[category]
    shape: Shape = shapes[int(rng.integers(len(shapes)))]
    axis: Axis = str(rng.choice(["flavour", "flavour", "band", "percent", "size", "icon"]))  # type: ignore[assignment]
    hue = float(rng.random())
    light = rng.random()
    if light < 0.3:
        base = hsv(hue, float(rng.uniform(0, 0.08)), float(rng.uniform(0.9, 0.99)))
    elif light < 0.42:
        base = hsv(hue, float(rng.uniform(0, 0.6)), float(rng.uniform(0.08, 0.25)))
    elif light < 0.5:
        base = hsv(float(rng.uniform(0.06, 0.12)), 0.35, float(rng.uniform(0.55, 0.75)))
    else:
        base = hsv(hue, float(rng.uniform(0.25, 0.95)), float(rng.uniform(0.5, 0.98)))
    second = hsv(
        hue + float(rng.choice([0.0, 0.08, 0.33, 0.5])),
        float(rng.uniform(0.2, 0.95)),
        float(rng.uniform(0.35, 0.98)),
    )
    brand_colour = hsv(
        float(rng.random()), float(rng.uniform(0.6, 1.0)), float(rng.uniform(0.3, 0.9))
    )
    low, high = ASPECTS[shape]
    brand = (
        str(rng.choice(BRAND_STARTS)) + str(rng.choice(BRAND_MIDDLES)) + str(rng.choice(BRAND_ENDS))
    )
    return Family(
        seed=int(rng.integers(2**31)),
        brand=brand.upper() if rng.random() < 0.4 else brand.capitalize(),
        product=str(rng.choice(products)),
        category=category,
        shape=shape,
        axis=axis,
        base=base,
        second=second,
        brand_colour=brand_colour,
        aspect=float(rng.uniform(low, high)),
        font=str(rng.choice(FONTS)),
        text_font=str(rng.choice(FONTS[:9])),
    )


def draw_variants(family: Family, count: int) -> list[Variant]:
    """Return `count` variants of a family, each different along the family's axis.

    Raises:
        ValueError: `count` is more than the axis has values.
    """
    rng = np.random.default_rng([family.seed, 1])
    flavours = [FLAVOURS[i] for i in rng.permutation(len(FLAVOURS))]
    word, shared_hsv, motif = flavours[0]
    shared_hue = shared_hsv[0]
    percent = str(rng.choice(PERCENTS))
    size = str(rng.choice(SIZES))
    shared_motif = (
        motif
        if rng.random() < 0.5
        else str(
            rng.choice(
                ["animal", "hills", "photo", "glass", "bowl", "grain", "shapes", "rings", "drops"]
            )
        )
    )
    band = float(rng.uniform(0.10, 0.18))
    words = [str(w) for w in rng.permutation(BAND_WORDS)]
    icons = [str(i) for i in rng.permutation(ICONS)]
    first_percent = int(rng.integers(0, len(PERCENTS) - 2))
    first_size = int(rng.integers(0, len(SIZES) - 2))
    tints = _tints(rng, count, shared_hue)

    limits = {
        "flavour": len(FLAVOURS),
        "band": len(BAND_WORDS),
        "percent": len(PERCENTS),
        "size": len(SIZES),
        "icon": len(ICONS),
    }
    if count > limits[family.axis]:
        raise ValueError(
            f"a family told apart by {family.axis} has {limits[family.axis]} variants, not {count}"
        )
    variants = []
    for index in range(count):
        common = Variant(word, tints[index], shared_motif, percent, size, "", band)
        if family.axis == "flavour":
            name, colour, hero = flavours[index]
            picture = hero if family.seed % 3 else shared_motif
            variant = replace(common, label=name, accent=hsv(*colour), motif=picture)
        elif family.axis == "band":
            variant = replace(common, label=words[index])
        elif family.axis == "percent":
            value = PERCENTS[(first_percent + index) % len(PERCENTS)]
            variant = replace(common, label=f"{word} {value}", percent=value)
        elif family.axis == "size":
            value = SIZES[(first_size + index) % len(SIZES)]
            variant = replace(common, label=f"{word} {value}", size=value)
        else:
            variant = replace(common, label=f"{word} {icons[index]}", icon=icons[index])
        variants.append(variant)
    return variants


def _tints(rng: np.random.Generator, count: int, hue: float) -> list[Colour]:
    """Return accents of one product line: related, and each a different colour to a person."""
    best: list[Colour] = []
    widest = -1.0
    for _ in range(30):
        step = float(rng.choice([-1, 1]) * rng.uniform(0.05, 0.14))
        start, saturation = hue + float(rng.uniform(-0.1, 0.1)), float(rng.uniform(0.6, 0.9))
        value = rng.uniform(0.45, 0.95, count)
        tints = [hsv(start + step * i, saturation, float(value[i])) for i in range(count)]
        lab = cv2.cvtColor(np.array([tints], np.float32) / 255, cv2.COLOR_RGB2LAB)[0]
        gaps = np.linalg.norm(lab[:, None] - lab[None], axis=-1)[~np.eye(count, dtype=bool)]
        nearest = float(gaps.min(initial=_TELLABLE))
        if nearest >= _TELLABLE:
            return tints
        if nearest > widest:
            best, widest = tints, nearest
    return best

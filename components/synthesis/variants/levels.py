"""Augmentation levels: how far the variants of a photo stray from it, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from components.synthesis.effects.occluders import USUAL_KINDS


@dataclass(frozen=True)
class Level:
    """Strengths of one level. Probabilities and shares are 0 to 1; angles are degrees.

    Attributes:
        rotation: Largest rotation either way.
        scale: Smallest and largest zoom. Zooming in crops.
        shift: Largest shift, as share of the photo's side.
        perspective: Largest shift of a corner, as share of the photo's side.
        distortion: Largest bend, as share of the photo's longer side.
        covered: Probability of something in front of the shelf.
        covers: Most things in front of it.
        covers_per_product: As many more at most for every product in the photo.
        cover_size: Smallest and largest, as share of the usual product's height.
        cover_kinds: What they are, and how likely each is: names of `occluders.KINDS`.
        aimed: Share of them that stand in front of a product; the others stand anywhere.
        glare: Probability of reflections of lamps.
        shadow: Probability of a shadow.
        light: Largest relative change of brightness and contrast.
        colour: Largest change of hue and saturation, in Albumentations' units.
        blur: Probability of motion blur, and of focus blur.
        blur_reach: Largest motion in pixels.
        noise: Largest standard deviation of noise, as share of full range.
        jpeg: Lowest JPEG quality.
    """

    rotation: float
    scale: tuple[float, float]
    shift: float
    perspective: float
    distortion: float
    covered: float
    covers: int
    covers_per_product: float
    cover_size: tuple[float, float]
    cover_kinds: Mapping[str, float]
    aimed: float
    glare: float
    shadow: float
    light: float
    colour: int
    blur: float
    blur_reach: int
    noise: float
    jpeg: int


LEVELS: dict[str, Level | None] = {
    "none": None,
    "light": Level(
        rotation=3,
        scale=(0.95, 1.15),
        shift=0.03,
        perspective=0.03,
        distortion=0.006,
        covered=0.15,
        covers=1,
        covers_per_product=0,
        cover_size=(0.25, 0.8),
        cover_kinds=USUAL_KINDS,
        aimed=0,
        glare=0.1,
        shadow=0.1,
        light=0.15,
        colour=4,
        blur=0.08,
        blur_reach=5,
        noise=0.02,
        jpeg=70,
    ),
    "medium": Level(
        rotation=6,
        scale=(0.85, 1.35),
        shift=0.07,
        perspective=0.06,
        distortion=0.015,
        covered=0.4,
        covers=2,
        covers_per_product=0,
        cover_size=(0.25, 0.8),
        cover_kinds=USUAL_KINDS,
        aimed=0,
        glare=0.25,
        shadow=0.25,
        light=0.25,
        colour=7,
        blur=0.15,
        blur_reach=7,
        noise=0.05,
        jpeg=45,
    ),
    "strong": Level(
        rotation=12,
        scale=(0.7, 1.7),
        shift=0.12,
        perspective=0.1,
        distortion=0.03,
        covered=0.7,
        covers=4,
        covers_per_product=0,
        cover_size=(0.25, 0.8),
        cover_kinds=USUAL_KINDS,
        aimed=0,
        glare=0.4,
        shadow=0.4,
        light=0.4,
        colour=12,
        blur=0.25,
        blur_reach=11,
        noise=0.09,
        jpeg=25,
    ),
    # Of `medium`, but for what is in front: for retraining after covered products were missed.
    "occluded": Level(
        rotation=6,
        scale=(0.85, 1.35),
        shift=0.07,
        perspective=0.06,
        distortion=0.015,
        covered=0.95,
        covers=3,
        covers_per_product=0.7,
        cover_size=(0.3, 0.9),
        cover_kinds={"pack": 0.5, "price_tag": 0.35, "hand": 0.1, "rail": 0.05},
        aimed=0.85,
        glare=0.25,
        shadow=0.25,
        light=0.25,
        colour=7,
        blur=0.15,
        blur_reach=7,
        noise=0.05,
        jpeg=45,
    ),
}
"""Every level by name; `none` leaves photos as they are."""

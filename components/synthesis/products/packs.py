"""Packs: artwork put around the shape that a family has, and shaded."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.products.cartons import carton
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.pouches import pouch
from components.synthesis.products.round_packs import round_pack


def render_pack(family: Family, variant: Variant) -> np.ndarray:
    """Return a pack as uint8 `[H, W, 4]` RGBA, cropped to its outline."""
    if family.shape in ("gable", "brick", "box"):
        picture = carton(family, variant)
    elif family.shape == "pouch":
        picture = pouch(family, variant)
    else:
        picture = round_pack(family, variant)
    x, y, width, height = cv2.boundingRect(picture.alpha)
    rgba = np.dstack([picture.colour, picture.alpha])
    return np.ascontiguousarray(rgba[y : y + height, x : x + width])

"""A composed photo with its annotations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Scene:
    """A composed photo and everything on it.

    Attributes:
        image: uint8 `[H, W, 3]` RGB.
        boxes: float32 `[n, 4]` xmin, ymin, xmax, ymax in pixels: hulls of the whole outlines,
            hidden parts included, clipped to the photo.
        skus: What is in each box.
        occlusion: float32 `[n]`, the share of the product inside the photo that something hides.
        difficult: bool `[n]`: mostly hidden, tiny, mostly outside the photo, or out of focus.
    """

    image: np.ndarray
    boxes: np.ndarray
    skus: list[str]
    occlusion: np.ndarray
    difficult: np.ndarray

"""The picture that a pack is drawn on, and artwork folded onto it."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from components.synthesis.products.antialiased import polygon
from components.synthesis.products.families import Family

FACE = 432
"""Longest side of the drawn pack in pixels, before it is scaled down."""


class PackPicture(NamedTuple):
    """A pack alone, transparent around it.

    Attributes:
        colour: uint8 `[H, W, 3]` RGB.
        alpha: uint8 `[H, W]`.
    """

    colour: np.ndarray
    alpha: np.ndarray


def shape_rng(family: Family) -> np.random.Generator:
    """Return the generator of a pack's shape: all variants of a family draw the same from it."""
    return np.random.default_rng([family.seed, 7])


def fold(picture: PackPicture, art: np.ndarray, quad: np.ndarray) -> None:
    """Warp art onto a quadrilateral (upper left, upper right, lower right, lower left)."""
    height, width = art.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
    size = (picture.alpha.shape[1], picture.alpha.shape[0])
    warped = cv2.warpPerspective(art, matrix, size, flags=cv2.INTER_AREA)
    cover = np.zeros(picture.alpha.shape, np.uint8)
    polygon(cover, quad, (255,))
    inside = cover > 127
    picture.colour[inside] = warped[inside]
    np.maximum(picture.alpha, cover, out=picture.alpha)


def shaded(art: np.ndarray, left: float, right: float, bottom: float = 1.0) -> np.ndarray:
    """Return artwork with light that changes evenly across and down, 1 being full light."""
    across = np.linspace(left, right, art.shape[1], dtype=np.float32)[None, :, None]
    down = np.linspace(1.0, bottom, art.shape[0], dtype=np.float32)[:, None, None]
    return np.clip(art * across * down, 0, 255).astype(np.uint8)

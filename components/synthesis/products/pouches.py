"""Pouches: soft bags with a welded seam above and below."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.products.artwork import front_art
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.motifs import smooth_noise
from components.synthesis.products.pack_picture import FACE, PackPicture, shape_rng


def pouch(family: Family, variant: Variant) -> PackPicture:
    """Return a pouch: its front, pinched and wrinkled."""
    rng = shape_rng(family)
    height = FACE
    width = round(height / family.aspect)
    margin = 30
    art = front_art(family, variant, width, height)
    ys, xs = np.mgrid[0 : height + 2 * margin, 0 : width + 2 * margin].astype(np.float32)
    u, v = (xs - margin) / width * 2 - 1, (ys - margin) / height * 2 - 1
    pinch, sag = float(rng.uniform(0.0, 0.07)), float(rng.uniform(0.0, 0.05))
    waist = 1 - pinch * (1 - v * v)
    wobble = (smooth_noise(rng, xs.shape[0], xs.shape[1], 5) - 0.5) * 0.035
    map_u, map_v = u / waist + wobble, v * (1 + sag * u * u * np.sign(v)) + wobble
    map_x, map_y = (map_u + 1) / 2 * width, (map_v + 1) / 2 * height
    colour = cv2.remap(art, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
        np.float32
    )
    edge = np.abs(map_v)
    if rng.random() < 0.5:
        edge = edge + 0.006 * np.sign(np.sin(u * width * 0.25))
    inside = (np.abs(map_u) <= 1) & (edge <= 1)
    folds = smooth_noise(rng, xs.shape[0], xs.shape[1], int(rng.integers(4, 10))) - 0.5
    pillow = 0.78 + 0.26 * np.sqrt(np.clip(1 - map_u**2 * 0.9, 0, 1)) + 0.28 * folds
    seal = np.abs(map_v) > 0.93
    pillow = np.where(seal, 0.86 + 0.06 * np.sign(np.sin(ys * 1.2)), pillow)
    colour *= pillow[..., None]
    shine = np.clip(folds - 0.22, 0, 1)[..., None] * float(rng.uniform(0.3, 1.6))
    colour += (255 - colour) * np.clip(shine, 0, 0.8)
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (3, 3), 0)
    return PackPicture(np.clip(colour, 0, 255).astype(np.uint8), (alpha * 255).astype(np.uint8))

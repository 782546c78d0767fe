"""The ground of a pack's front: colours, shapes and patterns under everything else."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.products.colours import Colour, mix
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.layers import layer_rng
from components.synthesis.products.motifs import smooth_noise


def ground(family: Family, variant: Variant, width: int, height: int) -> np.ndarray:
    """Return the ground of a front, uint8 `[height, width, 3]` RGB."""
    rng = layer_rng(family, "base")
    art = np.empty((height, width, 3), np.float32)
    art[:] = family.base
    second = variant.accent if rng.random() < 0.25 else family.second
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = xs / width, ys / height
    kind = str(
        rng.choice(["plain", "gradient", "split", "diagonal", "wave", "arc", "patch", "rays"])
    )
    edge = float(rng.uniform(0.3, 0.75))
    share: np.ndarray = np.zeros((height, width), np.float32)
    if kind == "gradient":
        share = ys * float(rng.uniform(0.4, 1.0)) if rng.random() < 0.5 else 1 - ys
    elif kind == "split":
        share = (ys > edge).astype(np.float32)
    elif kind == "diagonal":
        share = (ys + (xs - 0.5) * float(rng.uniform(-0.8, 0.8)) > edge).astype(np.float32)
    elif kind == "wave":
        phase, count = rng.uniform(0, 6), float(rng.uniform(3, 12))
        share = (ys > edge + 0.05 * np.sin(xs * count + phase)).astype(np.float32)
    elif kind == "arc":
        share = ((xs - 0.5) ** 2 + (ys - 1.1) ** 2 * 2 < edge).astype(np.float32)
    elif kind == "patch":
        share = (smooth_noise(rng, height, width, int(rng.integers(2, 6))) > 0.55).astype(
            np.float32
        )
    elif kind == "rays":
        turn = np.arctan2(ys - 0.4, (xs - 0.5) * width / height)
        share = (np.sin(turn * int(rng.integers(6, 16))) > 0).astype(np.float32) * 0.5
    share = cv2.GaussianBlur(share, (3, 3), 0)[..., None]
    art += (np.array(second, np.float32) - art) * share
    _pattern(art, rng, mix(family.base, family.second, 0.5), xs, ys)
    return np.clip(art, 0, 255).astype(np.uint8)


def _pattern(
    art: np.ndarray, rng: np.random.Generator, colour: Colour, xs: np.ndarray, ys: np.ndarray
) -> None:
    kind = str(
        rng.choice(
            ["none", "none", "none", "stripes", "dots", "checks", "waves", "marble", "weave"]
        )
    )
    if kind == "none":
        return
    pitch = float(rng.uniform(6, 22))
    tall = art.shape[0] / art.shape[1]
    u, v = xs * pitch, ys * pitch * tall
    if kind == "stripes":
        angle = float(rng.choice([0.0, 0.79, 1.57, 2.36]))
        share = np.sin((u * np.cos(angle) + v * np.sin(angle)) * 3.1) > 0.2
    elif kind == "dots":
        share = (u % 1 - 0.5) ** 2 + (v % 1 - 0.5) ** 2 < rng.uniform(0.03, 0.12)
    elif kind == "checks":
        share = (np.floor(u) + np.floor(v)) % 2 > 0
    elif kind == "waves":
        share = np.sin(v * 3.1 + np.sin(u * 2.0)) > 0.3
    elif kind == "marble":
        field = smooth_noise(rng, art.shape[0], art.shape[1], int(rng.integers(4, 14)))
        share = np.abs(np.sin(field * 9)) > 0.7
    else:
        share = (np.sin(u * 4) * np.sin(v * 4)) > 0.25
    where = share.astype(np.float32)
    low, high = sorted(rng.uniform(0, 1, 2))
    if rng.random() < 0.6:
        where = where * ((ys >= low * 0.8) & (ys <= max(high, low + 0.25)))
    where = cv2.GaussianBlur(where, (3, 3), 0)[..., None] * float(rng.uniform(0.25, 0.9))
    art += (np.array(colour, np.float32) - art) * where

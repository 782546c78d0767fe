"""What stands around products: walls, clutter, the front edges of boards, contact shadows.

Pictures are uint8 RGB, lengths are pixels.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from components.synthesis.effects import painting


def wall(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return a back wall: plain, perforated, slatted, gradient, blotched or cluttered."""
    kind = str(rng.choice(["plain", "plain", "holes", "slats", "gradient", "blotches", "clutter"]))
    if kind == "clutter":
        return clutter(rng, height, width)
    colour = painting.random_colour(rng, (0.0, 0.3), (0.2, 0.95))
    picture: np.ndarray = np.empty((height, width, 3), np.uint8)
    picture[:] = colour
    shade = painting.scaled(colour, float(rng.uniform(0.6, 0.9)))
    if kind == "holes":
        pitch = int(rng.integers(8, 26))
        for y in range(pitch // 2, height, pitch):
            picture[y : y + max(pitch // 6, 1), pitch // 2 :: pitch] = shade
    elif kind == "slats":
        pitch = int(rng.integers(14, 60))
        for y in range(0, height, pitch):
            picture[y : y + max(pitch // 8, 1)] = shade
    elif kind == "gradient":
        other = painting.random_colour(rng, (0.0, 0.3), (0.1, 0.9))
        ends = np.array([[colour], [other]], np.uint8)
        picture = cv2.resize(ends, (width, height), interpolation=cv2.INTER_LINEAR)
    elif kind == "blotches":
        cells = (int(rng.integers(3, 9)), int(rng.integers(3, 9)), 3)
        coarse = rng.integers(20, 220, cells)
        grey = coarse.mean(axis=2, keepdims=True)
        coarse = (grey + (coarse - grey) * rng.uniform(0.0, 0.5)).astype(np.uint8)
        picture = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return picture


def clutter(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return an out-of-focus jumble of boxes, lamps and lines, as behind a hand-held pack."""
    coarse_h, coarse_w = height // 2, width // 2
    picture: np.ndarray = np.empty((coarse_h, coarse_w, 3), np.uint8)
    picture[:] = painting.random_colour(rng, (0.0, 0.4), (0.15, 0.85))
    for _ in range(int(rng.integers(10, 60))):
        x, y = int(rng.integers(-20, coarse_w)), int(rng.integers(-20, coarse_h))
        w, h = (int(v) for v in rng.integers(6, max(coarse_w // 3, 8), 2))
        colour = painting.random_colour(rng, (0.0, 0.9), (0.1, 1.0))
        if rng.random() < 0.75:
            cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
        else:
            cv2.ellipse(picture, (x, y), (w // 2 + 1, h // 2 + 1), 0, 0, 360, colour, -1)
    picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.6, 5.0)))
    return cv2.resize(picture, (width, height))


def rail(picture: np.ndarray, top: int, thickness: int, colour: painting.Colour) -> None:
    """Paint the front edge of a board, with a lip of light and a shadow below it."""
    height = picture.shape[0]
    y0, y1 = max(top, 0), min(top + thickness, height)
    if y1 <= y0:
        return
    steps = np.linspace(1.08, 0.82, thickness)[y0 - top : y1 - top, None]
    picture[y0:y1] = np.clip(np.array(colour) * steps, 0, 255).astype(np.uint8)[:, None, :]
    line = max(thickness // 12, 1)
    picture[y0 : min(y0 + line, height)] = painting.scaled(colour, 1.25)
    picture[max(y1 - line, 0) : y1] = painting.scaled(colour, 0.55)


@lru_cache(maxsize=1)
def contact_shadow() -> np.ndarray:
    """Return light around a standing product, uint8 `[64, 64, 3]`: dark at its foot and sides."""
    ys, xs = np.mgrid[0:1:64j, -1:1:64j]
    sides = np.clip(1 - np.abs(xs) ** 4, 0, 1) * np.clip(ys * 4, 0, 1) * 0.4
    foot = np.clip(1 - np.abs(xs) ** 6, 0, 1) * np.exp(-(((ys - 0.95) / 0.035) ** 2)) * 0.75
    end = np.clip((1 - ys) / 0.04, 0, 1)
    light = 1 - np.maximum(sides * end, foot)
    return np.repeat(np.round(light * 255).astype(np.uint8)[..., None], 3, axis=2)

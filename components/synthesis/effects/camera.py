"""What light and a phone do to a picture: glare, shadow, exposure, blur, noise, compression.

Every function takes a uint8 `[H, W, 3]` RGB picture and a random generator that decides everything,
and returns a picture of the same shape.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

_MOST_REFLECTIONS = 3
_REFLECTION_REACH = (0.05, 0.25)
"""Half the length of a reflection, as a share of the picture's width."""
_REFLECTION_BREADTH = (0.08, 0.7)
"""Its breadth, as a share of its length: from streaks to spots."""
_REFLECTION_POWER = (0.25, 0.85)
"""How much white one reflection adds; where several meet, no more than the most of these."""

_SHADOW_DEPTH = 0.5
"""Share of the light that a shadow takes away."""
_SHADOW_OFFSET = (-0.35, 0.35)
"""Distance of its edge from the middle of the picture, as a share of the side."""
_SHADOW_SHARPNESS = (8, 40)
"""Steepness of its edge: 8 fades over half the picture, 40 over a tenth."""

# Ranges of `exposure` at strength 1. Stops double or halve the light; gains of colour are shares.
_GAIN_STOPS, _GAMMA_STOPS = 1.0, 0.6
_CONTRAST, _WARMTH, _TINT = 0.6, 0.25, 0.1

_BEST_JPEG = 95
"""JPEG quality of phones; better cannot be told from uncompressed."""

_TILE_SIGMA = 32.0
"""Standard deviation of the stored grain, in grey values: large, since it is kept in whole ones."""


def glare(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Add one to three reflections of lamps: soft spots or streaks."""
    height, width = image.shape[:2]
    # They are soft: painted at an eighth of the size.
    small_h, small_w = max(height // 8, 2), max(width // 8, 2)
    light: np.ndarray = np.zeros((small_h, small_w), np.float32)
    for _ in range(int(rng.integers(1, _MOST_REFLECTIONS + 1))):
        centre = (int(rng.integers(small_w)), int(rng.integers(small_h)))
        reach = int(rng.uniform(*_REFLECTION_REACH) * small_w) + 1
        axes = (reach, max(int(reach * rng.uniform(*_REFLECTION_BREADTH)), 1))
        angle, power = float(rng.uniform(0, 180)), float(rng.uniform(*_REFLECTION_POWER))
        cv2.ellipse(light, centre, axes, angle, 0, 360, (power,), -1, cv2.LINE_AA)
    light = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(1.5, 5.0)))
    share = cv2.resize(np.minimum(light, _REFLECTION_POWER[1]), (width, height))
    return _towards_white(image, share)


def shadow(image: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Darken one side of a slanting soft line, as a person in front of the lamp does."""
    height, width = image.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    ys, xs = np.mgrid[-0.5:0.5:16j, -0.5:0.5:16j].astype(np.float32)
    side = xs * np.cos(angle) + ys * np.sin(angle) - rng.uniform(*_SHADOW_OFFSET)
    gain = 1 - _SHADOW_DEPTH / (1 + np.exp(-side * rng.uniform(*_SHADOW_SHARPNESS)))
    gain = cv2.resize(gain.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return scale_light(image, np.minimum(gain, 1))


def scale_light(image: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Multiply a picture by a float32 `[H, W]` gain, saturating."""
    wide = cv2.merge([gain, gain, gain])
    return cv2.multiply(image, wide, dtype=cv2.CV_8U)


def motion_blur(image: np.ndarray, rng: np.random.Generator, reach: float) -> np.ndarray:
    """Smear along one direction by up to `reach` pixels."""
    length = float(rng.uniform(0.4, 1.0)) * reach
    size = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((size, size), np.float32)
    angle = rng.uniform(0, np.pi)
    half = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    start, end = (np.round((size / 2 - 0.5 + sign * half) * 16).astype(int) for sign in (-1, 1))
    cv2.line(kernel, tuple(map(int, start)), tuple(map(int, end)), (1.0,), 1, cv2.LINE_AA, shift=4)
    return cv2.filter2D(image, -1, kernel / kernel.sum(), borderType=cv2.BORDER_REFLECT)


def focus_blur(image: np.ndarray, rng: np.random.Generator, sigma: float) -> np.ndarray:
    """Blur evenly with a standard deviation of up to `sigma` pixels."""
    return cv2.GaussianBlur(image, (0, 0), float(rng.uniform(0.35, 1.0)) * sigma)


def exposure(image: np.ndarray, rng: np.random.Generator, strength: float) -> np.ndarray:
    """Change exposure, contrast, gamma and colour temperature, each by up to `strength`."""
    gain = 2 ** (rng.uniform(-_GAIN_STOPS, _GAIN_STOPS) * strength)
    contrast = 1 + rng.uniform(-_CONTRAST, _CONTRAST) * strength
    gamma = 2 ** (rng.uniform(-_GAMMA_STOPS, _GAMMA_STOPS) * strength)
    warmth = rng.uniform(-_WARMTH, _WARMTH) * strength
    tint = rng.uniform(-_TINT, _TINT) * strength
    greys = np.linspace(0, 1, 256)
    curve = (np.clip(greys * gain, 0, 1) - 0.5) * contrast + 0.5
    channels = [np.clip(curve, 0, 1) ** gamma * (1 + c) for c in (warmth, tint, -warmth)]
    table = np.clip(np.stack(channels, 1) * 255, 0, 255).astype(np.uint8)[:, None, :]
    return cv2.LUT(image, table)


def sensor_noise(image: np.ndarray, rng: np.random.Generator, sigma: float) -> np.ndarray:
    """Add grain with a standard deviation of up to `sigma` grey values."""
    height, width = image.shape[:2]
    tile = _noise_tile()
    side = tile.shape[0]
    dy, dx = (int(v) for v in rng.integers(0, side, 2))
    grain = np.roll(tile, (dy, dx), (0, 1))
    grain = np.tile(grain, (height // side + 1, width // side + 1, 1))[:height, :width]
    amount = float(rng.uniform(0.2, 1.0)) * sigma
    return cv2.addWeighted(image, 1.0, grain, amount / _TILE_SIGMA, 0.0, dtype=cv2.CV_8U)


def jpeg(image: np.ndarray, rng: np.random.Generator, worst_quality: int) -> np.ndarray:
    """Compress and decompress, with a quality of `worst_quality` or better."""
    quality = int(rng.integers(worst_quality, _BEST_JPEG + 1))
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _towards_white(image: np.ndarray, share: np.ndarray) -> np.ndarray:
    dimmed = scale_light(image, 1 - share)
    white = cv2.merge([np.round(share * 255).astype(np.uint8)] * 3)
    return cv2.add(dimmed, white)


@lru_cache(maxsize=1)
def _noise_tile() -> np.ndarray:
    """Return grain, int16 `[256, 256, 3]`, coarse as on small sensors."""
    fine = np.random.default_rng(0).standard_normal((256, 256, 3)).astype(np.float32)
    grain = fine * 0.8 + cv2.GaussianBlur(fine, (0, 0), 1.0) * 1.2
    return np.round(grain / grain.std() * _TILE_SIGMA).astype(np.int16)

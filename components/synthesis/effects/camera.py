"""What a phone does to a picture: glare, blur, exposure, noise, compression.

Every function takes a uint8 [H, W, 3] RGB picture and a random generator that decides everything,
and returns a picture of the same shape.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np


def glare(image: np.ndarray, rng: np.random.Generator, strength: float = 1.0) -> np.ndarray:
    """Add one to three reflections of lamps: soft spots or streaks."""
    height, width = image.shape[:2]
    small_h, small_w = max(height // 8, 2), max(width // 8, 2)
    light: np.ndarray = np.zeros((small_h, small_w), np.float32)
    for _ in range(int(rng.integers(1, 4))):
        centre = (int(rng.integers(small_w)), int(rng.integers(small_h)))
        long_axis = int(rng.uniform(0.05, 0.25) * small_w) + 1
        axes = (long_axis, max(int(long_axis * rng.uniform(0.08, 0.7)), 1))
        angle, power = float(rng.uniform(0, 180)), float(rng.uniform(0.25, 0.85))
        cv2.ellipse(light, centre, axes, angle, 0, 360, (power,), -1, cv2.LINE_AA)
    light = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(1.5, 5.0)))
    share = cv2.resize(np.minimum(light * strength, 0.85), (width, height))
    return _towards_white(image, share)


def shadow(image: np.ndarray, rng: np.random.Generator, depth: float = 0.5) -> np.ndarray:
    """Darken one side of a slanting soft line, as a person in front of the lamp does."""
    height, width = image.shape[:2]
    angle = rng.uniform(0, 2 * np.pi)
    ys, xs = np.mgrid[-0.5:0.5:16j, -0.5:0.5:16j].astype(np.float32)
    side = xs * np.cos(angle) + ys * np.sin(angle) - rng.uniform(-0.35, 0.35)
    gain = 1 - depth / (1 + np.exp(-side * rng.uniform(8, 40)))
    gain = cv2.resize(gain.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    return scale_light(image, np.minimum(gain, 1))


def scale_light(image: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Multiply a picture by a float32 [H, W] gain, saturating."""
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
    gain = 2 ** (rng.uniform(-1, 1) * strength)
    contrast = 1 + rng.uniform(-0.6, 0.6) * strength
    gamma = 2 ** (rng.uniform(-0.6, 0.6) * strength)
    warmth = rng.uniform(-0.25, 0.25) * strength
    tint = rng.uniform(-0.1, 0.1) * strength
    levels = np.linspace(0, 1, 256)
    curve = (np.clip(levels * gain, 0, 1) - 0.5) * contrast + 0.5
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
    return cv2.addWeighted(image, 1.0, grain, amount / 32.0, 0.0, dtype=cv2.CV_8U)


def jpeg(image: np.ndarray, rng: np.random.Generator, worst_quality: int) -> np.ndarray:
    """Compress and decompress with a quality between `worst_quality` and 95."""
    quality = int(rng.integers(worst_quality, 96))
    bgr = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return cv2.cvtColor(cv2.imdecode(data, cv2.IMREAD_COLOR), cv2.COLOR_BGR2RGB)


def _towards_white(image: np.ndarray, share: np.ndarray) -> np.ndarray:
    dimmed = scale_light(image, 1 - share)
    white = cv2.merge([np.round(share * 255).astype(np.uint8)] * 3)
    return cv2.add(dimmed, white)


@lru_cache(maxsize=1)
def _noise_tile() -> np.ndarray:
    """Return int16 [256, 256, 3] grain with standard deviation 32, coarse as on small sensors."""
    fine = np.random.default_rng(0).standard_normal((256, 256, 3)).astype(np.float32)
    grain = fine * 0.8 + cv2.GaussianBlur(fine, (0, 0), 1.0) * 1.2
    return np.round(grain / grain.std() * 32).astype(np.int16)

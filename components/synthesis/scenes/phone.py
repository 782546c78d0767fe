"""The phone that takes the photo: how it is held, and what it does to the picture."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.effects import camera
from components.synthesis.scenes.settings import SceneSettings

_ROLLED = 0.8
"""Share of photos whose camera is rolled at all."""
_MOSTLY_MILD = 1.5
"""Exponent that makes most photos have little of `SceneSettings.perspective`."""
_UNEVEN = 0.4
"""Largest further shift of a corner by itself, as a share of the perspective."""

_MOTION_BLUR = 7.0
"""Longest smear, pixels of the photo."""
_FOCUS_BLUR = 1.8
"""Largest standard deviation of the blur, pixels of the photo."""
_NOISE = 14.0
"""Largest standard deviation of the grain, grey values."""
_WORST_JPEG = 35


def random_view(
    rng: np.random.Generator, settings: SceneSettings, width: int, height: int
) -> np.ndarray:
    """Hold the phone: roll, perspective and framing.

    Args:
        rng: Decides everything.
        settings: Size of the photo, and how far its corners move.
        width: Of the canvas, pixels.
        height: Of the canvas, pixels.

    Returns:
        The homography from canvas to photo, `[3, 3]`.
    """
    size = np.array([settings.photo_width, settings.photo_height], np.float32)
    middle = np.array([width, height], np.float32) / 2
    half = size / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * half
    roll = np.deg2rad(rng.uniform(-1, 1) * settings.tilt * float(rng.random() < _ROLLED))
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]], np.float32)
    strength = settings.perspective * rng.random() ** _MOSTLY_MILD
    keystone = rng.uniform(-1, 1, 2) * strength
    corners = corners * (1 + keystone[0] * np.sign(corners[:, 1:]))
    corners = corners * (1 + keystone[1] * np.sign(corners[:, :1]))
    corners += (rng.uniform(-_UNEVEN, _UNEVEN, (4, 2)) * strength * half).astype(np.float32)
    inside = corners @ turn.T + middle
    # Shrink towards the middle until the photo lies on the canvas, and a little more for rounding.
    reach = np.abs(inside - middle) / middle
    inside = middle + (inside - middle) / max(float(reach.max()) * 1.005, 1.0)
    target = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    return cv2.getPerspectiveTransform(inside.astype(np.float32), target)


def expose(image: np.ndarray, rng: np.random.Generator, settings: SceneSettings) -> np.ndarray:
    """Return a photo, uint8 `[H, W, 3]` RGB, as light, lens, sensor and JPEG leave it."""
    if rng.random() < settings.glare:
        image = camera.glare(image, rng)
    image = camera.exposure(image, rng, settings.light)
    if rng.random() < settings.blur:
        if rng.random() < 0.5:
            image = camera.motion_blur(image, rng, _MOTION_BLUR)
        else:
            image = camera.focus_blur(image, rng, _FOCUS_BLUR)
    if rng.random() < settings.noise:
        image = camera.sensor_noise(image, rng, _NOISE)
    if rng.random() < settings.jpeg:
        image = camera.jpeg(image, rng, _WORST_JPEG)
    return image

"""Light on packaging: shading and glints."""

from __future__ import annotations

import cv2
import numpy as np


def lit(rgba: np.ndarray, gain: np.ndarray, glint: np.ndarray) -> np.ndarray:
    """Return a picture with light on it, uint8 `[H, W, 4]`.

    Args:
        rgba: uint8 `[H, W, 4]`.
        gain: Factor on its light, float32 `[H, W]`.
        glint: Share of white that is laid over it, float32 `[H, W]`, 0 to 1.
    """
    kept = gain * (1 - glint)
    shaded = cv2.multiply(rgba, cv2.merge([kept, kept, kept, np.ones_like(gain)]), dtype=cv2.CV_8U)
    white = np.round(glint * 255).astype(np.uint8)
    return cv2.add(shaded, cv2.merge([white, white, white, np.zeros_like(white)]))

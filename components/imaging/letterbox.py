"""Fits a photo into an input of fixed size, and maps boxes back."""

from dataclasses import dataclass

import numpy as np
from PIL import Image

GREY = 114
"""What fills the rest of the input: the network was trained with it."""


@dataclass(frozen=True)
class Letterbox:
    """A photo inside an input: scaled, at the top left, the rest of the input filled.

    Attributes:
        pixels: The input, uint8 `[height, width, 3]` RGB.
        scale_x: Input pixels per photo pixel, horizontally.
        scale_y: Input pixels per photo pixel, vertically; differs from `scale_x` by rounding only.
    """

    pixels: np.ndarray
    scale_x: float
    scale_y: float

    def to_photo(self, boxes: np.ndarray) -> np.ndarray:
        """Map boxes, float `[N, 4]` xmin ymin xmax ymax, from input pixels to photo pixels."""
        scales = np.array([self.scale_x, self.scale_y] * 2, dtype=np.float32)
        return np.asarray(boxes, dtype=np.float32) / scales


def letterbox(photo: np.ndarray, height: int, width: int) -> Letterbox:
    """Scale a photo, uint8 `[H, W, 3]`, to fit `height` x `width`, keeping its proportions.

    Small photos are enlarged too: the network knows products at the sizes of its input.
    """
    photo_height, photo_width = photo.shape[:2]
    scale = min(height / photo_height, width / photo_width)
    inner_height = min(height, max(1, round(photo_height * scale)))
    inner_width = min(width, max(1, round(photo_width * scale)))
    inner = _resize(photo, inner_height, inner_width)
    pixels = np.full((height, width, 3), GREY, dtype=np.uint8)
    pixels[:inner_height, :inner_width] = inner
    return Letterbox(pixels, inner_width / photo_width, inner_height / photo_height)


def _resize(photo: np.ndarray, height: int, width: int) -> np.ndarray:
    if photo.shape[:2] == (height, width):
        return photo
    # Pillow's bilinear filter widens as it shrinks, as tf.image.resize with antialias=True does on
    # the server: phone and server see the same pixels.
    resized = Image.fromarray(photo).resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(resized)

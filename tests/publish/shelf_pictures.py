"""Pictures for the tests of the report."""

import zlib

import numpy as np

WIDTH, HEIGHT = 320, 240


def pixels_of(number: int) -> np.ndarray:
    """uint8 [240, 320, 3]: something that looks like a shelf from afar."""
    rng = np.random.default_rng(number)
    pixels = np.full((HEIGHT, WIDTH, 3), 205, np.uint8)
    for top in (12, 127):
        for column in range(5):
            left = 10 + 60 * column
            pixels[top : top + 100, left : left + 48] = rng.integers(60, 230, 3)
    return pixels


def packshot_of(sku: str) -> np.ndarray:
    """uint8 [120, 80, 3]: a pack on white, of one colour per SKU."""
    rng = np.random.default_rng(zlib.crc32(sku.encode()))
    pixels = np.full((120, 80, 3), 255, np.uint8)
    pixels[10:110, 15:65] = rng.integers(60, 230, 3)
    return pixels


def noise(height: int, width: int) -> np.ndarray:
    """uint8 [height, width, 3]: what no JPEG makes small."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)

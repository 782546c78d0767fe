"""Pictures for the tests of the report."""

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

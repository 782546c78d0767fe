"""What is printed on the side of a pack: lines of small print, a table, a barcode."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.products.colours import Colour
from components.synthesis.products.lettering import stamp, text_mask

_SMALL_PRINT = (
    "lorem", "dolor", "amet", "fresh", "since", "pure", "taste", "quality",
    "best", "before", "store", "cool", "shake", "well", "natural", "source",
    "of", "vitamin", "made", "with", "care", "no", "added", "sugar",
)  # fmt: skip


def small_print(
    art: np.ndarray,
    centre: tuple[float, float],
    width: float,
    ink: Colour,
    rng: np.random.Generator,
) -> None:
    """Print a line of small print, centred, in place."""
    words = " ".join(str(word) for word in rng.choice(_SMALL_PRINT, int(rng.integers(3, 6))))
    mask = text_mask(words, "DejaVuSans", art.shape[0] * 0.016, width, 0.8)
    stamp(art, mask, centre, ink)


def table(art: np.ndarray, corner: tuple[int, int], size: tuple[int, int], ink: Colour) -> None:
    """Print an empty table, in place."""
    (x, y), (width, height) = corner, size
    cv2.rectangle(art, corner, (x + width, y + height), ink, 1)
    for row in range(1, 6):
        line = y + row * height // 6
        cv2.line(art, (x, line), (x + width, line), ink, 1)


def barcode(
    art: np.ndarray, corner: tuple[int, int], size: tuple[int, int], rng: np.random.Generator
) -> None:
    """Print a barcode, in place."""
    (x, y), (width, height) = corner, size
    bars = np.where(rng.random(max(width // 3, 2)) < 0.5, 20, 245).astype(np.uint8)
    strip = cv2.resize(
        bars[None, :, None].repeat(3, 2), (width, height), interpolation=cv2.INTER_NEAREST
    )
    art[y : y + height, x : x + width] = strip

"""Boards of a photo made level: tilt and perspective taken off heights.

Boards of one bay are parallel, so on a photo they are lines through one far point: their slope
changes evenly from the top of the photo to its foot. Two numbers say it all, and the right ones are
those that bring the feet of products to the fewest heights.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SLOPES = np.linspace(-0.3, 0.3, 41)
"""Slopes in the middle of the photo that are tried: up to 17 degrees either way."""
_SPREADS = np.linspace(-0.4, 0.4, 17)
"""How much steeper lines at the foot of the photo are than those at its top that are tried."""
_FINER, _ROUNDS = 4.0, 2
"""How much finer each further round looks around the best of the last, and how many there are."""
_SHARP = 0.06
"""Feet this close, in usual heights of a product, are taken for feet on one board."""
_BINS = 2
"""Bins of a histogram of feet for each such distance."""
_NEARNESS = tuple(float(np.exp(-((apart / _BINS) ** 2))) for apart in range(1, 2 * _BINS))
"""How close feet in bins are that are one apart, two and so on."""
_MOST_BINS = 4_000_000
_STEEP = 0.15
"""What a slope of 1 costs, as a share of the best fit: of equal fits the flattest is right."""


@dataclass(frozen=True)
class BoardSlope:
    """How steep boards are, in shares of the photo's sides.

    Attributes:
        slope: Of a board in the middle of the photo: pixels down for each to the right.
        spread: How much that grows from the top of the photo to its foot.
        middle: x and y of the middle, pixels.
        height: Of the photo, pixels.
        fit: With how many others a foot is at one height, on average.
    """

    slope: float
    spread: float
    middle: tuple[float, float]
    height: float
    fit: float = 0.0

    def heights(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return where boards through points cross the middle of the photo, y in pixels."""
        return _heights(x, y, np.array(self.slope), np.array(self.spread), self.middle, self.height)


def find_board_slope(boxes: np.ndarray, size: tuple[float, float]) -> BoardSlope:
    """Return how steep the boards are that products stand on.

    Args:
        boxes: float `[n, 4]` xmin, ymin, xmax, ymax in pixels, with their feet in the photo.
        size: Width and height of the photo, pixels.
    """
    middle = size[0] / 2, size[1] / 2
    if len(boxes) < 3:
        return BoardSlope(0.0, 0.0, middle, size[1])
    x, foot = (boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]
    sharp = _SHARP * max(float(np.median(boxes[:, 3] - boxes[:, 1])), 1.0)
    slopes, spreads = np.meshgrid(_SLOPES, _SPREADS)
    best, best_fit = (0.0, 0.0), 0.0
    step = _SLOPES[1] - _SLOPES[0], _SPREADS[1] - _SPREADS[0]
    for _ in range(1 + _ROUNDS):
        flat = slopes.ravel()[:, None], spreads.ravel()[:, None]
        heights = _heights(x[None], foot[None], *flat, middle, size[1])
        fit = _closeness(heights, sharp)
        steep = np.abs(flat[0][:, 0]) + np.abs(flat[1][:, 0]) / 2
        chosen = int(np.argmax(fit - _STEEP * steep * fit.max()))
        best, best_fit = (float(flat[0][chosen, 0]), float(flat[1][chosen, 0])), float(fit[chosen])
        step = step[0] / _FINER, step[1] / _FINER
        around = np.arange(-_FINER, _FINER + 1)
        slopes, spreads = np.meshgrid(best[0] + around * step[0], best[1] + around * step[1])
    return BoardSlope(*best, middle, size[1], best_fit / len(boxes))


def _heights(
    x: np.ndarray,
    y: np.ndarray,
    slope: np.ndarray,
    spread: np.ndarray,
    middle: tuple[float, float],
    height: float,
) -> np.ndarray:
    """Solve y = v + (slope + spread · (v - middle) / height) · (x - middle) for v."""
    right = x - middle[0]
    grows = spread / height
    return (y - (slope - grows * middle[1]) * right) / np.maximum(1 + grows * right, 0.2)


def _closeness(heights: np.ndarray, sharp: float) -> np.ndarray:
    """Return of each row of heights how many pairs are close, `[rows]`: in a histogram."""
    rows, feet = heights.shape
    bins = ((heights - heights.min()) * (_BINS / sharp)).astype(np.int64)
    width = int(bins.max()) + 1 + len(_NEARNESS)
    if rows * width > _MOST_BINS:  # feet much further apart than products are high
        bins, width = bins * (_MOST_BINS // rows - len(_NEARNESS)) // width, _MOST_BINS // rows
    flat = (bins + width * np.arange(rows)[:, None]).ravel()
    counts = np.bincount(flat, minlength=rows * width).reshape(rows, width).astype(np.float32)
    total = np.einsum("rw,rw->r", counts, counts) / 2
    for apart, near in enumerate(_NEARNESS, start=1):
        total += near * np.einsum("rw,rw->r", counts[:, apart:], counts[:, :-apart])
    return np.asarray(total - feet / 2)

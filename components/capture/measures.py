"""What may be wrong with a photo, each as one number, from pixels and from boxes of products."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from components.records.prediction import Box

SIDE = 640
"""Longer side of what is looked at, pixels: what small models look at."""
_GRAIN, _AGAIN = 1.0, 2.5
"""Standard deviations, pixels, of the blur that takes grain off, and of that which tells how
blurred edges were: sharp ones lose most by it."""
_EDGES = 0.03
"""Share of the pixels that are the strongest edges."""
_WAYS = tuple((float(np.cos(way)), float(np.sin(way))) for way in np.arange(8) * np.pi / 8)
"""Directions in which a photo may be blurred or smeared."""
_SHARP = 2.0
"""Blur up to which a photo is sharp, pixels."""
_TILE = 20
"""Side of what is washed out or not, pixels."""
_WHITE, _FLAT = 215.0, 9.0
"""Grey value from which on a tile is bright, and spread up to which it shows nothing."""
_LINE = 0.06
"""Length of a line that counts, as a share of the photo's width."""
_SLANT = 0.7
"""Steepest line that may be a board."""
_MOST_LINES, _FEWEST_LINES = 60, 6
_BELOW = 0.15
"""Two lines this far apart, as a share of the height, say where they meet."""
_STEEPEST = 1.6
_ON_BOARD = 0.02
"""How far the slope of a line may be off that of a board there."""
_AT_EDGE = 0.006
"""A box that ends this close to the edge of a photo, as a share of its side, goes on beyond."""


def small_grey(pixels: np.ndarray) -> np.ndarray:
    """Return luma, uint8 `[h, w]` of at most `SIDE`, of uint8 `[H, W, 3]` RGB."""
    # Of large photos every second or third pixel is enough, and four times as fast.
    step = max(max(pixels.shape) // (2 * SIDE), 1)
    pixels = np.ascontiguousarray(pixels[::step, ::step])
    height, width = pixels.shape[:2]
    factor = min(1.0, SIDE / max(height, width))
    size = max(round(width * factor), 1), max(round(height * factor), 1)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY))


def blur(grey: np.ndarray) -> float:
    """Return how blurred edges are, as a standard deviation in pixels, where they are most.

    An edge blurred with s is weaker by √((s² + 1) / (s² + 1 + again²)) once it is blurred again, so
    what is left of the strongest edges gives s, whatever the photo shows and however dark it is.
    """
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _GRAIN)
    again = cv2.GaussianBlur(smooth, (0, 0), _AGAIN)
    before = [cv2.Sobel(smooth, cv2.CV_32F, *way)[::2, ::2] for way in ((1, 0), (0, 1))]
    after = [cv2.Sobel(again, cv2.CV_32F, *way)[::2, ::2] for way in ((1, 0), (0, 1))]
    worst = 0.0
    for across, down in _WAYS:
        edges = np.abs(across * before[0] + down * before[1])
        strong = edges >= max(float(np.quantile(edges[::2, ::2], 1 - _EDGES)), 1e-3)
        if not strong.any():
            continue
        less = np.abs(across * after[0] + down * after[1])[strong]
        left = min(float(less.sum() / edges[strong].sum()), 0.99) ** 2
        worst = max(worst, _AGAIN**2 * left / (1 - left) - _GRAIN**2)
    return worst**0.5


def smear(grey: np.ndarray, blurred: float) -> float:
    """Return how much weaker edges are along the way that the phone moved than across it.

    It is 1 to 2 where it was still: what is smeared evenly has edges that are not very blurred, and
    faint. A fence has faint edges one way, too, and sharp ones.

    Args:
        grey: uint8 `[h, w]`.
        blurred: What `blur` says of it.
    """
    if blurred < _SHARP:
        return 1.0
    smooth = cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _GRAIN)
    across = cv2.Sobel(smooth, cv2.CV_32F, 1, 0)[::4, ::4]
    down = cv2.Sobel(smooth, cv2.CV_32F, 0, 1)[::4, ::4]
    edges = [
        max(float(np.quantile(np.abs(x * across + y * down), 1 - _EDGES)), 1.0) for x, y in _WAYS
    ]
    half = len(_WAYS) // 2
    return max(edges[(at + half) % len(_WAYS)] / edge for at, edge in enumerate(edges))


def light(grey: np.ndarray) -> float:
    """Return how bright the brighter parts of a photo are, 0 to 1."""
    return float(np.quantile(grey[::2, ::2], 0.9)) / 255


def washed_out(grey: np.ndarray) -> float:
    """Return the share of a photo that is white and shows nothing, 0 to 1."""
    height, width = (side // _TILE * _TILE for side in grey.shape)
    if not height or not width:
        return 0.0
    tiles = grey[:height, :width].reshape(height // _TILE, _TILE, width // _TILE, _TILE)
    tiles = tiles.astype(np.float32)
    mean, spread = tiles.mean(axis=(1, 3)), tiles.std(axis=(1, 3))
    return float(((mean >= _WHITE) & (spread <= _FLAT)).mean())


def steepness(grey: np.ndarray) -> float:
    """Return how much the slope of boards changes from top to foot, times width by height.

    It is 0 for a phone held straight at the shelf. Boards are lines through one far point;
    every two lines of the photo say where that is, and the pair that most others agree with is
    right.
    """
    height, width = (max(side // 2, 1) for side in grey.shape)
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    found = cv2.createLineSegmentDetector(cv2.LSD_REFINE_NONE).detect(small)[0]
    if found is None:
        return 0.0
    ends = found[:, 0].astype(np.float64)
    across, down = (ends[:, 2:] - ends[:, :2]).T
    length = np.hypot(across, down)
    good = (length >= _LINE * width) & (np.abs(down) < _SLANT * np.abs(across))
    if good.sum() < _FEWEST_LINES:
        return 0.0
    longest = np.flatnonzero(good)[np.argsort(-length[good], kind="stable")[:_MOST_LINES]]
    slope, length = down[longest] / across[longest], length[longest]
    x, y = ((ends[longest, :2] + ends[longest, 2:]) / 2).T
    crosses = y - slope * (x - width / 2)  # the middle of the photo, pixels from the top
    one, other = np.triu_indices(len(slope), 1)
    apart = np.abs(crosses[one] - crosses[other]) > _BELOW * height
    one, other = one[apart], other[apart]
    grows = (slope[one] - slope[other]) / (crosses[one] - crosses[other])
    likely = np.abs(grows) * width < _STEEPEST
    if not likely.any():
        return 0.0
    grows, one = grows[likely], one[likely]
    there = slope[one, None] + grows[:, None] * (crosses[None] - crosses[one, None])
    agree = ((np.abs(slope[None] - there) < _ON_BOARD) * length).sum(axis=1)
    return float(abs(grows[agree.argmax()])) * width


def facing_size(boxes: Sequence[Box], size: tuple[int, int], side: int) -> float | None:
    """Return the usual height of a product as the recogniser sees it; None where none is seen.

    Args:
        boxes: Of products, pixels of the photo.
        size: Width and height of the photo.
        side: Longer side of the photo as the recogniser sees it, pixels.
    """
    if not boxes:
        return None
    heights = [foot - top for _, top, _, foot in boxes]
    return float(np.median(heights)) * min(side / max(size), 1.0)


def cut_off(boxes: Sequence[Box], size: tuple[int, int]) -> float | None:
    """Return the share of products that the edge of a photo cuts; None where none is seen."""
    if not boxes:
        return None
    there = np.array(boxes, float)
    near = np.array(size) * _AT_EDGE
    inside = (there[:, :2] > near).all(axis=1) & (there[:, 2:] < np.array(size) - near).all(axis=1)
    return float((~inside).mean())

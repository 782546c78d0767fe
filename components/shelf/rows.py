"""Rows of a shelf, from boxes alone.

Packs stand on boards, so their feet lie on few lines. What hangs has its top on such lines
instead: those are taken where they fit better. A line of packs that stand on other packs is no row
of its own.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.shelf.board_slope import find_board_slope

_AT_EDGE = 0.006
"""A box that ends this close to the foot of the photo, as a share of its height, goes on below."""
_ONE_BOARD = 0.36
"""Feet further apart than this, in heights of the products there, stand on two boards."""
_NEIGHBOURS = 4
"""So many products above and below say how high products are there."""
_TOUCHING = 0.06
"""Farthest that a pack's foot is from the top of the pack below it, in heights of the higher."""
_UPON = 0.5
"""Share of the narrower one's width in which two packs stand one upon the other."""
_STACKED = 0.6
"""Share of a line's packs that stand on others, from which on the line is no row of its own."""
_HANGING = 2.0
"""How much better tops must fit to lines than feet do, to take products for hanging."""


def find_rows(boxes: np.ndarray, size: tuple[float, float]) -> np.ndarray:
    """Return the row of each box, from the top: int `[n]`, from 0.

    Args:
        boxes: float `[n, 4]` xmin, ymin, xmax, ymax in pixels.
        size: Width and height of the photo, pixels.
    """
    standing, fit = _lines(boxes, size)
    turned = np.stack([boxes[:, 0], size[1] - boxes[:, 3], boxes[:, 2], size[1] - boxes[:, 1]], 1)
    hanging, other_fit = _lines(turned, size)
    if other_fit > _HANGING * fit:
        return np.asarray(hanging.max(initial=0) - hanging)
    return _merged(boxes, standing)


def stands_on(boxes: np.ndarray) -> np.ndarray:
    """Return for each box the one that it stands on, -1 for none: int `[n]`.

    Args:
        boxes: float `[n, 4]` xmin, ymin, xmax, ymax in pixels.
    """
    if not len(boxes):
        return np.zeros(0, int)
    width, height = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    shared = np.minimum(boxes[:, None, 2], boxes[None, :, 2]) - np.maximum(
        boxes[:, None, 0], boxes[None, :, 0]
    )
    upon = shared >= _UPON * np.minimum(width[:, None], width[None])
    apart = np.abs(boxes[:, None, 3] - boxes[None, :, 1])
    near = apart <= _TOUCHING * np.maximum(height[:, None], height[None])
    fits = np.where(upon & near, shared, 0.0)
    np.fill_diagonal(fits, 0.0)
    return np.where(fits.max(axis=1) > 0, fits.argmax(axis=1), -1)


def _lines(boxes: np.ndarray, size: tuple[float, float]) -> tuple[np.ndarray, float]:
    """Return the line of each box that its foot is on, from the top, and how well feet fit."""
    lines = np.full(len(boxes), -1)
    cut = boxes[:, 3] >= size[1] * (1 - _AT_EDGE)
    slope = find_board_slope(boxes[~cut], size)
    feet = slope.heights((boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3])
    heights = boxes[:, 3] - boxes[:, 1]
    whole = np.flatnonzero(~cut)
    boards: list[float] = []
    if len(whole):
        order = whole[np.argsort(feet[whole], kind="stable")]
        near = _usual(heights[order])
        steps = np.diff(feet[order]) > _ONE_BOARD * np.minimum(near[1:], near[:-1])
        lines[order] = np.concatenate([[0], np.cumsum(steps)])
        boards = [float(np.median(feet[lines == line])) for line in range(lines.max() + 1)]
    for at in np.flatnonzero(cut):
        lines[at] = _line_below(boards, feet[at] - 0.1 * heights[at])
    return lines, slope.fit


def _line_below(boards: Sequence[float], foot: float) -> int:
    """Return the first board below what is seen of a box; one more than there are for none."""
    return next((line for line, board in enumerate(boards) if board > foot), len(boards))


def _usual(heights: np.ndarray) -> np.ndarray:
    """Return the usual height of the products near each, those given from the top."""
    padded = np.pad(heights, _NEIGHBOURS, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1)
    return np.asarray(np.median(windows, axis=1))


def _merged(boxes: np.ndarray, lines: np.ndarray) -> np.ndarray:
    """Return rows: a line of packs that stand on those of a lower line is part of its row."""
    below = stands_on(boxes)
    row_of = np.arange(lines.max(initial=-1) + 1)
    for line in range(len(row_of) - 1, -1, -1):
        own = np.flatnonzero(lines == line)
        upon = lines[below[own][below[own] >= 0]]
        upon = upon[upon > line]
        if len(own) and len(upon) >= _STACKED * len(own):
            row_of[line] = row_of[int(np.bincount(upon).argmax())]
    _, rows = np.unique(row_of[lines], return_inverse=True)
    return rows.astype(int)

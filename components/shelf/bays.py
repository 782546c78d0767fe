"""Bays side by side on one photo, told by boards that end where others begin."""

from __future__ import annotations

import numpy as np

_FEWEST_ROWS = 2
"""Rows that each bay has at least: one row that ends early is none."""
_OVERLAP = 0.3
"""How far products of one bay may reach into the other, in widths of a product: they are tilted."""
_BESIDE = 0.5
"""Share of the lower bay's height in which two bays stand beside each other."""


def in_bays(boxes: np.ndarray, rows: np.ndarray) -> list[list[int]]:
    """Return the rows of each bay, from the top, bays from the left.

    Boards that go on at one height are one row, whatever stands between: so two bays whose boards
    are level are one.

    Args:
        boxes: float `[n, 4]` xmin, ymin, xmax, ymax in pixels.
        rows: int `[n]`: the row of each, from 0.
    """
    numbers = np.unique(rows).tolist()
    if len(numbers) < 2 * _FEWEST_ROWS:
        return [numbers] if numbers else []
    hulls = np.array(
        [
            [*boxes[rows == row, :2].min(axis=0), *boxes[rows == row, 2:].max(axis=0)]
            for row in numbers
        ]
    )
    slack = _OVERLAP * float(np.median(boxes[:, 2] - boxes[:, 0]))
    order = np.argsort(hulls[:, 0], kind="stable")
    ends = np.maximum.accumulate(hulls[order, 2])
    bays: list[list[int]] = []
    start = 0
    for at in range(_FEWEST_ROWS, len(order) - _FEWEST_ROWS + 1):
        if at - start < _FEWEST_ROWS or ends[at - 1] > hulls[order[at], 0] + slack:
            continue
        if _side_by_side(hulls[order[start:at]], hulls[order[at:]]):
            bays.append(sorted(numbers[row] for row in order[start:at]))
            start = at
    return [*bays, sorted(numbers[row] for row in order[start:])]


def _side_by_side(left: np.ndarray, right: np.ndarray) -> bool:
    tops, feet = (left[:, 1].min(), right[:, 1].min()), (left[:, 3].max(), right[:, 3].max())
    lower = min(feet[0] - tops[0], feet[1] - tops[1])
    return bool(min(feet) - max(tops) >= _BESIDE * lower)

"""Two rows of products laid beside each other: what is where it should be, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from components.records.splits import UNKNOWN_PRODUCT

# Costs; the pairs that cost least together are chosen.
_LEFT_OUT = 0.7
"""Of a facing that has no counterpart. Two cost more than one product in another's place."""
_OTHER_PRODUCT = 1.0
_UNNAMED = 0.8
"""Of a product in its place that the recogniser cannot name."""
_OFF_PLACE = 0.5
"""At most, of a counterpart a facing or more away from where it should be."""


class RowPair(NamedTuple):
    """Facing of a plan and facing seen at one place; either is None where there is none."""

    planned: int | None
    seen: int | None


def align(
    planned: Sequence[str], seen: Sequence[str], distances: np.ndarray | None = None
) -> list[RowPair]:
    """RowPair the facings of a row with those planned, keeping the order of both.

    Args:
        planned: SKUs from the left.
        seen: SKUs from the left.
        distances: float `[planned, seen]`: how far each seen one is from where each planned one
            should be, in widths of a facing; None where a plan gives no places.

    Returns:
        Pairs from the left; each facing is in one.
    """
    n, m = len(planned), len(seen)
    costs = np.array([[_cost(one, other) for other in seen] for one in planned], float).reshape(
        n, m
    )
    if distances is not None:
        costs = costs + _OFF_PLACE * np.minimum(distances, 1.0)
    total = np.zeros((n + 1, m + 1))
    total[:, 0], total[0, :] = _LEFT_OUT * np.arange(n + 1), _LEFT_OUT * np.arange(m + 1)
    for i in range(n):
        for j in range(m):
            total[i + 1, j + 1] = min(
                total[i, j] + costs[i, j], total[i, j + 1] + _LEFT_OUT, total[i + 1, j] + _LEFT_OUT
            )
    pairs: list[RowPair] = []
    i, j = n, m
    while i or j:
        if i and j and np.isclose(total[i, j], total[i - 1, j - 1] + costs[i - 1, j - 1]):
            i, j = i - 1, j - 1
            pairs.append(RowPair(i, j))
        elif i and np.isclose(total[i, j], total[i - 1, j] + _LEFT_OUT):
            i -= 1
            pairs.append(RowPair(i, None))
        else:
            j -= 1
            pairs.append(RowPair(None, j))
    return pairs[::-1]


def _cost(planned: str, seen: str) -> float:
    if planned == seen:
        return 0.0
    return _UNNAMED if seen == UNKNOWN_PRODUCT else _OTHER_PRODUCT

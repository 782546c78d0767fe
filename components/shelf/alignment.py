"""Two rows of products laid beside each other: what is where it should be, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from components.shelf.facing import Facing

# Costs; the pairs that cost least together are chosen.
_LEFT_OUT = 0.7
"""Of a facing that has no counterpart. Two cost more than one product in another's place."""
_OTHER_PRODUCT = 1.0
_UNNAMED = 0.8
"""Of a product in its place that the recogniser cannot name."""
_LIKELY = 0.1
"""Of a product that is only likely to be the one."""
_OFF_PLACE = 0.5
"""At most, of a counterpart a facing or more away from where it should be."""
_NEVER = 1e6


class RowPair(NamedTuple):
    """Facing of a plan and facing seen at one place; either is None where there is none."""

    planned: int | None
    seen: int | None


def align(
    planned: Sequence[str], seen: Sequence[Facing], distances: np.ndarray | None = None
) -> list[RowPair]:
    """Pair the facings of a row with those planned, keeping the order of both.

    Args:
        planned: SKUs from the left.
        seen: Facings from the left. A faint one is paired with nothing but what it may be.
        distances: float `[planned, seen]`: how far each seen one is from where each planned one
            should be, in widths of a facing; None where a plan gives no places.

    Returns:
        Pairs from the left; each facing is in one, faint ones that nobody planned are left out.
    """
    n, m = len(planned), len(seen)
    costs = np.array([[_cost(sku, each) for each in seen] for sku in planned]).reshape(n, m)
    if distances is not None:
        costs = costs + _OFF_PLACE * np.minimum(distances, 1.0)
    spare = [0.0 if each.faint else _LEFT_OUT for each in seen]
    total = [[0.0] * (m + 1) for _ in range(n + 1)]
    for j in range(m):
        total[0][j + 1] = total[0][j] + spare[j]
    for i, row in enumerate(costs.tolist()):
        above, here = total[i], total[i + 1]
        here[0] = above[0] + _LEFT_OUT
        for j, cost in enumerate(row):
            here[j + 1] = min(above[j] + cost, above[j + 1] + _LEFT_OUT, here[j] + spare[j])
    return _traced(total, costs, spare, [each.faint for each in seen])


def _traced(
    total: list[list[float]], costs: np.ndarray, spare: Sequence[float], faint: Sequence[bool]
) -> list[RowPair]:
    """Return the pairs that made the least cost."""
    pairs: list[RowPair] = []
    i, j = len(total) - 1, len(total[0]) - 1
    while i or j:
        if i and j and total[i][j] == total[i - 1][j - 1] + costs[i - 1, j - 1]:
            i, j = i - 1, j - 1
            pairs.append(RowPair(i, j))
        elif j and total[i][j] == total[i][j - 1] + spare[j - 1]:
            j -= 1
            if not faint[j]:
                pairs.append(RowPair(None, j))
        else:
            i -= 1
            pairs.append(RowPair(i, None))
    return pairs[::-1]


def _cost(planned: str, seen: Facing) -> float:
    if seen.sku == planned and not seen.faint:
        return 0.0
    if seen.may_be(planned):
        return _LIKELY
    if seen.faint:
        return _NEVER
    return _UNNAMED if seen.unknown else _OTHER_PRODUCT

"""Which row of a photo is which row of a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

_BETWEEN = 0.3
"""Cost of a row without counterpart between rows that have one, in facings."""
_PAIRED = 0.05
"""Gain of a pair that shares no product: rows keep their order whatever stands in them."""


def match_rows(
    planned: Sequence[Sequence[str]], seen: Sequence[Sequence[str]]
) -> list[tuple[int, int]]:
    """RowPair rows from the top, so that most facings are in the row they belong to.

    Rows of a plan above or below what a photo shows have no counterpart.

    Args:
        planned: SKUs of the facings of each row.
        seen: The same of the photo.

    Returns:
        Numbers of a planned row and of its row in the photo, from 0, from the top.
    """
    if not planned or not seen:
        return []
    bags, others = [Counter(row) for row in planned], [Counter(row) for row in seen]
    best = np.array([[(bag & other).total() + _PAIRED for other in others] for bag in bags])
    # best[i, j]: of pairs up to and with (i, j). Every row left out between two pairs costs, so a
    # pair before is worth the more the later it is.
    before: dict[tuple[int, int], tuple[int, int] | None] = {}
    worth = np.full(best.shape, -np.inf)  # the most of all pairs up to there, less that cost
    where: dict[tuple[int, int], tuple[int, int]] = {}
    for i, j in np.ndindex(*best.shape):
        before[i, j] = None
        if i and j:
            gain = worth[i - 1, j - 1] - _BETWEEN * (i + j - 2)
            if gain > 0:
                best[i, j] += gain
                before[i, j] = where[i - 1, j - 1]
        own = best[i, j] + _BETWEEN * (i + j)
        options = [(own, (i, j))]
        options += [(worth[at], where[at]) for at in ((i - 1, j), (i, j - 1)) if min(at) >= 0]
        worth[i, j], where[i, j] = max(options)
    last = np.unravel_index(int(np.argmax(best)), best.shape)
    at: tuple[int, int] | None = int(last[0]), int(last[1])
    pairs = []
    while at is not None:
        pairs.append(at)
        at = before[at]
    return pairs[::-1]

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
    n, m = len(planned), len(seen)
    bags, others = [Counter(row) for row in planned], [Counter(row) for row in seen]
    gains = np.array(
        [[(bag & other).total() + _PAIRED for other in others] for bag in bags], float
    ).reshape(n, m)
    # best[i, j]: of pairs up to and with (i, j); every row left out between two pairs costs.
    best, back = gains.copy(), {}
    for i in range(n):
        for j in range(m):
            for k in range(i):
                for low in range(j):
                    between = (i - k - 1) + (j - low - 1)
                    total = best[k, low] + gains[i, j] - _BETWEEN * between
                    if total > best[i, j]:
                        best[i, j], back[i, j] = total, (k, low)
    if not n or not m:
        return []
    i, j = (int(at) for at in np.unravel_index(int(np.argmax(best)), best.shape))
    pairs = [(i, j)]
    while (i, j) in back:
        i, j = back[i, j]
        pairs.append((i, j))
    return pairs[::-1]

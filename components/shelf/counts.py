"""How many facings of each product there are, with the range in which the truth is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.shelf.chances import chances_of
from components.shelf.count_odds import FITTED, CountModel, count_odds
from components.shelf.facing import Shelf


@dataclass(frozen=True)
class Count:
    """Facings of one product on the photos.

    Attributes:
        sku: The product.
        shown: Facings that are shown.
        expected: Facings to be expected, of all that may be one.
        low: The fewest that there are, nine times of ten.
        high: The most.
    """

    sku: str
    shown: int
    expected: float
    low: int
    high: int

    @property
    def range(self) -> str:
        """For people."""
        return str(self.low) if self.low == self.high else f"{self.low} to {self.high}"


def counts_of(shelves: Sequence[Shelf], model: CountModel = FITTED) -> tuple[Count, ...]:
    """Return the counts of products that are shown or likely to be there, by SKU."""
    shown = Counter(
        facing.sku for shelf in shelves for facing in shelf.facings if not facing.unknown
    )
    odds: dict[str, np.ndarray] = {}
    for shelf in shelves:
        for sku, here in count_odds(chances_of(shelf), model).items():
            odds[sku] = np.convolve(odds[sku], here) if sku in odds else here
    counts = (_count(sku, shown[sku], odds[sku], model) for sku in sorted(odds))
    return tuple(count for count in counts if count.shown or count.high)


def _count(sku: str, shown: int, odds: np.ndarray, model: CountModel) -> Count:
    low, high = likely_range(odds, model.least)
    return Count(sku, shown, float(odds @ np.arange(len(odds))), low, high)


def likely_range(odds: np.ndarray, least: float) -> tuple[int, int]:
    """Return the fewest and the most of the shortest run of numbers that is likely enough.

    Args:
        odds: Probabilities of 0, 1, 2 …
        least: Probability that the run has at least.
    """
    below = np.concatenate([[0.0], np.cumsum(odds)])
    for width in range(1, len(odds) + 1):
        runs = below[width:] - below[:-width]
        if runs.max() >= least:
            low = int(np.argmax(runs))
            return low, low + width - 1
    return 0, len(odds) - 1

"""Stretches of shelf rows where nothing is shown: between two facings, or beyond the last one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from components.shelf.facing import Facing, Shelf

_NARROWEST = 0.35
"""Narrowest stretch that is looked at, in widths of the narrower facing beside it."""
_STRAIGHT = 3
"""Facings of a row from which its slope is told; of shorter rows it is that of the others."""


@dataclass(frozen=True)
class Span:
    """A stretch of a row where nothing is shown, pixels of the photo.

    Attributes:
        row: From the top, from 1.
        left: The facing before it; None at the edge of the photo.
        right: The facing after it; None at the edge of the photo.
        start: Its left end, x.
        end: Its right end, x.
        slope: Of the board, where only one facing says where it is.
    """

    row: int
    left: Facing | None
    right: Facing | None
    start: float
    end: float
    slope: float

    @property
    def beside(self) -> tuple[Facing, ...]:
        """The facings that it is between; one at an end of the row."""
        return tuple(each for each in (self.left, self.right) if each is not None)

    @property
    def narrower(self) -> float:
        """Width of the narrower facing beside it."""
        return min(facing.width for facing in self.beside)

    def foot_and_height(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return where the board is, y, and how tall products are, at places along it."""
        if self.left is None or self.right is None:
            [one] = self.beside
            foot = one.box[3] + self.slope * (x - one.middle)
            return foot, np.full(len(x), one.box[3] - one.box[1])
        ends = self.left.middle, self.right.middle
        boxes = self.left.box, self.right.box
        part = (x - ends[0]) / max(ends[1] - ends[0], 1e-6)
        foot, height = (
            ends[0] * (1 - part) + ends[1] * part
            for ends in ([box[3] for box in boxes], [box[3] - box[1] for box in boxes])
        )
        return foot, height


def spans_of(shelf: Shelf) -> Iterator[Span]:
    """Yield the stretches of all rows of a photo."""
    rows = [[facing for facing in row if not facing.raised] for row in shelf.rows]
    slopes = [_slope(row) for row in rows]
    usual = [slope for slope in slopes if slope is not None]
    other = float(np.median(usual)) if usual else 0.0
    bays = [bay for bay, count in enumerate(shelf.in_bay) for _ in range(count)]
    for number, (row, own) in enumerate(zip(rows, slopes, strict=True), start=1):
        if not row:
            continue
        bay = bays[number - 1]
        first, last = bay == 0, bay == len(shelf.in_bay) - 1
        facings = sorted(row, key=lambda facing: facing.middle)
        reach = np.maximum.accumulate([facing.box[2] for facing in facings]).tolist()
        starts = [0.0, *reach]
        ends = [*(facing.box[0] for facing in facings), float(shelf.width)]
        slope = other if own is None else own
        sides = zip([None, *facings], [*facings, None], starts, ends, strict=True)
        for left, right, start, end in sides:
            # Beyond the end of a row another bay begins, or the photo ends.
            if (left is None and not first) or (right is None and not last):
                continue
            span = Span(number, left, right, start, end, slope)
            if end - start >= _NARROWEST * span.narrower:
                yield span


def _slope(row: list[Facing]) -> float | None:
    if len(row) < _STRAIGHT:
        return None
    middles, feet = [facing.middle for facing in row], [facing.box[3] for facing in row]
    return float(np.polyfit(middles, feet, 1)[0]) if np.ptp(middles) > 0 else None

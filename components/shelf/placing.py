"""Where on a photo the places of a planogram are, from what stands where it should."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from components.records.prediction import Box
from components.shelf.alignment import RowPair
from components.shelf.facing import Facing, Shelf
from components.shelf.planned_rows import PlannedFacing, Rows

_FEWEST = 3
"""Facings in their places that say where others would be."""
_FREE = 1.0
"""Empty width before the first facing of a row, in its widths, that shows a place for another."""
_SEEN_OF_ROW = 0.5
"""Share of the height between boards that must be in the photo, to call a row shown."""
_HEADROOM = 1.3
"""Distance of boards in heights of the products between, where only one board is seen."""


class Places:
    """Says where planned facings would be on a photo, and whether the photo shows that.

    Attributes:
        scale: Pixels for a unit of the planogram, negative for none known.
    """

    def __init__(
        self,
        shelf: Shelf,
        planned: Rows,
        matched: Mapping[int, int],
        pairs: Mapping[int, Sequence[RowPair]],
    ) -> None:
        """Learn from what stands where it should.

        Args:
            shelf: The photo.
            planned: Rows of the planogram.
            matched: By row of the planogram: the row of the photo.
            pairs: By row of the planogram: its facings and those seen.
        """
        self._shelf, self._planned, self._matched = shelf, planned, matched
        in_place = [
            (row, pair.planned, shelf.rows[matched[row]][pair.seen])
            for row, those in pairs.items()
            for pair in those
            if pair.planned is not None
            and pair.seen is not None
            and shelf.rows[matched[row]][pair.seen].may_be(planned[row][pair.planned].item.sku)
        ]
        self._left_end = any(number == 0 for _, number, _ in in_place)
        self._right_end = any(number == len(planned[row]) - 1 for row, number, _ in in_place)
        known = [
            (row, x, seen.middle)
            for row, number, seen in in_place
            if (x := planned[row][number].x) is not None
        ]
        self.scale, self._shift = -1.0, 0.0
        self._row_shift: dict[int, float] = {}
        if len(known) >= _FEWEST:
            self._fit(known)

    def distances(self, row: int) -> np.ndarray | None:
        """Return how far each facing seen is from each place of a row, in widths of a facing."""
        seen = self._shelf.rows[self._matched[row]]
        middles = [self.middle(row, each) for each in self._planned[row]]
        if any(middle is None for middle in middles):
            return None
        widths = np.array([(each.width or 1.0) * self.scale for each in self._planned[row]])
        wanted = np.array(middles, float)
        there = np.array([facing.middle for facing in seen])
        return np.asarray(np.abs(wanted[:, None] - there[None]) / np.maximum(widths, 1.0)[:, None])

    def middle(self, row: int, facing: PlannedFacing) -> float | None:
        """Return the x of a place on the photo, pixels; None where it cannot be told."""
        if self.scale <= 0 or facing.x is None:
            return None
        return self.scale * facing.x + self._shift + self._row_shift.get(row, 0.0)

    def shows(self, row: int, number: int, pairs: Sequence[RowPair]) -> bool:
        """Return whether the photo shows the place of a planned facing that nothing stands in."""
        middle = self.middle(row, self._planned[row][number])
        if middle is not None:
            return 0 <= middle <= self._shelf.width
        paired = [pair for pair in pairs if pair.planned is not None and pair.seen is not None]
        seen = self._shelf.rows[self._matched[row]]
        if not paired or not seen:
            return True
        if number < (paired[0].planned or 0):
            free = seen[0].box[0]
            return self._left_end or free > _FREE * seen[0].width
        if number > (paired[-1].planned or 0):
            free = self._shelf.width - seen[-1].box[2]
            return self._right_end or free > _FREE * seen[-1].width
        return True

    def shows_row(self, row: int) -> bool:
        """Return whether the photo shows the place of a planned row in which nothing stands."""
        if not self._matched:
            return False
        if min(self._matched) < row < max(self._matched):
            return True
        boards = {
            planned: float(np.median([facing.box[3] for facing in self._shelf.rows[seen]]))
            for planned, seen in self._matched.items()
        }
        if len(boards) > 1:
            step = (boards[max(boards)] - boards[min(boards)]) / (max(boards) - min(boards))
        else:
            facings = self._shelf.facings
            step = _HEADROOM * float(np.median([each.box[3] - each.box[1] for each in facings]))
        nearest = min(boards, key=lambda known: abs(known - row))
        board = boards[nearest] + (row - nearest) * step
        return _SEEN_OF_ROW * step <= board <= self._shelf.height

    def box(
        self, row: int, number: int, seen: Facing | None, pairs: Sequence[RowPair]
    ) -> Box | None:
        """Return where a planned facing has its place, as far as the photo tells.

        Args:
            row: Of the planogram, from 0.
            number: Of the facing in its row, from 0.
            seen: What stands there, if anything.
            pairs: Of its row; none where the row is not on the photo.
        """
        if seen is not None:
            return seen.box
        if row not in self._matched:
            return None
        there = self._shelf.rows[self._matched[row]]
        facing = self._planned[row][number]
        middle = self.middle(row, facing)
        if middle is not None and facing.width is not None:
            half = facing.width * self.scale / 2
            left, right = middle - half, middle + half
        else:
            left, right = self._between(there, number, pairs)
        standing = [each for each in there if not each.raised] or there
        beside = min(standing, key=lambda each: abs(each.middle - (left + right) / 2))
        foot, height = beside.box[3], beside.box[3] - beside.box[1]
        if middle is not None:
            foot -= facing.raised * self.scale
            height = facing.height * self.scale if facing.height else height
        return max(left, 0.0), foot - height, min(right, float(self._shelf.width)), foot

    def _between(
        self, there: Sequence[Facing], number: int, pairs: Sequence[RowPair]
    ) -> tuple[float, float]:
        """Return the ends of what is free between the neighbours of a planned facing."""
        at = next(at for at, pair in enumerate(pairs) if pair.planned == number)
        before = [pair.seen for pair in pairs[:at] if pair.seen is not None]
        after = [pair.seen for pair in pairs[at:] if pair.seen is not None]
        left = there[before[-1]].box[2] if before else 0.0
        right = there[after[0]].box[0] if after else float(self._shelf.width)
        return min(left, right), max(left, right)

    def _fit(self, known: Sequence[tuple[int, float, float]]) -> None:
        """Fit places of the plan to the photo: most of the pairs of two agree on the scale."""
        rows, x, middle = (np.array(each, float) for each in zip(*known, strict=True))
        apart = x[:, None] - x[None]
        far = np.abs(apart) > np.ptp(x) / 4
        if not np.ptp(x) or not far.any():
            return
        ratios = ((middle[:, None] - middle[None])[far]) / apart[far]
        self.scale = float(np.median(ratios))
        self._shift = float(np.median(middle - self.scale * x))
        for row in np.unique(rows):
            own = rows == row
            if own.sum() >= _FEWEST:
                off = middle[own] - self.scale * x[own] - self._shift
                self._row_shift[int(row)] = float(np.median(off))

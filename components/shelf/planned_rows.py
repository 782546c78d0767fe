"""Rows of a planogram, facing by facing, for a photo to be laid beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from components.planograms.planogram import PlannedItem, Planogram

MOST_BAYS_IN_PHOTO = 4
"""Bays side by side that one photo is taken for at most."""


@dataclass(frozen=True)
class PlannedFacing:
    """One facing that is asked for.

    Attributes:
        item: What it is a facing of.
        x: Its middle from the left end of the bays, in the unit of the planogram; None where that
            gives no places.
        width: In that unit; None likewise.
        raised: How far above the lowest of its row it stands, in that unit.
        height: Of the facing, in that unit; None where the planogram does not say.
    """

    item: PlannedItem
    x: float | None = None
    width: float | None = None
    raised: float = 0.0
    height: float | None = None


Rows = tuple[tuple[PlannedFacing, ...], ...]
"""From the top, each from the left."""


def stretches(planogram: Planogram) -> Iterator[Rows]:
    """Yield what a photo may show: each bay, and bays side by side that have as many rows."""
    bays = [planogram.rows(bay) for bay in planogram.bays]
    for first in range(len(bays)):
        for last in range(first, min(len(bays), first + MOST_BAYS_IN_PHOTO)):
            if len(bays[last]) != len(bays[first]):
                break
            yield _side_by_side(bays[first : last + 1])


def _side_by_side(bays: Sequence[Sequence[Sequence[PlannedItem]]]) -> Rows:
    rows: list[list[PlannedFacing]] = [[] for _ in bays[0]]
    left: float | None = 0.0
    for bay in bays:
        for row, items in zip(rows, bay, strict=True):
            feet = [item.area.foot for item in items if item.area is not None]
            lowest = max((foot for foot in feet if foot is not None), default=0.0)
            row += [facing for item in items for facing in _facings(item, left, lowest)]
        areas = [item.area for items in bay for item in items]
        if left is not None and all(area is not None for area in areas):
            left += max((area.x + area.width for area in areas if area is not None), default=0.0)
        else:
            left = None
    return tuple(map(tuple, rows))


def _facings(item: PlannedItem, left: float | None, lowest: float) -> Iterator[PlannedFacing]:
    """Yield the facings of an item, in a bay that begins at `left`, in a row that stands there."""
    for number in range(item.facings):
        if item.area is None or left is None or item.area.width <= 0:
            yield PlannedFacing(item)
        else:
            area, width = item.area, item.area.width / item.facings
            raised = 0.0 if area.foot is None else lowest - area.foot
            middle = left + area.x + width * (number + 0.5)
            yield PlannedFacing(item, middle, width, raised, area.height)

"""From places in a drawing of a bay to rows and positions."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from components.planograms.planogram import MOST_IN_ROW, Area, PlannedItem

_SAME_BOARD = 0.02
"""Boards this close, as a share of the height of all, are one row."""
_NEAR = 0.2
"""What stands on something is no further from it than this, in its own heights."""


@dataclass(frozen=True)
class DrawnItem:
    """An item where a program has drawn it.

    Attributes:
        sku: The product.
        other_codes: What else the file calls it.
        name: What people call it.
        facings: Side by side.
        x: Left edge, in the unit of the file.
        width: Of all its facings together.
        height: Of its packs together.
        foot: Of the item, down from any zero: a pack that stands on another has a foot of its own.
        board: Top of its fixture, down from the same zero.
        line: Where in the file it stands.
    """

    sku: str
    other_codes: tuple[str, ...]
    name: str
    facings: int
    x: float
    width: float
    height: float | None
    foot: float
    board: float
    line: int | str | None


def planned(bay: str, drawn: Sequence[DrawnItem]) -> list[PlannedItem]:
    """Return items with their rows from the top and their positions from the left.

    Of items one upon the other, the lower comes first.
    """
    levels = _levels(drawn)
    rows = _numbered(levels)
    order = sorted(
        range(len(drawn)), key=lambda at: (rows[at], round(drawn[at].x, 3), -drawn[at].foot)
    )
    items = []
    for row, members in itertools.groupby(order, key=lambda at: rows[at]):
        for position, item in enumerate((drawn[at] for at in members), start=1):
            area = Area(item.x, item.width, item.foot, item.height)
            items.append(
                PlannedItem(
                    bay=bay,
                    row=row,
                    position=position,
                    sku=item.sku,
                    facings=item.facings,
                    other_codes=item.other_codes,
                    area=area,
                    line=item.line,
                    name=item.name,
                )
            )
    return items


def _levels(drawn: Sequence[DrawnItem]) -> list[float]:
    """Return how far down the row of each item is.

    That is its board, where it or what it stands on does stand there. Items that hang or lie
    otherwise on a fixture are in rows by their feet, or by their tops where those are fewer.
    """
    levels = [item.board for item in drawn]
    for board in set(levels):
        members = [at for at, item in enumerate(drawn) if item.board == board]
        if len(members) > MOST_IN_ROW:
            continue  # of that many no row is made, whatever stands on what
        loose = [
            at for at in members if not _stands(drawn[at], [drawn[other] for other in members])
        ]
        feet = [drawn[at].foot for at in loose]
        tops = [drawn[at].foot - (drawn[at].height or 0.0) for at in loose]
        hangs = max(_numbered(tops), default=0) < max(_numbered(feet), default=0)
        for at, level in zip(loose, tops if hangs else feet, strict=True):
            levels[at] = level
    return levels


def _stands(item: DrawnItem, others: Sequence[DrawnItem]) -> bool:
    """Return whether an item stands on its board, or on others that do."""
    while True:
        near = _NEAR * (item.height or 0.0)
        if abs(item.foot - item.board) <= near:
            return True
        under = [
            other
            for other in others
            if other.foot > item.foot
            and abs(other.foot - (other.height or 0.0) - item.foot) <= near
            and min(other.x + other.width, item.x + item.width) > max(other.x, item.x)
        ]
        if not under:
            return False
        item = under[0]  # lower, so that this ends


def _numbered(levels: Sequence[float]) -> list[int]:
    """Return the numbers of rows, from 1: levels close to each other are one."""
    span = max(levels, default=0.0) - min(levels, default=0.0)
    numbers: dict[float, int] = {}
    last = None
    for level in sorted(levels):
        new = last is None or level - last > _SAME_BOARD * span
        numbers[level] = max(numbers.values(), default=0) + new
        last = level
    return [numbers[level] for level in levels]

"""From places in a drawing of a bay to rows and positions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from components.planograms.planogram import Area, PlannedItem

_SAME_BOARD = 0.02
"""Boards this close, as a share of the height of all, are one row."""


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
        foot: Of the item, down from any zero: a pack that stands on another has a foot of its own.
        board: What it or the packs under it stand on, down from the same zero.
        line: Where in the file it stands.
    """

    sku: str
    other_codes: tuple[str, ...]
    name: str
    facings: int
    x: float
    width: float
    foot: float
    board: float
    line: int | str | None


def planned(bay: str, drawn: Sequence[DrawnItem]) -> list[PlannedItem]:
    """Return items with their rows from the top and their positions from the left.

    Of items one upon the other, the lower comes first.
    """
    boards = sorted({item.board for item in drawn})
    span = boards[-1] - boards[0] if boards else 0.0
    row_of: dict[float, int] = {}
    row, last = 0, None
    for board in boards:
        if last is None or board - last > _SAME_BOARD * span:
            row += 1
        row_of[board], last = row, board
    items = []
    for number in range(1, row + 1):
        in_row = [item for item in drawn if row_of[item.board] == number]
        in_row.sort(key=lambda item: (round(item.x, 3), -item.foot))
        items += [
            PlannedItem(
                bay=bay,
                row=number,
                position=position,
                sku=item.sku,
                facings=item.facings,
                other_codes=item.other_codes,
                area=Area(item.x, item.width, item.foot),
                line=item.line,
                name=item.name,
            )
            for position, item in enumerate(in_row, start=1)
        ]
    return items

"""The slices by attributes of the products, in the groups and the order that people read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from components.artifacts.evaluation_summary import AttributeSlice, Summary

FEW = 20
"""Products below which a rate says little."""

MOST_ROWS = 10
"""Rows of one group; of more stores, say, the weakest are shown."""

_GROUPS = {
    "sku": "Products trained on, and new ones",
    "size": "Size on the photo",
    "occlusion": "How much is hidden",
    "difficult": "Marked as difficult",
    "category": "Category",
    "store": "Store",
    "span": "Span of data",
}
_WORDS = {
    "sku.seen": "trained on",
    "sku.new": "new",
    "occlusion.none": "in plain view",
    "occlusion.partial": "partly hidden",
    "occlusion.heavy": "heavily hidden",
    "difficult": "difficult",
}
_OPEN = frozenset(("category", "store"))


@dataclass(frozen=True)
class SliceGroupRow:
    """One slice, and how its map50 differs from the current release's, where that is known."""

    label: str
    slice: AttributeSlice
    change: float | None

    @property
    def few(self) -> bool:
        """Whether its rates say little."""
        return self.slice.n < FEW


@dataclass(frozen=True)
class SliceGroup:
    """Slices by one attribute; `more` of them are not shown."""

    title: str
    rows: tuple[SliceGroupRow, ...]
    more: int


def slice_groups(summary: Summary) -> list[SliceGroup]:
    """Return the groups that hold products; of categories and stores the weakest come first."""
    before = {
        row.name: row.map50
        for row in (summary.baseline.attribute_slices if summary.baseline else ())
    }
    groups = []
    for family, title in _GROUPS.items():
        mine = [
            row
            for row in summary.attribute_slices
            if row.n and row.name.partition(".")[0] == family
        ]
        if family in _OPEN:
            # What rests on few products must not crowd out what is known.
            mine.sort(key=lambda row: (row.n < FEW, row.map50 or 0.0, row.name))
        if mine:
            shown = tuple(_rows(mine[:MOST_ROWS], before))
            groups.append(SliceGroup(title, shown, len(mine) - len(shown)))
    return groups


def _rows(
    slices: Iterable[AttributeSlice], before: dict[str, float | None]
) -> Iterable[SliceGroupRow]:
    for each in slices:
        label = _WORDS.get(each.name) or each.name.partition(".")[2]
        then = before.get(each.name)
        change = None if then is None or each.map50 is None else each.map50 - then
        yield SliceGroupRow(label, each, change)

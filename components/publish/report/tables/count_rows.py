"""How well products are counted where nobody drew boxes, in the groups that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from components.artifacts.evaluation_summary import CountSlice, Product, Summary
from components.artifacts.judged_on import caution

MOST_ROWS = 8
"""Rows of one group; of more the ones with the greatest errors are shown."""

_GROUPS = {
    "sku": "Products trained on, and new ones",
    "category": "Category",
    "store": "Store",
    "span": "Span of data",
}
_WORDS = {"sku.seen": "trained on", "sku.new": "new"}


class CountGroup(NamedTuple):
    """Slices of one kind, each with what it is called; `more` of them are not shown."""

    title: str
    rows: tuple[tuple[str, CountSlice], ...]
    more: int = 0


def count_groups(summary: Summary) -> list[CountGroup]:
    """Return the groups; the first sets photos with counts beside those with boxes.

    Nothing where no photo has counts without boxes.
    """
    counting = summary.counting
    if counting is None:
        return []
    whole = [("with counts and no boxes", counting.whole)]
    if counting.boxed:
        boxed = "composed shelves" if caution(summary.judged_on) else "with boxes"
        whole.append((f"{boxed}, for comparison", counting.boxed))
    groups = [CountGroup("All photos", tuple(whole))]
    for family, title in _GROUPS.items():
        mine = [each for each in counting.slices if each.name.partition(".")[0] == family]
        if len(mine) > 1:  # One alone repeats the whole.
            groups.append(_group(title, mine, {}))
    if wrong := [each for each in counting.skus if each.error]:
        groups.append(_group("Products counted worst", wrong, summary.products))
    return groups


def _group(title: str, slices: Iterable[CountSlice], products: Mapping[str, Product]) -> CountGroup:
    ordered = sorted(slices, key=lambda each: (-each.error, each.name))
    shown = tuple((_label(each.name, products), each) for each in ordered[:MOST_ROWS])
    return CountGroup(title, shown, len(ordered) - len(shown))


def _label(name: str, products: Mapping[str, Product]) -> str:
    if name in products:
        return products[name].name
    return _WORDS.get(name) or name.partition(".")[2] or name

"""Gaps where a planogram asks for something."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from components.shelf.compare import PlanogramAnswer
from components.shelf.gaps import Gap, one_place

_LACKING = ("missing", "low", "misplaced")


def with_plan(gaps: Sequence[Gap], comparison: PlanogramAnswer | None) -> tuple[Gap, ...]:
    """Return gaps, those in the place of something that the planogram asks for as expecting it."""
    return tuple(_planned(gap, comparison) for gap in gaps)


def _planned(gap: Gap, comparison: PlanogramAnswer | None) -> Gap:
    skus = [
        answer.item.sku
        for answer in (comparison.items if comparison is not None else ())
        if answer.status in _LACKING
        and answer.box is not None
        and answer.photo == gap.photo
        and one_place(answer.box, gap.box)
    ]
    if not skus:
        return gap
    expected = tuple((sku, 1 / len(skus)) for sku in dict.fromkeys(skus))
    return replace(gap, expected=expected, planned=True)

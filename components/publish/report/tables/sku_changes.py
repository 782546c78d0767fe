"""The products that a model knows better or worse than the current release does."""

from __future__ import annotations

from typing import NamedTuple

from components.artifacts.evaluation_summary import ModelSummary, Summary

_WORTH_SAYING = 0.05
"""Change of a SKU's AP@0.5 below which it is noise: few products stand behind one SKU."""


class SkuChange(NamedTuple):
    """One SKU and its AP@0.5 then and now, on the same photos."""

    sku: str
    truths: int
    before: float
    after: float

    @property
    def change(self) -> float:
        """Now minus then."""
        return self.after - self.before


def sku_changes(summary: Summary, count: int) -> tuple[list[SkuChange], list[SkuChange]]:
    """Return the SKUs that lost most and those that gained most, at most `count` each."""
    if summary.baseline is None:
        return [], []
    before = _average_precisions(summary.baseline)
    found = [
        SkuChange(row.sku, row.truths, before[row.sku], row.ap50)
        for row in summary.skus
        if row.ap50 is not None and row.sku in before
    ]
    found.sort(key=lambda each: (each.change, each.sku))
    lost = [each for each in found if each.change <= -_WORTH_SAYING]
    gained = [each for each in reversed(found) if each.change >= _WORTH_SAYING]
    return lost[:count], gained[:count]


def _average_precisions(summary: ModelSummary) -> dict[str, float]:
    return {row.sku: row.ap50 for row in summary.skus if row.ap50 is not None}

"""The chart of how often training photos show each SKU, as SVG text."""

from __future__ import annotations

from components.artifacts.balance import Balance
from components.drawing.palette import BLUE, GREY, ORANGE
from components.drawing.plotting import panel, svg

_MOST_BARS = 8
"""Bars at each end of a long row of products."""
_LONGEST_NAME = 22
"""Letters of a SKU beside its bar."""


def draw_facings(balance: Balance) -> str:
    """Draw facings per SKU, the most frequent first; of many SKUs the first and the last ones.

    The training photos must show at least one SKU.
    """
    order = sorted(balance.skus, key=lambda sku: (-balance.skus[sku].facings, sku))
    left_out = len(order) - 2 * _MOST_BARS
    skus = [*order[:_MOST_BARS], *order[-_MOST_BARS:]] if left_out > 0 else order
    # Where some are left out, a row between the two halves says so.
    rows = [row + (1 if left_out > 0 and row >= _MOST_BARS else 0) for row in range(len(skus))]
    facings = [balance.skus[sku].facings for sku in skus]
    figure, axes = panel(0.7 + 0.19 * (rows[-1] + 1))
    bars = axes.barh(rows, facings, 0.75, color=BLUE)
    for bar, sku in zip(bars, skus, strict=True):
        if sku in balance.rare:
            bar.set(color=ORANGE, hatch="///", edgecolor="white", linewidth=0)
    axes.bar_label(bars, [f"{count:,}" for count in facings], padding=2, fontsize=7.5)
    axes.set_yticks(rows, [_shortened(sku) for sku in skus], fontsize=7.5)
    if left_out > 0:
        axes.text(
            0, _MOST_BARS, f"{left_out:,} more between", va="center", fontsize=7.5, color=GREY
        )
    axes.set(xlabel="times on training photos", ylim=(rows[-1] + 0.6, -0.6))
    axes.set_xmargin(0.12)
    axes.grid(False, axis="y")
    axes.locator_params(axis="x", nbins=4, integer=True)
    return svg(figure)


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"

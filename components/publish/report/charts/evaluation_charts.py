"""The charts of an evaluation, as SVG text. Every series differs in more than its colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.artifacts.evaluation_summary import (
    AmbiguityBin,
    PrecisionRecallCurve,
    ReliabilityBin,
    ReviewPoint,
)
from components.artifacts.operating_curve import OperatingCurve
from components.drawing.palette import BLUE, GREY, INK, ORANGE, VERMILION
from components.drawing.plotting import panel, panels, svg
from components.metrics.metric_names import AMBIGUITY_SLICES
from components.publish.report.sentences.review_order import Order

_SERIES = {"seen": (BLUE, "-", "o"), "new": (VERMILION, "--", "s")}
_WORDS = {"seen": "products trained on", "new": "new products"}
_FIRST: dict[Order, str] = {
    "ambiguity": "most ambiguous first",
    "score": "lowest score first",
}


def draw_precision_recall(curves: Sequence[PrecisionRecallCurve]) -> str:
    """Draw precision over recall for seen and new SKUs; a mark shows the operating threshold."""
    figure, axes = panel()
    for curve in curves:
        colour, line, mark = _SERIES[curve.subset]
        name = _WORDS[curve.subset]
        axes.plot(curve.recall, curve.precision, line, color=colour, label=name)
        if curve.at_threshold:
            axes.plot(
                *curve.at_threshold, mark, color=colour, markersize=7, zorder=3, clip_on=False
            )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    axes.legend(frameon=False, loc="lower left")
    return svg(figure)


def draw_reliability(bins: Sequence[ReliabilityBin]) -> str:
    """Draw how often detections of a score are right; the diagonal is perfect calibration.

    At least one bin must hold a detection.
    """
    figure, axes = panel()
    used = [
        (each.confidence, each.accuracy, each.n)
        for each in bins
        if each.confidence is not None and each.accuracy is not None
    ]
    confidence, accuracy, counts = (np.array(column) for column in zip(*used, strict=True))
    axes.plot([0, 1], [0, 1], ":", color=GREY)
    axes.plot(confidence, accuracy, "-", color=BLUE)
    axes.scatter(
        confidence, accuracy, s=12 + 90 * counts / counts.max(), color=BLUE, zorder=3, clip_on=False
    )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="score", ylabel="share that is right")
    return svg(figure)


def draw_operating(curve: OperatingCurve) -> str:
    """Draw precision, recall (above) and cost (below) over the threshold; mark the chosen one."""
    figure, (above, below) = panels((3, 2))
    points = curve.points
    thresholds = [point.threshold for point in points]
    for name, values, colour, line in (
        ("precision", [point.precision for point in points], BLUE, "-"),
        ("recall", [point.recall for point in points], VERMILION, "--"),
    ):
        above.plot(thresholds, np.array(values, float), line, color=colour, label=name)
    above.set(ylim=(0, 1.05), ylabel="share")
    above.legend(frameon=False, loc="lower center", ncols=2)
    below.plot(thresholds, [point.cost for point in points], "-", color=INK)
    below.plot(curve.chosen.threshold, curve.chosen.cost, "D", color=INK, clip_on=False)
    below.set(xlim=(0, 1), xlabel="operating threshold", ylabel="cost a photo")
    below.set_ylim(bottom=0)
    for axes in (above, below):
        axes.axvline(curve.chosen.threshold, color=GREY, linestyle=":", zorder=0)
    text = f"chosen: {curve.chosen.threshold:.2f}"
    on_the_left = curve.chosen.threshold > 0.6
    above.annotate(
        text,
        (curve.chosen.threshold, 1.05),
        (-5 if on_the_left else 5, -2),
        textcoords="offset points",
        ha="right" if on_the_left else "left",
        va="bottom",
        annotation_clip=False,
    )
    return svg(figure)


def draw_ambiguity(bins: Sequence[AmbiguityBin]) -> str:
    """Draw shown detections by ambiguity (above), and the share that is wrong (below)."""
    figure, (above, below) = panels((2, 3))
    places = [(each.low + each.high) / 2 for each in bins]
    width = 0.9 * (bins[0].high - bins[0].low)
    above.bar(places, [each.n for each in bins], width, color=BLUE)
    above.set(ylabel="detections")
    above.locator_params(axis="y", nbins=3, integer=True)
    rates = [each.error_rate or 0.0 for each in bins]
    below.bar(places, rates, width, color=ORANGE, hatch="///", edgecolor="white", linewidth=0)
    for place, each in zip(places, bins, strict=True):
        if not each.n:
            below.text(place, 0.02, "none", ha="center", fontsize=7, color=GREY)
    below.set(xlim=(0, 1), ylim=(0, 1.05), xlabel="ambiguity", ylabel="share that is wrong")
    for name, (low, high) in AMBIGUITY_SLICES.items():
        middle = (low + min(high, 1)) / 2
        above.text(
            middle,
            1.04,
            name.replace("_", " "),
            transform=above.get_xaxis_transform(),
            ha="center",
            va="bottom",
        )
        for axes in (above, below):
            if low:
                axes.axvline(low, color=GREY, linestyle=":", zorder=0)
    return svg(figure)


def draw_review(points: Sequence[ReviewPoint], *orders: Order) -> str:
    """Draw the share of the errors among the most doubtful share of the detections.

    Args:
        points: Points of the curve.
        orders: Orders of looking, the one to offer first first.
    """
    figure, axes = panel()
    reviewed = [100 * point.reviewed for point in points]
    caught: dict[Order, list[float]] = {
        "ambiguity": [100 * point.caught for point in points],
        "score": [100 * point.caught_by_score for point in points],
    }
    for order, (line, colour) in zip(orders, (("-", BLUE), ("--", VERMILION)), strict=True):
        axes.plot(reviewed, caught[order], line, color=colour, label=_FIRST[order])
    axes.plot([0, 100], [0, 100], ":", color=GREY, label="in any order")
    axes.set(xlim=(0, 102), ylim=(0, 102))
    axes.set(xlabel="looked at, % of detections", ylabel="found, % of errors")
    axes.legend(frameon=False, loc="lower right")
    return svg(figure)

"""The pictures of the report, as SVG text. Every series differs in more than its colour."""

from __future__ import annotations

import io
from collections.abc import Sequence

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from components.evaluator.summary import ReliabilityBin, SliceRow
from components.publish.curves import Curve
from components.publish.palette import BLUE, GREY, INK, ORANGE, VERMILION

_SERIES = {"seen": (BLUE, "-", "o"), "new": (VERMILION, "--", "s")}
_STYLE = {
    "font.family": "sans-serif",
    "font.size": 9,
    "svg.fonttype": "none",
    # The same numbers give the same file.
    "svg.hashsalt": "oneshelf",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
}


def draw_precision_recall(curves: Sequence[Curve]) -> str:
    """Precision over recall for seen and new SKUs; a mark shows the operating threshold."""
    figure, axes = _figure()
    for curve in curves:
        colour, line, mark = _SERIES[curve.name]
        axes.plot(curve.recall, curve.precision, line, color=colour, label=f"{curve.name} SKUs")
        if curve.at_threshold:
            axes.plot(
                *curve.at_threshold, mark, color=colour, markersize=7, zorder=3, clip_on=False
            )
    axes.set(xlim=(0, 1.02), ylim=(0, 1.02), xlabel="recall", ylabel="precision")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, loc="lower left")
    return _svg(figure)


def draw_reliability(bins: Sequence[ReliabilityBin]) -> str:
    """How often detections of a score are right; the diagonal is perfect calibration.

    At least one bin must hold a detection.
    """
    figure, axes = _figure()
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
    axes.grid(alpha=0.25)
    return _svg(figure)


def draw_ambiguity(slices: Sequence[SliceRow]) -> str:
    """Error rate of shown detections per ambiguity slice, seen and new SKUs side by side."""
    figure, axes = _figure()
    names = ("clear", "unsure", "coin_flip")
    patterns = {"seen": (BLUE, None), "new": (ORANGE, "///")}
    for offset, (subset, (colour, hatch)) in zip((-0.19, 0.19), patterns.items(), strict=True):
        rows = {row.name: row for row in slices if row.subset == subset}
        for place, name in enumerate(names):
            row = rows.get(f"ambiguity.{name}")
            rate = row.error_rate if row else None
            axes.bar(
                place + offset,
                rate or 0,
                0.36,
                color=colour,
                hatch=hatch,
                edgecolor="white",
                label=f"{subset} SKUs" if place == 0 else None,
            )
            count = f"n={row.n:,}" if row and row.n else "none"
            axes.text(place + offset, (rate or 0) + 0.02, count, ha="center", fontsize=8, color=INK)
    axes.set_xticks(range(len(names)), [name.replace("_", " ") for name in names])
    axes.set(ylim=(0, 1.08), ylabel="share that is wrong")
    axes.legend(frameon=False, loc="upper left")
    return _svg(figure)


def _figure() -> tuple[Figure, Axes]:
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(4.2, 3.1), layout="constrained")
        return figure, figure.add_subplot()


def _svg(figure: Figure) -> str:
    with matplotlib.rc_context(_STYLE):
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
        return file.getvalue()

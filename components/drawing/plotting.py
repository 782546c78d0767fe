"""The look of every chart: sizes, letters and lines, and SVG as text."""

from __future__ import annotations

import io

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from components.drawing.palette import GREY, INK

# Inches. On the narrowest phone a chart is shown a third larger than this, so letters of nine
# points are as large as the captions around them.
_WIDTH, _HEIGHT = 3.9, 3.0
_STYLE = {
    "font.family": "sans-serif",
    "font.size": 9,
    "legend.fontsize": 8.5,
    "svg.fonttype": "none",
    # The same numbers give the same file.
    "svg.hashsalt": "oneshelf",
    # Names from the data are no formulas.
    "text.parse_math": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.alpha": 0.25,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "hatch.linewidth": 0.6,
}


def panel(height: float = _HEIGHT) -> tuple[Figure, Axes]:
    """Return a chart with one pair of axes, `height` in inches."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        return figure, figure.add_subplot()


def panels(heights: tuple[int, int]) -> tuple[Figure, tuple[Axes, Axes]]:
    """Return a chart with two pairs of axes, one below the other, that share their x axis."""
    with matplotlib.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        grid = figure.add_gridspec(2, 1, height_ratios=heights)
        below = figure.add_subplot(grid[1])
        above = figure.add_subplot(grid[0], sharex=below)
        above.tick_params(labelbottom=False)
        return figure, (above, below)


def svg(figure: Figure) -> str:
    """Return the chart as SVG, its letters as text."""
    with matplotlib.rc_context(_STYLE):
        file = io.StringIO()
        figure.savefig(file, format="svg", metadata={"Date": None}, transparent=True)
        return file.getvalue()

"""The picture of what each level of augmentation came to, as SVG text."""

from __future__ import annotations

from collections.abc import Sequence

from components.drawing.palette import BLUE, GREY, INK, VERMILION
from components.drawing.plotting import panels, svg
from components.synthesis.variants.levels import LEVELS
from components.training.trials import Trial, best_of

_SERIES = (
    ("map50_new", "new products", VERMILION, "--", "s"),
    ("map50_seen", "products trained on", BLUE, "-", "o"),
)


def draw_levels(trials: Sequence[Trial]) -> str:
    """Draw mAP@0.5 (above) and training loss (below) of the best trial of each level.

    Under-augmentation is a low loss beside a low mAP of new products: the network has memorised
    the photos. Over-augmentation is a high loss beside a low mAP of both: there is too little left
    to learn from. At least one trial is needed.
    """
    of_level = {
        level: best_of([trial for trial in trials if trial.tried.level == level])
        for level in LEVELS
        if any(trial.tried.level == level for trial in trials)
    }
    names = list(of_level)
    figure, (above, below) = panels((3, 2))
    for metric, label, colour, line, mark in _SERIES:
        shown = [
            (level, trial.metrics[metric])
            for level, trial in of_level.items()
            if metric in trial.metrics
        ]
        if shown:
            places = [names.index(level) for level, _ in shown]
            values = [value for _, value in shown]
            above.plot(places, values, line, marker=mark, color=colour, label=label)
            # Levels differ by hundredths, which no axis from 0 to 1 shows.
            side = 6 if metric == "map50_new" else -16
            for place, value in zip(places, values, strict=True):
                above.annotate(
                    f"{value:.3f}",
                    (place, value),
                    xytext=(0, side),
                    textcoords="offset points",
                    ha="center",
                    fontsize=8,
                    color=colour,
                )
    losses = [trial.metrics["loss"] for trial in of_level.values()]
    below.plot(range(len(names)), losses, "-", marker="D", markersize=4, color=INK)
    chosen = names.index(best_of(trials).tried.level)
    for axes in (above, below):
        axes.axvline(chosen, color=GREY, linestyle=":", zorder=0)
    above.set(ylim=(0, 1.2), ylabel="mAP@0.5")
    if above.lines[:-1]:
        above.legend(
            frameon=False,
            loc="lower center",
            ncols=2,
            handlelength=1.4,
            columnspacing=1,
            fontsize=8,
        )
    below.set(ylabel="training loss", xlabel="level of augmentation; dotted: chosen")
    below.set_xticks(range(len(names)), names)
    below.set_xlim(-0.3, len(names) - 0.7)
    below.set_ylim(0, 1.2 * max(losses))
    return svg(figure)

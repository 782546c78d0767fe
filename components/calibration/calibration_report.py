"""Report and model card of a calibrated release."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from components.artifacts.evaluation_summary import ModelSummary
from components.calibration.cross_validation import Fit
from components.drawing import palette
from components.publish.report import number_formats
from components.publish.report.charts.evaluation_charts import draw_reliability
from components.publish.report.template_environment import environment
from components.releases.release_record import Calibration, ReleaseRecord

FIGURES = {
    "ece": "calibration error",
    "recall_at_precision_95": "recall at a precision of 0.95",
    "recall": "recall at the threshold",
    "precision": "precision at the threshold",
    "f1": "F1 at the threshold",
    "count_error": "counting error",
    "cost": "cost of errors, per photo",
}
"""What figures of a calibration are called, in the order of tables."""


_LOST = {
    "recall": (-1, "finds fewer of the products that are there"),
    "precision": (-1, "less of what it shows is right"),
    "count_error": (1, "counts are further off"),
}
"""Where a change in this direction is a loss, and what it means to people. Calibration error and
cost have gates; the others follow from these."""
_WORTH_SAYING = 0.01


class FigureRow(NamedTuple):
    """One figure before and after; None where the photos cannot tell it."""

    title: str
    before: float | None
    after: float | None


def figure_rows(calibration: Calibration) -> list[FigureRow]:
    """Return the figures that a calibration has."""
    before, after = calibration.before, calibration.after
    return [
        FigureRow(title, before.get(name), after.get(name))
        for name, title in FIGURES.items()
        if name in before or name in after
    ]


def losses(calibration: Calibration) -> list[str]:
    """Return a sentence for each figure that a calibration makes clearly worse."""
    said = []
    for name, (worse, what) in _LOST.items():
        before, after = calibration.before.get(name), calibration.after.get(name)
        if before is None or after is None or worse * (after - before) < _WORTH_SAYING:
            continue
        said.append(f"{what}: {FIGURES[name]} {after:.3f}, before {before:.3f}")
    return said


def render_report(record: ReleaseRecord, fit: Fit) -> str:
    """Return the report of a calibrated release: one HTML file that needs nothing but itself."""
    charts = {"before": _reliability(fit.before.summary), "after": _reliability(fit.after.summary)}
    return _rendered("calibration.html", record, escape=True, charts=charts)


def render_card(record: ReleaseRecord) -> str:
    """Return the model card, in Markdown."""
    return _rendered("calibration.md", record, escape=False)


def _reliability(summary: ModelSummary) -> str | None:
    if not any(each.n for each in summary.reliability):
        return None
    return number_formats.svg(draw_reliability(summary.reliability))


def _rendered(template: str, record: ReleaseRecord, escape: bool, **more: object) -> str:
    templates = environment(escape, Path(__file__).parent)
    return templates.get_template(template).render(
        record=record,
        calibration=record.calibration,
        rows=figure_rows(record.calibration) if record.calibration else [],
        losses=losses(record.calibration) if record.calibration else [],
        palette=palette,
        light=palette.LIGHT,
        dark=palette.DARK,
        **more,
    )

"""Turns the content of a report into HTML, and into the model card."""

from __future__ import annotations

import base64
import math
from pathlib import Path

import jinja2
import yaml

from components.publish import charts, outcome
from components.publish.content import HEADLINE_METRICS, ReportContent

_TEMPLATES = Path(__file__).parent
_WEAKEST = 12
_CONFUSIONS = 12


def render_report(content: ReportContent) -> str:
    """The report: one HTML file that needs nothing but itself."""
    summary = content.summary
    graded = [row for row in summary.skus if row.ap50 is not None]
    weakest = sorted(graded, key=lambda row: (row.ap50 or 0.0, row.sku))[:_WEAKEST]
    pictures = {
        "precision_recall": _svg(charts.draw_precision_recall(content.curves))
        if content.curves
        else None,
        "reliability": _svg(charts.draw_reliability(summary.reliability))
        if any(each.n for each in summary.reliability)
        else None,
        "ambiguity": _svg(charts.draw_ambiguity(summary.slices))
        if any(row.n for row in summary.slices if row.name.startswith("ambiguity"))
        else None,
    }
    return (
        _environment(escape=True)
        .get_template("report.html")
        .render(
            content=content,
            verdict=content.verdict,
            summary=summary,
            status=outcome.status(content.verdict),
            headline=outcome.headline(content.verdict),
            cards=_cards(content),
            charts=pictures,
            weakest=weakest,
            confusions=summary.confusions[:_CONFUSIONS],
            configuration=yaml.safe_dump(dict(content.configuration), sort_keys=False),
        )
    )


def render_model_card(content: ReportContent) -> str:
    """The model card, in Markdown."""
    return (
        _environment(escape=False)
        .get_template("model_card.md")
        .render(
            content=content,
            verdict=content.verdict,
            summary=content.summary,
            cards=_cards(content),
        )
    )


def _cards(content: ReportContent) -> list[tuple[str, object]]:
    comparisons = content.comparisons
    return [
        (label, comparisons[name])
        for name, label in HEADLINE_METRICS.items()
        if name in comparisons
    ]


def _environment(escape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(number=_number, signed=_signed, jpeg=_jpeg, bytes=_bytes)
    return environment


def _number(value: float | str | None) -> str:
    """Three decimals below ten, none above; a dash for nothing."""
    if value is None:
        return "–"
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return str(value)
    if float(value).is_integer() and abs(value) >= 2:
        return f"{value:,.0f}"
    return f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"


def _signed(value: float) -> str:
    return f"{value:+.3f}".replace("-", "−")


def _bytes(size: float) -> str:
    return f"{size / 1e6:.1f} MB"


def _jpeg(data: bytes) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(data).decode()


def _svg(text: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()

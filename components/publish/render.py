"""Turns the content of a report into HTML, and into the model card."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import jinja2
import yaml

from components.drawing import palette
from components.metrics.metric_names import METRIC_NAMES
from components.metrics.summary import SkuRow, Summary
from components.publish import (
    card,
    charts,
    data_words,
    decision,
    formats,
    found,
    outcome,
    plain,
    review,
    tuned,
)
from components.publish.content import MetricChange, ReportContent
from components.publish.level_chart import draw_levels
from components.publish.movers import movers
from components.publish.slice_groups import FEW, slice_groups

_TEMPLATES = Path(__file__).parent
_WEAKEST = 12
_MOVERS = 5
_ORDER = {"refuse": 0, "pass": 1, "skipped": 2}


class Card(NamedTuple):
    """One figure of the top of the page."""

    number: str
    change: str
    reads: str
    better: bool | None
    metric: MetricChange


def render_report(content: ReportContent) -> str:
    """The report: one HTML file that needs nothing but itself."""
    summary, verdict = content.summary, content.verdict
    return (
        _environment(escape=True)
        .get_template("report.html")
        .render(
            content=content,
            verdict=verdict,
            summary=summary,
            products=summary.products,
            metric_names=METRIC_NAMES,
            light=palette.LIGHT,
            dark=palette.DARK,
            palette=palette,
            status=outcome.status(verdict),
            headline=decision.headline(verdict),
            look_at=decision.look_at,
            consequence=decision.consequence(verdict),
            where_to_look=review.where_to_look(summary.metrics),
            how_good=plain.how_good(summary),
            against=plain.against(content.compared, content.metrics) if content.compared else "",
            few_photos=plain.FEW_PHOTOS,
            cards=_cards(content),
            gates=sorted(verdict.gates, key=lambda gate: _ORDER[gate.verdict]),
            charts=_charts(content),
            groups=slice_groups(summary),
            few=FEW,
            weakest=_weakest(summary),
            movers=movers(summary, _MOVERS),
            describe=data_words.describe,
            unlike_training=data_words.unlike_training(content.data.get("shelf photos", ())),
            unlike_others=found.unlike_others(content),
            evenness=found.evenness(content.balance, len(summary.products)),
            found=found,
            tuned=tuned,
            configuration=yaml.safe_dump(dict(content.configuration), sort_keys=False),
            card=card,
            limits=card.limits(content),
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
            describe=data_words.describe,
            card=card,
            limits=card.limits(content),
        )
    )


def _charts(content: ReportContent) -> dict[str, str | None]:
    """The charts as sources of an `img`; None where there is nothing to draw."""
    summary = content.summary
    drawn = {
        "precision_recall": charts.draw_precision_recall(summary.precision_recall)
        if summary.precision_recall
        else None,
        "reliability": charts.draw_reliability(summary.reliability)
        if any(each.n for each in summary.reliability)
        else None,
        "operating": charts.draw_operating(summary.operating) if summary.operating else None,
        "ambiguity": charts.draw_ambiguity(summary.ambiguity_bins)
        if any(each.n for each in summary.ambiguity_bins)
        else None,
        "review": charts.draw_review(summary.review, *orders)
        if (orders := review.best_first(summary.metrics))
        else None,
        "facings": charts.draw_facings(content.balance) if content.balance.skus else None,
        "levels": draw_levels(content.trials) if content.trials else None,
    }
    return {name: text and formats.svg(text) for name, text in drawn.items()}


def _cards(content: ReportContent) -> list[Card]:
    metrics = content.metrics
    return [
        Card(
            plain.headline_number(metrics[name]),
            plain.headline_change(metrics[name]),
            headline.reads,
            plain.better(metrics[name]),
            metrics[name],
        )
        for name, headline in plain.HEADLINES.items()
        if name in metrics
    ]


def _weakest(summary: Summary) -> list[SkuRow]:
    graded = [row for row in summary.skus if row.ap50 is not None]
    return sorted(graded, key=lambda row: (row.ap50 or 0.0, row.sku))[:_WEAKEST]


def _environment(escape: bool) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(
        number=formats.number,
        measured=formats.measured,
        demand=formats.demand,
        percent=formats.percent,
        count=formats.count,
        signed=formats.signed,
        megabytes=formats.megabytes,
        milliseconds=formats.milliseconds,
        jpeg=formats.jpeg,
        md=formats.markdown,
    )
    return environment

"""Turns the content of a report into HTML, and into the model card."""

from __future__ import annotations

from typing import NamedTuple

import yaml

from components.artifacts.evaluation_summary import SkuRow, Summary
from components.artifacts.judged_on import caution
from components.drawing import palette
from components.metrics.metric_names import METRIC_NAMES
from components.publish.report import number_formats
from components.publish.report.charts import evaluation_charts
from components.publish.report.charts.augmentation_level_chart import draw_levels
from components.publish.report.charts.facings_chart import draw_facings
from components.publish.report.report_content import ComparedMetric, ReportContent
from components.publish.report.sentences import (
    data_checks,
    data_sets,
    decision,
    intended_use,
    model_quality,
    review_order,
    tuning,
)
from components.publish.report.tables.count_rows import count_groups
from components.publish.report.tables.sku_changes import sku_changes
from components.publish.report.tables.slice_groups import FEW, slice_groups
from components.publish.report.template_environment import environment

_WEAKEST = 12
_SKU_CHANGES = 5
_ORDER = {"refuse": 0, "pass": 1, "skipped": 2}


class Card(NamedTuple):
    """One figure of the top of the page."""

    number: str
    change: str
    reads: str
    better: bool | None
    metric: ComparedMetric


def render_report(content: ReportContent) -> str:
    """Return the report: one HTML file that needs nothing but itself."""
    summary, verdict, other_release = content.summary, content.verdict, _other_release(content)
    return (
        environment(escape=True)
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
            status=decision.status(verdict),
            headline=decision.headline(verdict),
            look_at=decision.look_at,
            consequence=decision.consequence(verdict),
            where_to_look=review_order.where_to_look(summary.metrics),
            how_good=model_quality.how_good(summary),
            against=other_release and model_quality.against(other_release, content.metrics),
            other_release=other_release,
            judged_on=model_quality.judged_on,
            few_photos=model_quality.FEW_PHOTOS,
            cards=_cards(content),
            gates=sorted(verdict.gates, key=lambda gate: _ORDER[gate.verdict]),
            charts=_charts(content),
            groups=slice_groups(summary),
            count_groups=count_groups(summary),
            how_it_counts=model_quality.how_it_counts(summary),
            few=FEW,
            weakest=_weakest(summary),
            sku_changes=sku_changes(summary, _SKU_CHANGES),
            describe=data_sets.describe,
            unlike_training=data_sets.unlike_training(content.data.get("shelf photos", ())),
            boxes_that_count=data_sets.boxes_that_count(
                content.data.get("shelf photos", ()), summary.counts.boxes
            ),
            unlike_others=data_checks.unlike_others(content),
            evenness=data_checks.evenness(content.balance, len(summary.products)),
            data_checks=data_checks,
            tuning=tuning,
            configuration=yaml.safe_dump(dict(content.configuration), sort_keys=False),
            intended_use=intended_use,
            limits=intended_use.limits(content),
        )
    )


def render_model_card(content: ReportContent) -> str:
    """Return the model card, in Markdown."""
    return (
        environment(escape=False)
        .get_template("model_card.md")
        .render(
            content=content,
            verdict=content.verdict,
            summary=content.summary,
            cards=_cards(content),
            judged_on=model_quality.judged_on,
            how_it_counts=model_quality.how_it_counts(content.summary),
            caution=caution(content.summary.judged_on),
            describe=data_sets.describe,
            intended_use=intended_use,
            limits=intended_use.limits(content),
        )
    )


def _charts(content: ReportContent) -> dict[str, str | None]:
    """Return the charts as sources of an `img`; None where there is nothing to draw."""
    summary = content.summary
    drawn = {
        "precision_recall": evaluation_charts.draw_precision_recall(summary.precision_recall)
        if summary.precision_recall
        else None,
        "reliability": evaluation_charts.draw_reliability(summary.reliability)
        if any(each.n for each in summary.reliability)
        else None,
        "operating": evaluation_charts.draw_operating(summary.operating)
        if summary.operating
        else None,
        "ambiguity": evaluation_charts.draw_ambiguity(summary.ambiguity_bins)
        if any(each.n for each in summary.ambiguity_bins)
        else None,
        "review": evaluation_charts.draw_review(summary.review, *orders)
        if (orders := review_order.best_first(summary.metrics))
        else None,
        "facings": draw_facings(content.balance) if content.balance.skus else None,
        "levels": draw_levels(content.trials) if content.trials else None,
    }
    return {name: text and number_formats.svg(text) for name, text in drawn.items()}


def _cards(content: ReportContent) -> list[Card]:
    metrics = content.metrics
    return [
        Card(
            model_quality.headline_number(metrics[name]),
            model_quality.headline_change(metrics[name]) if _other_release(content) else "",
            model_quality.headline_reads(name, content.summary.judged_on),
            model_quality.better(metrics[name]),
            metrics[name],
        )
        for name in model_quality.HEADLINES
        if name in metrics
    ]


def _other_release(content: ReportContent) -> int | None:
    """Return the release that the candidate is compared with, unless it is that one itself."""
    return None if content.verdict.same_as_current else content.compared


def _weakest(summary: Summary) -> list[SkuRow]:
    graded = [row for row in summary.skus if row.ap50 is not None]
    return sorted(graded, key=lambda row: (row.ap50 or 0.0, row.sku))[:_WEAKEST]

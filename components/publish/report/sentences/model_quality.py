"""How good a model is, in words for those who decide and are no engineers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from components.artifacts.evaluation_summary import Summary
from components.artifacts.judged_on import COMPOSED_SHELVES, JudgedOn, caution
from components.metrics.metric_names import GROUP_RATES, METRIC_NAMES
from components.publish.report.report_content import ComparedMetric
from components.publish.report.sentences.review_order import where_to_look
from components.records.words import counted


class Headline(NamedTuple):
    """A metric in plain words: how the page reads on after its number, and what it is about."""

    reads: str
    matter: str


HEADLINES: Mapping[str, Headline] = {
    "recall_at_threshold": Headline("of the products found", "products found"),
    "precision_at_threshold": Headline("of what it shows is right", "being right"),
    "count_error": Headline("off when counting, of all products", "counting"),
    "count_error_unboxed": Headline(
        "off when counting, on photos with counts", "counting on photos with counts"
    ),
    "top1": Headline("of labelled photos named right", "labelled photos"),
    "map50_seen": Headline(METRIC_NAMES["map50_seen"].title, "mAP of products trained on"),
    "map50_new": Headline(METRIC_NAMES["map50_new"].title, "mAP of new products"),
}
"""The metrics that open the report."""

_ON_PHOTOS = frozenset(("count_error_unboxed", "top1"))
"""Of these, those that only photos have."""

FEW_PHOTOS = 30
"""Photos below which every figure is a guess."""

_WORTH_SAYING = 0.005
"""Change of a metric below which figures read the same."""

_SHARES = frozenset(
    (
        "recall_at_threshold",
        "precision_at_threshold",
        "count_error",
        "count_error_unboxed",
        "top1",
        "top5",
    )
)


def headline_number(metric: ComparedMetric) -> str:
    """Write a metric of `HEADLINES` as people read it: shares in percent, mAP as it is."""
    if metric.name in _SHARES:
        return f"{100 * metric.value:.0f} %"
    return f"{metric.value:.2f}"


def headline_reads(name: str, judged_on: JudgedOn) -> str:
    """Return how a card reads on after the number of a metric of `HEADLINES`."""
    reads = HEADLINES[name].reads
    if caution(judged_on) and name not in _ON_PHOTOS:
        return f"{reads}, on {COMPOSED_SHELVES}"
    return reads


def headline_change(metric: ComparedMetric) -> str:
    """Say how a metric of `HEADLINES` changed, in the unit of `headline_number`; "" if unknown."""
    if metric.change is None:
        return ""
    if better(metric) is None:
        return "as before"
    if metric.name not in _SHARES:
        return f"{metric.change:+.2f}".replace("-", "−")
    points = round(100 * metric.change)
    return f"{points:+d} {'point' if abs(points) == 1 else 'points'}".replace("-", "−")


def better(metric: ComparedMetric) -> bool | None:
    """Return whether a change is for the better; None where it is not worth saying."""
    if metric.change is None or abs(metric.change) < _WORTH_SAYING:
        return None
    return metric.better


def judged_on(summary: Summary) -> str:
    """Say what the figures were measured on."""
    if not caution(summary.judged_on):
        return f"{counted(summary.counts.photos, 'photo')} that nothing was trained on"
    photos = summary.counting.whole.photos if summary.counting else 0
    shelves = counted(summary.counts.photos - photos, "composed shelf", "composed shelves")
    if not photos:
        return f"{shelves}, not photos, that nothing was trained on"
    return f"{shelves} and, for counting, on {counted(photos, 'photo')} that nothing was trained on"


def how_good(summary: Summary) -> list[str]:
    """Say what the figures mean, in a few sentences."""
    metrics = summary.metrics
    said = []
    boxes, shown = summary.counts.boxes, sum(each.n for each in summary.ambiguity_bins)
    where = f"on {COMPOSED_SHELVES}" if caution(summary.judged_on) else "on a shelf"
    found, right = metrics.get("recall_at_threshold"), metrics.get("precision_at_threshold")
    if found is not None and right is not None:
        said.append(
            f"Of {_of(boxes)} products {where} it finds {_many(found, boxes)}; of {_of(shown)} "
            f"that it shows, {_many(right, shown)} are right."
        )
    elif found is not None:
        said.append(f"Of {_of(boxes)} products {where} it finds {_many(found, boxes)}.")
    right_group, found_group = (metrics.get(f"group_{name}") for name in GROUP_RATES)
    if right_group is not None and found_group is not None:
        # How many it then shows is not counted: a share, in a hundred.
        said.append(
            f"Asked for the group only, where products have one, it finds "
            f"{_many(found_group, boxes)}; of 100 that it then shows, {_many(right_group, 100)} "
            "are right."
        )
    missed_new, missed_seen = metrics.get("missed.new.share"), metrics.get("missed.seen.share")
    if missed_new is not None and missed_seen is not None:
        new = sum(row.truths for row in summary.skus if row.new)
        seen = boxes - new
        said.append(
            f"Of {_of(new)} products it was never trained on, known from their packshots alone, it "
            f"finds {_many(1 - missed_new, new)}; of {_of(seen)} others, "
            f"{_many(1 - missed_seen, seen)}."
        )
    said += _certainty(summary, shown)
    if look := where_to_look(metrics):
        said.append(look)
    if (alarms := metrics.get("false_positives_per_negative")) is not None:
        said.append(
            "Where there is no product of the catalogue, it shows none."
            if alarms == 0
            else f"On a photo without any product of the catalogue it shows {alarms:.1f} all the "
            "same, on average."
        )
    said += how_it_counts(summary)
    first, five, labelled = metrics.get("top1"), metrics.get("top5"), summary.counts.labelled
    if first is not None and five is not None:
        said.append(
            f"Of {_of(labelled)} photos that carry one label it names {_many(first, labelled)} "
            f"right at the first guess, and {_many(five, labelled)} within five."
        )
    return said


def how_it_counts(summary: Summary) -> list[str]:
    """Say how well products are counted on photos with counts and no boxes, if there are any."""
    if summary.counting is None:
        return []
    whole = summary.counting.whole
    said = (
        f"On {counted(whole.photos, 'photo')} with counts and no boxes it counts "
        f"{counted(whole.counted, 'product')} where {whole.products:,} stand"
    )
    if whole.count_exact is None or whole.count_mae is None:
        return [f"{said}."]
    return [
        f"{said}; of {_of(whole.pairs)} counts of one product on one photo "
        f"{_many(whole.count_exact, whole.pairs)} are exactly right, and they are off by "
        f"{whole.count_mae:.2f} on average."
    ]


def against(release: int, metrics: Mapping[str, ComparedMetric]) -> str:
    """Compare the headlines with those of an earlier release; "" where nothing is known."""
    compared = {
        name: better(metrics[name])
        for name in HEADLINES
        if name in metrics and metrics[name].change is not None
    }
    if not compared:
        return ""
    gained = [HEADLINES[name].matter for name, verdict in compared.items() if verdict is True]
    lost = [HEADLINES[name].matter for name, verdict in compared.items() if verdict is False]
    if not gained and not lost:
        return f"As good as release {release} in every figure below, on the same photos."
    parts = [
        f"{word} in {_listed(matters)}"
        for word, matters in (("better", gained), ("worse", lost))
        if matters
    ]
    return f"Against release {release}, on the same photos: {'; '.join(parts)}."


def _certainty(summary: Summary, shown: int) -> list[str]:
    """Say which part of what is shown can be relied on without looking."""
    share = summary.metrics.get("ambiguity.clear.share")
    right = summary.metrics.get("ambiguity.clear.precision")
    if share is None or right is None:
        return []
    clear = round(share * shown)
    return [
        f"It calls {_many(share, shown)} of {_of(shown)} detections clear, and "
        f"{_many(right, clear)} of {_of(clear)} clear ones are right."
    ]


def _of(things: int) -> int:
    """Return of how many things a share is told: a hundred, or all where there are fewer."""
    return min(things, 100)


def _many(share: float, things: int) -> str:
    """Write a share of `_of(things)` as a whole number.

    Nearly all is not all, and nearly none not none.
    """
    of = _of(things)
    rounded = round(of * share)
    if rounded == of and share < 1:
        return f"more than {of - 1}"
    if rounded == 0 and share > 0:
        return "less than 1"
    return f"{rounded}"


def _listed(matters: list[str]) -> str:
    *others, last = matters
    return f"{', '.join(others)} and {last}" if others else last

"""The gates on what was measured: floors and changes, of the whole and of slices."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from components.artifacts.verdict import GateResult
from components.metrics.metric_names import METRIC_NAMES
from components.metrics.slice_names import AMBIGUITY, slice_title
from components.release_gate.bounds import in_words, interval, number, within
from components.release_gate.evidence import Evidence, SliceEvidence
from components.release_gate.settings import ChangeGate, MetricGate, SliceGate

# What makes a result of a value, a verdict and a reason.
_Gate = Callable[..., GateResult]


def metric_floor(demand: MetricGate, evidence: Evidence) -> GateResult:
    """Judge whether a metric is good enough by itself."""
    gate = partial(
        GateResult,
        name=f"metric.{demand.metric}",
        title=METRIC_NAMES[demand.metric].title,
        threshold=_floor(demand),
    )
    if demand.metric not in evidence.metrics:
        return _unmeasured(gate, demand.metric, evidence.impossible)
    said = _said(METRIC_NAMES[demand.metric].title)
    return _ask_floor(gate, demand, said, evidence.metrics[demand.metric])


def metric_change(demand: ChangeGate, evidence: Evidence) -> GateResult:
    """Judge whether a metric is good enough beside that of the current release."""
    gate = partial(
        GateResult,
        name=f"change.{demand.metric}",
        title=f"{METRIC_NAMES[demand.metric].title}: change",
        threshold=_allowance(demand),
    )
    if evidence.incomparable or evidence.baseline is None:
        return _nothing_to_compare_with(gate, evidence)
    if demand.metric not in evidence.metrics or demand.metric not in evidence.baseline:
        return _unmeasured(gate, demand.metric, evidence.impossible)
    before, after = evidence.baseline[demand.metric], evidence.metrics[demand.metric]
    return _ask_change(gate, demand, _said(METRIC_NAMES[demand.metric].title), before, after)


def slice_floors(demands: tuple[SliceGate, ...], evidence: Evidence) -> Iterator[GateResult]:
    """Judge whether slices are good enough by themselves, where that is asked."""
    for demand in demands:
        if not _floor(demand):
            continue
        gate = partial(
            GateResult,
            name=f"slice.{demand.slice}.{demand.metric}",
            title=_title(demand),
            threshold=_floor(demand),
        )
        found = evidence.slices.get(demand.slice)
        if found is None or found.n < demand.min_count:
            yield _too_few(gate, demand, found, "the candidate's evaluation")
        else:
            yield _ask_floor(gate, demand, _said(_title(demand)), found.metrics[demand.metric])


def slice_changes(demands: tuple[SliceGate, ...], evidence: Evidence) -> Iterator[GateResult]:
    """Judge whether slices are good enough beside the current release's, where that is asked."""
    for demand in demands:
        if not _allowance(demand):
            continue
        gate = partial(
            GateResult,
            name=f"slice_change.{demand.slice}.{demand.metric}",
            title=f"{_title(demand)}: change",
            threshold=_allowance(demand),
        )
        after, before = (
            slices.get(demand.slice) for slices in (evidence.slices, evidence.baseline_slices)
        )
        if evidence.incomparable or evidence.baseline is None:
            yield _nothing_to_compare_with(gate, evidence)
        elif after is None or after.n < demand.min_count:
            yield _too_few(gate, demand, after, "the candidate's evaluation")
        elif before is None or before.n < demand.min_count:
            yield _too_few(gate, demand, before, "the current release's evaluation")
        else:
            yield _ask_change(
                gate,
                demand,
                _said(_title(demand)),
                before.metrics[demand.metric],
                after.metrics[demand.metric],
            )


def _ask_floor(gate: _Gate, demand: MetricGate | SliceGate, said: str, value: float) -> GateResult:
    holds = within(value, demand.min, demand.max)
    refusal = f"{said} is {value:.3f}, and {in_words(_floor(demand))} is asked for."
    return gate(
        value=number(value),
        verdict="pass" if holds else "refuse",
        reason="As good as asked for." if holds else refusal,
    )


def _ask_change(
    gate: _Gate, demand: ChangeGate | SliceGate, said: str, before: float, after: float
) -> GateResult:
    change = after - before
    holds = within(change, _least_change(demand), demand.max_rise)
    allowed = "." if holds else f"; a change of {in_words(_allowance(demand))} is allowed."
    return gate(
        value=number(change),
        verdict="pass" if holds else "refuse",
        reason=f"{said} is {after:.3f} where the current release has {before:.3f}{allowed}",
    )


def _unmeasured(gate: _Gate, metric: str, impossible: Mapping[str, str]) -> GateResult:
    """Skip a metric that the data cannot have; refuse where it is missing all the same."""
    said = _said(METRIC_NAMES[metric].title)
    if metric in impossible:
        reason = f"{said} does not apply to this data: {impossible[metric]}."
    else:
        reason = f"{said} was not measured, although this data allows it."
    return gate(value=None, verdict="skipped" if metric in impossible else "refuse", reason=reason)


def _nothing_to_compare_with(gate: _Gate, evidence: Evidence) -> GateResult:
    missing = "the current release was not evaluated on these photos"
    return gate(
        value=None,
        verdict="skipped" if evidence.incomparable else "refuse",
        reason=f"Nothing is compared: {evidence.incomparable or missing}.",
    )


def _too_few(gate: _Gate, demand: SliceGate, found: SliceEvidence | None, where: str) -> GateResult:
    """Refuse a slice that is too small to judge: nobody would notice that it was not asked."""
    n = found.n if found else 0
    things = "shown detections" if demand.slice in AMBIGUITY else "products"
    return gate(
        value=None,
        verdict="skipped" if demand.optional else "refuse",
        reason=f"{demand.slice} holds {n} {things} in {where}, and {demand.min_count} are needed "
        "to judge it.",
    )


def _title(demand: SliceGate) -> str:
    return slice_title(demand.slice, demand.metric)


def _said(title: str) -> str:
    """Return a title as a sentence goes on after it: one with a comma in it has another behind."""
    return f"{title}," if ", " in title else title


def _floor(demand: MetricGate | SliceGate) -> str:
    return interval(demand.min, demand.max, ".3g")


def _allowance(demand: ChangeGate | SliceGate) -> str:
    return interval(_least_change(demand), demand.max_rise, "+.3g")


def _least_change(demand: ChangeGate | SliceGate) -> float | None:
    return None if demand.max_drop is None else -demand.max_drop

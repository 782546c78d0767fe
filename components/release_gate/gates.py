"""The gates: what was measured and what is asked for in, verdicts with reasons out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.release_gate.settings import ChangeGate, EdgeBudget, GateSettings, MetricGate
from components.release_gate.verdict import GateResult

# A drop of exactly what is allowed passes, whatever the last bit of a subtraction says.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class EdgeEvidence:
    """What the export for phones measured; None where it measured nothing."""

    parity: float | None
    size_bytes: float | None
    latency_ms: float | None


@dataclass(frozen=True)
class ServingEvidence:
    """What the serving check found."""

    ok: bool
    reason: str


@dataclass(frozen=True)
class Evidence:
    """Everything the gates look at.

    Attributes:
        metrics: the candidate's metrics by name.
        weights_source: where the backbone's weights came from; "random" is no source.
        invalid_detections: detections that held a number that is none.
        baseline: the current release's metrics, on the same photos and catalogue.
        incomparable: why there need be no `baseline` ("there is no current release").
        withdrawn: when and as what this very model was rolled back; None if it never was.
        impossible: metrics that this data cannot have, with the reason ("no photo has a label").
    """

    metrics: Mapping[str, float]
    edge: EdgeEvidence
    serving: ServingEvidence
    weights_source: str
    invalid_detections: int = 0
    baseline: Mapping[str, float] | None = None
    incomparable: str | None = None
    withdrawn: str | None = None
    impossible: Mapping[str, str] = field(default_factory=dict)


def judge(evidence: Evidence, settings: GateSettings) -> tuple[GateResult, ...]:
    """Asks every gate. The candidate is good enough when none of them refuses."""
    floors = [_metric(gate, evidence) for gate in settings.metrics]
    return (
        _finite(evidence),
        _measured(floors),
        *floors,
        *(_change(gate, evidence) for gate in settings.changes),
        *_edge(evidence.edge, settings.edge),
        _serving(evidence.serving),
        _backbone(evidence.weights_source, settings.allow_random_backbone),
        _standing(evidence.withdrawn, settings.allow_withdrawn),
    )


def _finite(evidence: Evidence) -> GateResult:
    broken = sorted(name for name, value in evidence.metrics.items() if not math.isfinite(value))
    count = len(broken) + evidence.invalid_detections
    if evidence.invalid_detections:
        reason = f"{evidence.invalid_detections} detections hold numbers that are not finite."
    elif broken:
        reason = f"Not a finite number: {', '.join(broken)}."
    else:
        reason = "Every metric and every detection is a finite number."
    return GateResult(
        name="finite",
        value=float(count),
        threshold="<= 0",
        verdict="refuse" if count else "pass",
        reason=reason,
    )


def _measured(floors: list[GateResult]) -> GateResult:
    """Refuses a candidate of which nothing was measured, whose every floor would be skipped."""
    asked = sum(result.verdict != "skipped" for result in floors)
    return GateResult(
        name="measured",
        value=float(asked),
        threshold=">= 1",
        verdict="pass" if asked else "refuse",
        reason=(
            f"{asked} of {len(floors)} demands on metrics could be put to this data."
            if asked
            else "No demand on a metric could be put to this data, so nothing is known about it."
        ),
    )


def _metric(gate: MetricGate, evidence: Evidence) -> GateResult:
    name = f"metric.{gate.metric}"
    threshold = _interval(gate.min, gate.max, ".3g")
    if gate.metric not in evidence.metrics:
        return _unmeasured(name, threshold, gate.metric, evidence.impossible)
    value = evidence.metrics[gate.metric]
    holds = _within(value, gate.min, gate.max)
    said = f"{gate.metric} is {value:.3f}"
    return GateResult(
        name=name,
        value=_number(value),
        threshold=threshold,
        verdict="pass" if holds else "refuse",
        reason=said + ("." if holds else f", and {_in_words(threshold)} is asked for."),
    )


def _change(gate: ChangeGate, evidence: Evidence) -> GateResult:
    name = f"change.{gate.metric}"
    least = None if gate.max_drop is None else -gate.max_drop
    threshold = _interval(least, gate.max_rise, "+.3g")
    if evidence.incomparable or evidence.baseline is None:
        missing = "the current release was not evaluated on these photos"
        return GateResult(
            name=name,
            value=None,
            threshold=threshold,
            verdict="skipped" if evidence.incomparable else "refuse",
            reason=f"Nothing to compare with: {evidence.incomparable or missing}.",
        )
    if gate.metric not in evidence.metrics or gate.metric not in evidence.baseline:
        return _unmeasured(name, threshold, gate.metric, evidence.impossible)
    before, after = evidence.baseline[gate.metric], evidence.metrics[gate.metric]
    change = after - before
    holds = _within(change, least, gate.max_rise)
    said = f"{gate.metric} is {after:.3f} where the current release has {before:.3f}"
    return GateResult(
        name=name,
        value=_number(change),
        threshold=threshold,
        verdict="pass" if holds else "refuse",
        reason=said + ("." if holds else f"; a change of {_in_words(threshold)} is allowed."),
    )


def _unmeasured(
    name: str, threshold: str, metric: str, impossible: Mapping[str, str]
) -> GateResult:
    """Skips a metric that the data cannot have; refuses where it is missing all the same."""
    if metric in impossible:
        reason = f"{metric} does not apply to this data: {impossible[metric]}."
    else:
        reason = f"{metric} was not measured, although this data allows it."
    return GateResult(
        name=name,
        value=None,
        threshold=threshold,
        verdict="skipped" if metric in impossible else "refuse",
        reason=reason,
    )


def _within(value: float, least: float | None, most: float | None) -> bool:
    """Whether `value` keeps to the bounds given; NaN never does."""
    above = least is None or value >= least - _ROUNDING
    below = most is None or value <= most + _ROUNDING
    return math.isfinite(value) and above and below


def _interval(least: float | None, most: float | None, style: str) -> str:
    bounds = ((">=", least), ("<=", most))
    return " and ".join(f"{sign} {bound:{style}}" for sign, bound in bounds if bound is not None)


def _in_words(threshold: str) -> str:
    return threshold.replace(">=", "at least").replace("<=", "at most")


def _edge(edge: EdgeEvidence, budget: EdgeBudget) -> Iterator[GateResult]:
    size_mb = None if edge.size_bytes is None else edge.size_bytes / 1e6
    agreement = "Of what the server detects, the phone detects a share of {}"
    yield _bounded("edge.parity", edge.parity, budget.min_parity, agreement, "", least=True)
    yield _bounded("edge.size", size_mb, budget.max_size_mb, "The phone's model takes {}", " MB")
    yield _bounded(
        "edge.latency", edge.latency_ms, budget.max_latency_ms, "A photo takes {}", " ms"
    )


def _bounded(
    name: str, value: float | None, limit: float, sentence: str, unit: str, least: bool = False
) -> GateResult:
    threshold = f"{'>=' if least else '<='} {limit:g}{unit}"
    if value is None:
        return GateResult(
            name=name,
            value=None,
            threshold=threshold,
            verdict="refuse",
            reason="The export for phones did not measure this.",
        )
    holds = value >= limit if least else value <= limit
    said = sentence.format(f"{value:.3g}{unit}" if abs(value) < 100 else f"{value:.0f}{unit}")
    return GateResult(
        name=name,
        value=_number(value),
        threshold=threshold,
        verdict="pass" if holds else "refuse",
        reason=said + ("." if holds else f", and {_in_words(threshold)} is asked for."),
    )


def _serving(serving: ServingEvidence) -> GateResult:
    return GateResult(
        name="serving",
        value="answers" if serving.ok else "fails",
        threshold="answers",
        verdict="pass" if serving.ok else "refuse",
        reason=serving.reason,
    )


def _backbone(source: str, random_allowed: bool) -> GateResult:
    random = source == "random"
    if not random:
        reason = f"The backbone started from pretrained weights ({source})."
    elif random_allowed:
        reason = "The backbone was never pretrained, and the configuration allows that."
    else:
        reason = "The backbone was never pretrained, which the configuration does not allow."
    return GateResult(
        name="backbone",
        value=source,
        threshold=None if random_allowed else "not random",
        verdict="refuse" if random and not random_allowed else "pass",
        reason=reason,
    )


def _standing(withdrawn: str | None, allowed: bool) -> GateResult:
    """Refuses a model that people have taken back: the numbers that let it out are the same."""
    if withdrawn is None:
        reason = "This model was never rolled back."
    elif allowed:
        reason = f"This model was {withdrawn}, and the configuration allows it again."
    else:
        reason = f"This model was {withdrawn}, and release_gate.allow_withdrawn is not set."
    return GateResult(
        name="withdrawn",
        value="yes" if withdrawn else "no",
        threshold=None if allowed else "no",
        verdict="refuse" if withdrawn and not allowed else "pass",
        reason=reason,
    )


def _number(value: float) -> float | str:
    """JSON has no NaN: what is not a number is written as a word."""
    return float(value) if math.isfinite(value) else str(value)

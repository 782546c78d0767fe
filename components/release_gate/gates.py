"""The gates: what was measured and what is asked for in, verdicts with reasons out."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from components.artifacts.judged_on import COMPOSED_SHELVES, caution
from components.artifacts.verdict import GateResult
from components.release_gate.bounds import amount, in_words, number
from components.release_gate.evidence import EdgeEvidence, Evidence, ServingEvidence
from components.release_gate.metric_gates import (
    metric_change,
    metric_floor,
    slice_changes,
    slice_floors,
)
from components.release_gate.settings import EdgeBudget, GateSettings


def judge(evidence: Evidence, settings: GateSettings) -> tuple[GateResult, ...]:
    """Ask every gate. The candidate is good enough when none of them refuses."""
    floors = [
        *(metric_floor(gate, evidence) for gate in settings.metrics),
        *slice_floors(settings.slices, evidence),
    ]
    return (
        _finite(evidence),
        _measured(floors),
        *floors,
        *(metric_change(gate, evidence) for gate in settings.changes),
        *slice_changes(settings.slices, evidence),
        *_composed(evidence, settings.allow_composed),
        *of_targets(evidence.edge, evidence.serving, settings),
        _backbone(evidence.weights_source, settings.allow_random_backbone),
        standing(evidence.withdrawn, settings.allow_withdrawn),
    )


def of_targets(
    edge: EdgeEvidence, serving: ServingEvidence, settings: GateSettings
) -> tuple[GateResult, ...]:
    """Ask whether phones and servers answer, and alike."""
    return (*_edge(edge, settings.edge), _serving(serving))


def _finite(evidence: Evidence) -> GateResult:
    values = dict(evidence.metrics)
    for name, found in evidence.slices.items():
        values |= {f"{metric} of {name}": value for metric, value in found.metrics.items()}
    broken = sorted(name for name, value in values.items() if not math.isfinite(value))
    count = len(broken) + evidence.invalid_detections
    if evidence.invalid_detections:
        reason = f"{evidence.invalid_detections} detections hold numbers that are not finite."
    elif broken:
        reason = f"Not a finite number: {', '.join(broken)}."
    else:
        reason = "Every metric and every detection is a finite number."
    return GateResult(
        name="finite",
        title="invalid numbers",
        value=float(count),
        threshold="<= 0",
        verdict="refuse" if count else "pass",
        reason=reason,
    )


def _measured(floors: list[GateResult]) -> GateResult:
    """Refuse a candidate of which nothing was measured, whose every floor would be skipped."""
    asked = sum(result.verdict != "skipped" for result in floors)
    return GateResult(
        name="measured",
        title="demands this data can answer",
        value=float(asked),
        threshold=">= 1",
        verdict="pass" if asked else "refuse",
        reason=(
            f"{asked} of {len(floors)} demands on metrics could be put to this data."
            if asked
            else "No demand on a metric could be put to this data, so none has been met: name what "
            "it has in release_gate.metrics."
        ),
    )


def _edge(edge: EdgeEvidence, budget: EdgeBudget) -> Iterator[GateResult]:
    size_mb = None if edge.size_bytes is None else edge.size_bytes / 1e6
    agreement = "Of what the server detects, the phone detects a share of {}"
    yield _bounded(
        "edge.parity",
        "phone agrees with server",
        edge.parity,
        budget.min_parity,
        agreement,
        "",
        least=True,
    )
    yield _bounded(
        "edge.size",
        "size on the phone",
        size_mb,
        budget.max_size_mb,
        "The phone's model takes {}",
        " MB",
    )
    yield _bounded(
        "edge.latency",
        "time per photo on the phone",
        edge.latency_ms,
        budget.max_latency_ms,
        "A photo takes {}",
        " ms",
    )


def _bounded(
    name: str,
    title: str,
    value: float | None,
    limit: float,
    sentence: str,
    unit: str,
    least: bool = False,
) -> GateResult:
    threshold = f"{'>=' if least else '<='} {limit:,.12g}{unit}"
    gate = partial(GateResult, name=name, title=title, threshold=threshold)
    if value is None:
        return gate(
            value=None,
            verdict="refuse",
            reason="The export for phones did not measure this.",
        )
    holds = value >= limit if least else value <= limit
    said = sentence.format(amount(value, unit))
    return gate(
        value=number(value),
        verdict="pass" if holds else "refuse",
        reason=said + ("." if holds else f", and {in_words(threshold)} is asked for."),
    )


def _serving(serving: ServingEvidence) -> GateResult:
    return GateResult(
        name="serving",
        title="server loads and answers",
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
        title="backbone weights",
        value=source,
        threshold=None if random_allowed else "not random",
        verdict="refuse" if random and not random_allowed else "pass",
        reason=reason,
    )


def _composed(evidence: Evidence, allowed: bool) -> Iterator[GateResult]:
    """Refuse what no boxed photo has judged where it would follow what such photos have."""
    reason = caution(evidence.judged_on)
    if not reason:
        return
    follows = evidence.displaces is not None
    if follows:
        remedy = (
            "the configuration allows it"
            if allowed
            else "give shelf photos with --shelves, or set release_gate.allow_composed"
        )
        reason += f" Release {evidence.displaces}, which it would follow, was judged on photos; "
        reason += f"{remedy}."
    yield GateResult(
        name="judged_on",
        title="judged on",
        value=COMPOSED_SHELVES,
        threshold="photos" if follows and not allowed else None,
        verdict="refuse" if follows and not allowed else "pass",
        reason=reason,
    )


def standing(withdrawn: str | None, allowed: bool) -> GateResult:
    """Refuse a model that was rolled back: the numbers that released it are the same."""
    if withdrawn is None:
        reason = "This model was never rolled back."
    elif allowed:
        reason = f"This model was {withdrawn}, and the configuration allows it again."
    else:
        reason = f"This model was {withdrawn}, and release_gate.allow_withdrawn is not set."
    return GateResult(
        name="withdrawn",
        title="never rolled back",
        value="yes" if withdrawn else "no",
        threshold=None if allowed else "no",
        verdict="refuse" if withdrawn and not allowed else "pass",
        reason=reason,
    )

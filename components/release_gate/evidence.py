"""What the gates look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.artifacts.edge_check import EdgeCheck
from components.artifacts.evaluation_summary import AttributeSlice, ModelSummary, SliceRow, Summary
from components.artifacts.judged_on import JudgedOn
from components.artifacts.serving_check import ServingVerdict
from components.metrics.metric_names import slice_name
from components.metrics.slice_names import AMBIGUITY, AMBIGUITY_MEASURES, ATTRIBUTE_MEASURES
from components.release_gate.applicability import impossible_metrics


@dataclass(frozen=True)
class EdgeEvidence:
    """What the export for phones measured; None where it measured nothing."""

    parity: float | None
    size_bytes: float | None
    latency_ms: float | None

    @classmethod
    def of(cls, check: EdgeCheck) -> EdgeEvidence:
        """Return what a check says."""
        return cls(check.parity, check.size_bytes, check.latency_ms)


@dataclass(frozen=True)
class ServingEvidence:
    """What the serving check found."""

    ok: bool
    reason: str

    @classmethod
    def of(cls, check: ServingVerdict) -> ServingEvidence:
        """Return what a check says, in a sentence."""
        faults = "; ".join(check.reasons)
        return cls(
            ok=check.ok,
            reason=f"The SavedModel cannot be served: {faults}."
            if faults
            else "The SavedModel loads and answers every request.",
        )


@dataclass(frozen=True)
class SliceEvidence:
    """What was measured of one slice.

    Attributes:
        n: Products in it; detections, for a slice by ambiguity.
        metrics: By name; those that `n` allows.
    """

    n: int
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Evidence:
    """Everything the gates look at.

    Attributes:
        metrics: The candidate's metrics by name.
        slices: The candidate's slices by name.
        weights_source: Where the backbone's weights came from; "random" where from none.
        invalid_detections: Detections that held a number that is not finite.
        baseline: The current release's metrics, on the same photos and catalogue.
        baseline_slices: The current release's slices, likewise.
        incomparable: Why there need be no `baseline` ("there is no current release").
        withdrawn: When and as what this very model was rolled back; None if it never was.
        impossible: Metrics that this data cannot have, with the reason ("no photo has a label").
        judged_on: What the metrics were measured on.
        displaces: The current release, where it was judged on photos and is another model.
    """

    metrics: Mapping[str, float]
    edge: EdgeEvidence
    serving: ServingEvidence
    weights_source: str
    slices: Mapping[str, SliceEvidence] = field(default_factory=dict)
    invalid_detections: int = 0
    baseline: Mapping[str, float] | None = None
    baseline_slices: Mapping[str, SliceEvidence] = field(default_factory=dict)
    incomparable: str | None = None
    withdrawn: str | None = None
    impossible: Mapping[str, str] = field(default_factory=dict)
    judged_on: JudgedOn = "photos"
    displaces: int | None = None


def gather(
    summary: Summary,
    edge: EdgeEvidence,
    serving: ServingEvidence,
    weights_source: str,
    incomparable: str | None,
    withdrawn: str | None = None,
    displaces: int | None = None,
) -> Evidence:
    """Return what the gates look at, of an evaluation and the checks of both targets.

    Args:
        summary: Summary of the evaluation.
        edge: What the export for phones measured.
        serving: What the serving check found.
        weights_source: See `Evidence`.
        incomparable: See `Evidence`.
        withdrawn: See `Evidence`.
        displaces: See `Evidence`.
    """
    baseline = summary.baseline
    return Evidence(
        metrics=summary.metrics,
        slices=_slices(summary),
        edge=edge,
        serving=serving,
        weights_source=weights_source,
        invalid_detections=summary.counts.invalid,
        baseline=baseline.metrics if baseline else None,
        baseline_slices=_slices(baseline) if baseline else {},
        incomparable=incomparable,
        withdrawn=withdrawn,
        impossible=impossible_metrics(summary),
        judged_on=summary.judged_on,
        displaces=displaces,
    )


def _slices(summary: ModelSummary) -> dict[str, SliceEvidence]:
    """Return every slice that a gate can be put on, by name."""
    found = {row.name: _evidence(row, ATTRIBUTE_MEASURES) for row in summary.attribute_slices}
    for row in summary.slices:
        name = slice_name(row.name, row.subset)
        if name in AMBIGUITY:
            found[name] = _evidence(row, AMBIGUITY_MEASURES)
    return found


def _evidence(row: AttributeSlice | SliceRow, measures: tuple[str, ...]) -> SliceEvidence:
    values: Iterator[tuple[str, float | None]] = ((name, getattr(row, name)) for name in measures)
    return SliceEvidence(row.n, {name: value for name, value in values if value is not None})

"""Everything that the report and the model card say, before any of it is HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from components.evaluator.metric_names import METRIC_NAMES
from components.evaluator.summary import Summary
from components.publish.curves import Curve
from components.publish.statistics import SplitStatistics
from components.release_gate.verdict import Verdict

HEADLINE_METRICS: Mapping[str, str] = {
    "map50_seen": "products it trained on (mAP@0.5)",
    "map50_new": "new products (mAP@0.5)",
    "top1": "photos named right (top-1)",
    "count_error": "counting error",
    "precision_at_threshold": "shown and right (precision)",
    "recall_at_threshold": "products found (recall)",
}
"""The metrics that open the report, in the words of those who are not engineers."""


@dataclass(frozen=True)
class Picture:
    """A photo with its boxes drawn, and what is to be seen on it."""

    jpeg: bytes
    name: str
    caption: str


@dataclass(frozen=True)
class Comparison:
    """One metric beside that of the current release.

    `change` is the difference; `better` says whether it is one for the better, None where there is
    none to speak of or nothing to compare with.
    """

    name: str
    meaning: str
    value: float
    before: float | None

    @property
    def change(self) -> float | None:
        """Candidate minus current release."""
        return None if self.before is None else self.value - self.before

    @property
    def better(self) -> bool | None:
        """Whether the change is for the better; None below half of the last digit shown."""
        if self.change is None or abs(self.change) < 0.0005:
            return None
        return (self.change > 0) == (METRIC_NAMES[self.name].better == "higher")


@dataclass(frozen=True)
class ReportContent:
    """What the report says.

    Attributes:
        verdict: of the gates.
        created: when, UTC.
        run_id: of the run.
        summary: of the evaluation.
        model: the model's settings.json.
        edge: the edge check, flat.
        serving: the serving check, flat.
        data: splits by data set ("catalogue", "shelf photos").
        configuration: of the run.
        lineage: label to value: code revision, inputs, artifacts.
        curves: precision over recall; empty where no boxes are known.
        worst, best: photos.
    """

    verdict: Verdict
    created: datetime
    run_id: str
    summary: Summary
    model: Mapping[str, Any]
    edge: Mapping[str, Any]
    serving: Mapping[str, Any]
    data: Mapping[str, tuple[SplitStatistics, ...]]
    configuration: Mapping[str, Any] = field(default_factory=dict)
    lineage: Mapping[str, str] = field(default_factory=dict)
    curves: tuple[Curve, ...] = ()
    worst: tuple[Picture, ...] = ()
    best: tuple[Picture, ...] = ()

    @property
    def comparisons(self) -> dict[str, Comparison]:
        """Every metric measured, in the order of METRIC_NAMES."""
        before = self.summary.baseline.metrics if self.summary.baseline else {}
        return {
            name: Comparison(
                name, METRIC_NAMES[name].meaning, self.summary.metrics[name], before.get(name)
            )
            for name in METRIC_NAMES
            if name in self.summary.metrics
        }

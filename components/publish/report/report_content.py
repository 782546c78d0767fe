"""Everything that the report and the model card say, before any of it is HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from components.artifacts.balance import Balance
from components.artifacts.data_findings import CheckReport
from components.artifacts.edge_check import EdgeCheck
from components.artifacts.evaluation_summary import Summary
from components.artifacts.model_settings import ModelSettings
from components.artifacts.photo_comparison import Comparison, ComparisonKind
from components.artifacts.serving_check import ServingVerdict
from components.artifacts.verdict import Verdict
from components.metrics.metric_names import METRIC_NAMES
from components.publish.report.photos.confused_pairs import Pair
from components.publish.report.tables.split_statistics import SplitStatistics
from components.releases.compare_releases import ReleaseComparison
from components.releases.release_record import ReleaseRecord
from components.training.trials import Trial


@dataclass(frozen=True)
class ReportPhoto:
    """A photo with its boxes drawn, and what is to be seen on it.

    Attributes:
        jpeg: The drawing.
        name: Name of the photo.
        caption: How much is right and wrong.
        notes: What the numbers on it stand for, from 1.
        more: Mistakes that have no number.
    """

    jpeg: bytes
    name: str
    caption: str
    notes: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True)
class ComparedMetric:
    """One metric beside that of the current release, on the same photos and catalogue.

    `change` is the difference; `better` says whether it is one for the better, None where there is
    none to speak of or nothing to compare with.
    """

    name: str
    value: float
    before: float | None

    @property
    def title(self) -> str:
        """What it is called in texts."""
        return METRIC_NAMES[self.name].title

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
        verdict: Verdict of the gates.
        created: When, UTC.
        run_id: Identifier of the run.
        summary: Summary of the evaluation.
        compared: The release that the summary's baseline is; None where there is no baseline. It is
            the one that was current, unless the candidate is that one.
        model: The model's settings.json.
        edge: The edge check.
        serving: The serving check.
        data: Splits by data set ("catalogue", "shelf photos").
        anomalies: What the validators found against the schemas, in sentences.
        findings: What is wrong with pictures and boxes.
        distances: How far photos differ from the current release's and from production photos.
        balance: How evenly training photos show the products.
        trials: Settings tried before training; empty where the configuration stood.
        configuration: Configuration of the run.
        inputs_hash: Hash of everything that the run started from.
        training_hash: Hash of the data and settings that decide the training.
        span_hashes: Number of each span of shelf photos taken to the hash of its content.
        reference_release: Release whose ambiguous photos were trained on harder; None without one.
        code_revision: Revision of the code.
        schemas: Name of a schema to its SHA-256.
        artifacts: What the run left, and where.
        worst: Photos with most errors.
        best: Photos with fewest errors.
        pairs: Products mistaken for each other.
        previous: The record of the release that was current; None where there is none to read.
        changes: What is other than in `previous`.
    """

    verdict: Verdict
    created: datetime
    run_id: str
    summary: Summary
    compared: int | None
    model: ModelSettings
    edge: EdgeCheck
    serving: ServingVerdict
    data: Mapping[str, tuple[SplitStatistics, ...]]
    findings: CheckReport
    distances: Mapping[ComparisonKind, Comparison]
    balance: Balance
    anomalies: tuple[str, ...] = ()
    trials: tuple[Trial, ...] = ()
    configuration: Mapping[str, Any] = field(default_factory=dict)
    inputs_hash: str = ""
    training_hash: str = ""
    span_hashes: Mapping[int, str] = field(default_factory=dict)
    reference_release: int | None = None
    code_revision: str = ""
    schemas: Mapping[str, str] = field(default_factory=dict)
    artifacts: Mapping[str, str] = field(default_factory=dict)
    worst: tuple[ReportPhoto, ...] = ()
    best: tuple[ReportPhoto, ...] = ()
    pairs: tuple[Pair, ...] = ()
    previous: ReleaseRecord | None = None
    changes: ReleaseComparison | None = None

    @property
    def metrics(self) -> dict[str, ComparedMetric]:
        """Every metric measured, in the order of METRIC_NAMES."""
        measured = self.summary.metrics
        before = self.summary.baseline.metrics if self.summary.baseline else {}
        return {
            name: ComparedMetric(name, measured[name], before.get(name))
            for name in METRIC_NAMES
            if name in measured
        }

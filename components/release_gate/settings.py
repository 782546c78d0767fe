"""What a candidate must show to be released."""

from __future__ import annotations

import difflib

from pydantic import BaseModel, ConfigDict, Field, model_validator

from components.evaluator.metric_names import METRIC_NAMES

_STRICT = ConfigDict(frozen=True, extra="forbid")


class MetricGate(BaseModel):
    """An absolute demand on one metric."""

    model_config = _STRICT

    metric: str = Field(description="Name of a metric of the Evaluator's summary.")
    min: float | None = Field(default=None, description="Least value that passes.")
    max: float | None = Field(default=None, description="Greatest value that passes.")

    @model_validator(mode="after")
    def _demands_something(self) -> MetricGate:
        if self.min is None and self.max is None:
            raise ValueError(f"gate on {self.metric!r} needs a min or a max")
        return self


class ChangeGate(BaseModel):
    """A demand on one metric compared with the current release, on the same data."""

    model_config = _STRICT

    metric: str = Field(description="Name of a metric of the Evaluator's summary.")
    max_drop: float | None = Field(
        default=None, ge=0, description="How much lower it may be, in the metric's own unit."
    )
    max_rise: float | None = Field(
        default=None, ge=0, description="How much higher it may be (errors, where low is good)."
    )

    @model_validator(mode="after")
    def _demands_something(self) -> ChangeGate:
        if self.max_drop is None and self.max_rise is None:
            raise ValueError(f"gate on the change of {self.metric!r} needs max_drop or max_rise")
        return self


class EdgeBudget(BaseModel):
    """What the TFLite model must keep to."""

    model_config = _STRICT

    min_parity: float = Field(
        default=0.95, ge=0, le=1, description="Share of detections that server and edge agree on."
    )
    max_size_mb: float = Field(default=60.0, gt=0, description="Of model.tflite, 10^6 bytes.")
    max_latency_ms: float = Field(
        default=2000.0, gt=0, description="Median per photo on the machine that ran the pipeline."
    )


class GateSettings(BaseModel):
    """The release policy: every gate must pass or not apply."""

    model_config = _STRICT

    metrics: tuple[MetricGate, ...] = Field(
        default=(
            MetricGate(metric="map50_seen", min=0.5),
            MetricGate(metric="map50_new", min=0.4),
            MetricGate(metric="count_error", max=0.5),
            MetricGate(metric="false_positives_per_negative", max=3.0),
            MetricGate(metric="top1", min=0.4),
        ),
        description="Absolute demands. One that the data cannot answer is skipped, and said so.",
    )
    changes: tuple[ChangeGate, ...] = Field(
        default=(
            ChangeGate(metric="map50_seen", max_drop=0.02),
            ChangeGate(metric="map50_new", max_drop=0.03),
            ChangeGate(metric="top1", max_drop=0.03),
        ),
        description="Demands against the current release; skipped where there is none yet.",
    )
    edge: EdgeBudget = Field(default=EdgeBudget(), description="Budgets of the TFLite model.")
    allow_random_backbone: bool = Field(
        default=False, description="Release even a model whose backbone was never pretrained."
    )
    allow_withdrawn: bool = Field(
        default=False, description="Release even a model that was released and rolled back."
    )

    def check(self) -> None:
        """Raises ValueError, naming the nearest valid name, for a metric that does not exist."""
        problems = []
        named = {
            "metrics": [gate.metric for gate in self.metrics],
            "changes": [gate.metric for gate in self.changes],
        }
        for field, metrics in named.items():
            for number, metric in enumerate(metrics):
                if metric not in METRIC_NAMES:
                    near = difflib.get_close_matches(metric, METRIC_NAMES, n=1, cutoff=0.0)
                    problems.append(
                        f"{field}.{number}.metric: there is no metric {metric!r}"
                        f"; did you mean {near[0]!r}?"
                    )
        if problems:
            raise ValueError("; ".join(problems))

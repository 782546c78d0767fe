"""What a candidate must show to be released."""

from __future__ import annotations

import difflib
from collections import Counter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from components.metrics.metric_names import METRIC_NAMES
from components.metrics.slice_names import nearest_slice, slice_measures

_STRICT = ConfigDict(frozen=True, extra="forbid")


def _is_metric(name: str) -> str:
    if name not in METRIC_NAMES:
        near = difflib.get_close_matches(name.lower(), METRIC_NAMES, n=1, cutoff=0.0)[0]
        raise ValueError(f"expected the name of a metric, perhaps {near!r}")
    return name


def _is_slice(name: str) -> str:
    if not slice_measures(name):
        raise ValueError(f"expected the name of a slice, perhaps {nearest_slice(name)!r}")
    return name


_Metric = Annotated[str, AfterValidator(_is_metric)]
_Slice = Annotated[str, AfterValidator(_is_slice)]


class MetricGate(BaseModel):
    """An absolute demand on one metric."""

    model_config = _STRICT

    metric: _Metric = Field(description="Name of a metric of the Evaluator's summary.")
    min: float | None = Field(default=None, description="Least value that passes.")
    max: float | None = Field(default=None, description="Greatest value that passes.")

    @model_validator(mode="after")
    def _demands_something(self) -> MetricGate:
        if self.min is None and self.max is None:
            raise ValueError(f"gate on {self.metric!r} needs a min or a max")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"gate on {self.metric!r}: nothing passes, min is above max")
        return self


class ChangeGate(BaseModel):
    """A demand on one metric compared with the current release, on the same data."""

    model_config = _STRICT

    metric: _Metric = Field(description="Name of a metric of the Evaluator's summary.")
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


class SliceGate(BaseModel):
    """A demand on the part of the products, or of the shown detections, that one slice holds."""

    model_config = _STRICT

    slice: _Slice = Field(description="Such as occlusion.heavy, category.Tea, ambiguity.clear.new.")
    metric: str = Field(
        description="map50 or recall_at_threshold; of an ambiguity slice precision, top2, "
        "error_rate or share."
    )
    min: float | None = Field(default=None, description="Least value that passes.")
    max: float | None = Field(default=None, description="Greatest value that passes.")
    max_drop: float | None = Field(
        default=None, ge=0, description="How much lower than the current release's it may be."
    )
    max_rise: float | None = Field(
        default=None, ge=0, description="How much higher than the current release's it may be."
    )
    min_count: int = Field(
        default=20, ge=1, description="Products or detections in it from which it can be judged."
    )
    optional: bool = Field(
        default=False, description="Skip the demand where the slice holds fewer, not refuse."
    )

    @model_validator(mode="after")
    def _demands_something(self) -> SliceGate:
        measures = slice_measures(self.slice)
        if self.metric not in measures:
            near = difflib.get_close_matches(self.metric, measures, n=1, cutoff=0.0)[0]
            raise ValueError(
                f"{self.slice} has {', '.join(measures)}, and no {self.metric!r}; "
                f"did you mean {near!r}?"
            )
        if {self.min, self.max, self.max_drop, self.max_rise} == {None}:
            raise ValueError(f"gate on {self.slice!r} needs a min, max, max_drop or max_rise")
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
            MetricGate(metric="count_error_unboxed", max=0.5),
            MetricGate(metric="false_positives_per_negative", max=4.0),
            MetricGate(metric="ece", max=0.15),
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
    slices: tuple[SliceGate, ...] = Field(
        default=(),
        description="Demands on slices. One that holds too little to judge refuses, unless the "
        "demand is optional.",
    )
    edge: EdgeBudget = Field(default=EdgeBudget(), description="Budgets of the TFLite model.")
    allow_random_backbone: bool = Field(
        default=False, description="Release even a model whose backbone was never pretrained."
    )
    allow_composed: bool = Field(
        default=False,
        description="Let a model that was judged on composed shelves follow a release that was "
        "judged on photos.",
    )
    allow_withdrawn: bool = Field(
        default=False, description="Release even a model that was released and rolled back."
    )

    @model_validator(mode="after")
    def _asks_once(self) -> GateSettings:
        """Refuse two demands on one thing, which would be two gates of one name."""
        asked = {
            "metrics": [gate.metric for gate in self.metrics],
            "changes": [gate.metric for gate in self.changes],
            "slices": [f"{gate.metric} of {gate.slice}" for gate in self.slices],
        }
        for field, names in asked.items():
            for name, times in Counter(names).items():
                if times > 1:
                    raise ValueError(f"{field}: {name} is named {times} times; put it into one")
        return self

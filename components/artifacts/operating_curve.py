"""What thresholds cost, as the Trainer and the Evaluator write it into their JSON files."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class OperatingPoint(_Frozen):
    """What users would see at one threshold."""

    threshold: float
    cost: float = Field(description="of false alarms and misses, per photo")
    precision: float | None = Field(description="None where nothing is shown")
    recall: float | None = Field(description="None where there is no product")
    false_alarms_per_photo: float


class OperatingCurve(_Frozen):
    """What thresholds cost: one false alarm and one missed product in a common, arbitrary unit.

    Photos without products count; those labelled as a whole do not, for they have no boxes. A
    product called by a wrong name is a false alarm and a miss.
    """

    cost_false_alarm: float
    cost_miss: float
    points: tuple[OperatingPoint, ...] = Field(description="every hundredth, ascending")
    chosen: OperatingPoint = Field(description="at the operating threshold")

"""settings.json of a Model artifact: what the model was made with, and what it counts from."""

from __future__ import annotations

import json
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class ModelSettings(BaseModel):
    """What a trained model is, besides its weights.

    Those without a description are for the record: no stage reads them.
    """

    model_config = ConfigDict(frozen=True, extra="allow", protected_namespaces=())

    operating_threshold: float = Field(description="Score from which detections count.")
    costs: dict[str, float] = Field(
        default_factory=dict,
        description="The fields of `Costs` that the threshold was chosen by; empty in models "
        "trained before there were costs.",
    )
    backbone: str = ""
    weights_source: str = Field(description="Where training started from; `random` for nothing.")
    edge_photo: tuple[int, int] = (0, 0)
    recogniser: dict[str, Any] = Field(default_factory=dict)
    calibration: tuple[float, ...] = ()
    model_hash: str = Field(description="Identity of the weights; an index belongs to one.")
    index_hash: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """The content of settings.json, without what it does not say."""
        return self.model_dump(exclude_unset=True)

    def to_json(self) -> str:
        """Return the text of settings.json."""
        return json.dumps(self.content, indent=2) + "\n"

"""outcome.json: what came of a run, for whoever started it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.artifacts.judged_on import JudgedOn
from components.artifacts.verdict import GateResult

OUTCOME_FILE = "outcome.json"

Status = Literal["released", "unchanged", "refused"]


class RunOutcome(BaseModel):
    """What a run led to, and where to read more."""

    model_config = ConfigDict(frozen=True)

    status: Status
    version: int | None = Field(description="The new version; null where nothing was released.")
    current: int | None = Field(description="The version that is current after this run.")
    headline: str = Field(description="One sentence.")
    release: str | None = Field(
        description="Folder of the new release; if in the root, seen from there."
    )
    report: str = Field(description="The HTML report; if in the root, seen from there.")
    gates: tuple[GateResult, ...]
    metrics: dict[str, float] = Field(description="The candidate's, by name.")
    baseline_metrics: dict[str, float] | None = Field(
        description="Those of the release that it was held against; null without one."
    )
    judged_on: JudgedOn = Field(default="photos", description="Composed shelves: of packshots.")
    compared: int | None = Field(description="Which release that was.")

    def to_json(self) -> str:
        """Return the text of outcome.json."""
        return self.model_dump_json(indent=2) + "\n"

"""outcome.json: what came of a run, for whoever started it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.artifacts.verdict import GateResult, Verdict
from components.publish import decision

FILE_NAME = "outcome.json"
REPORT_NAME = "report.html"


class Outcome(BaseModel):
    """What a run led to, and where to read more."""

    model_config = ConfigDict(frozen=True)

    status: Literal["released", "unchanged", "refused"]
    version: int | None = Field(description="The new version; null where nothing was released.")
    current: int | None = Field(description="The version that is current after this run.")
    headline: str = Field(description="One sentence.")
    release: str | None = Field(description="Folder of the new release.")
    report: str = Field(description="The HTML report.")
    gates: tuple[GateResult, ...]
    metrics: dict[str, float] = Field(description="The candidate's, by name.")
    baseline_metrics: dict[str, float] | None = Field(
        description="Those of the release that it was held against; null without one."
    )
    compared: int | None = Field(description="Which release that was.")

    def to_json(self) -> str:
        """The text of outcome.json."""
        return self.model_dump_json(indent=2) + "\n"


def headline(verdict: Verdict) -> str:
    """The decision in a sentence, with the first reason where it is a refusal."""
    if verdict.blessed:
        return decision.headline(verdict)
    first, *others = verdict.refusals
    more = f" {len(others)} more refused." if others else ""
    return f"Not released: {first.reason}{more}"


def status(verdict: Verdict) -> Literal["released", "unchanged", "refused"]:
    """The decision in a word."""
    if not verdict.blessed:
        return "refused"
    return "unchanged" if verdict.same_as_current else "released"

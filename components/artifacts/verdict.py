"""verdict.json: what the release gates said about one candidate."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from components.artifacts.judged_on import JudgedOn

VERDICT_FILE = "verdict.json"
# What the Pushers read from the InfraBlessing.
VERSION_PROPERTY = "version"
CONTENT_PROPERTY = "content_hash"


class GateResult(BaseModel):
    """What one gate saw and decided."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="Name of the gate, unique within a verdict.")
    title: str = Field(default="", description="What it is called among people.")
    value: float | str | None = Field(description="What was measured; null where nothing was.")
    threshold: str | None = Field(description="What was asked for, such as '>= 0.5'.")
    verdict: Literal["pass", "refuse", "skipped"]
    reason: str = Field(description="One sentence for a person.")

    @model_validator(mode="before")
    @classmethod
    def _called_something(cls, values: Any) -> Any:
        """Give gates of old releases, which have no title, their name as title."""
        if isinstance(values, dict) and not values.get("title"):
            return {**values, "title": values.get("name", "")}
        return values


class Verdict(BaseModel):
    """What all gates decided together."""

    model_config = ConfigDict(frozen=True)

    version: int | None = Field(description="The version allotted; null where none is released.")
    blessed: bool = Field(description="No gate refused.")
    same_as_current: bool = Field(description="The candidate is the current release, unchanged.")
    content_hash: str = Field(description="Hash of what would be released: weights and index.")
    parent: int | None = Field(description="The current version when the gates were asked.")
    gates: tuple[GateResult, ...]
    judged_on: JudgedOn = Field(default="photos", description="Composed shelves: of packshots.")

    @property
    def refusals(self) -> tuple[GateResult, ...]:
        """The gates that said no, in order."""
        return tuple(gate for gate in self.gates if gate.verdict == "refuse")

    @property
    def headline(self) -> str:
        """The decision in one line."""
        if not self.blessed:
            return f"refused by {', '.join(gate.name for gate in self.refusals)}"
        if self.same_as_current:
            return f"unchanged: this is release {self.parent} already"
        return f"blessed as version {self.version}"

    def to_json(self) -> str:
        """Return the text of verdict.json."""
        return self.model_dump_json(indent=2) + "\n"

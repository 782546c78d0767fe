"""What a cluster's run leaves in `<root>/runs/<run id>`, for later runs and for people."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from components.artifacts.run_outcome import OUTCOME_FILE, RunOutcome

_WHAT_CHANGED_FILE = "what_changed.json"


class WhatChanged(BaseModel):
    """what_changed.json: what a run found out before anything else."""

    model_config = ConfigDict(frozen=True)

    status: Literal["changed", "unchanged", "refused", "failed"] = Field(
        description="Whether the stages run, only where changed; refused: by an earlier run."
    )
    said: str = Field(description="Why, in a sentence or several.")
    inputs_hash: str = Field("", description="Identifies data, configuration and code together.")
    compared_release: str = Field("", description="Version that a candidate is compared with.")


class RunRecord:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def run_id(self) -> str:
        """What names the run."""
        return self.folder.name

    def note(self, found: WhatChanged) -> None:
        """Record what was found out."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(found.model_dump(), indent=2) + "\n"
        (self.folder / _WHAT_CHANGED_FILE).write_text(text, encoding="utf-8")

    def found(self) -> WhatChanged | None:
        """Return what was found out; None where the run did not come that far."""
        text = self._text(_WHAT_CHANGED_FILE)
        return WhatChanged.model_validate_json(text) if text else None

    def outcome(self) -> RunOutcome | None:
        """Return what came of the run; None where it did not end, or had nothing to do."""
        text = self._text(OUTCOME_FILE)
        return RunOutcome.model_validate_json(text) if text else None

    def _text(self, name: str) -> str:
        try:
            return (self.folder / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""


def records(runs: Path) -> Iterator[RunRecord]:
    """Yield the runs of a cluster that found out what changed."""
    for file in sorted(runs.glob(f"*/{_WHAT_CHANGED_FILE}")):
        yield RunRecord(file.parent)

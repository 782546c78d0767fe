"""What was tried, how good it was, and what the Trainer takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from components.recogniser.settings import BackboneName
from components.training.settings import TrainingPlan

BEST_FILE = "best_hyperparameters.json"
TRIALS_FILE = "trials.json"


class Candidate(BaseModel):
    """One choice of settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: str
    learning_rate: float
    backbone: BackboneName

    def of(self, plan: TrainingPlan) -> TrainingPlan:
        """Return the plan with these settings; the augmentation level is a matter of the photos."""
        return plan.model_copy(
            update={
                "backbone": plan.backbone.model_copy(update={"name": self.backbone}),
                "trainer": plan.trainer.model_copy(update={"learning_rate": self.learning_rate}),
            }
        )


class Trial(BaseModel):
    """What a short training with a candidate came to.

    Attributes:
        tried: The settings.
        metrics: `map50` and, where the validation photos allow, `map50_seen` and `map50_new`;
            `loss` of the last steps.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tried: Candidate
    metrics: dict[str, float]

    @property
    def score(self) -> float:
        """mAP@0.5 of new SKUs, or of all where the photos show no new one."""
        return self.metrics.get("map50_new", self.metrics.get("map50", 0.0))


def best_of(trials: Sequence[Trial]) -> Trial:
    """Return the trial of the highest score; of equal ones the first: the configured comes first.

    Raises:
        ValueError: There is none.
    """
    if not trials:
        raise ValueError("no trial came to an end; see the log for why each failed")
    return max(trials, key=lambda trial: trial.score)


def tuned_plan(plan: TrainingPlan, folder: Path) -> TrainingPlan:
    """Return the plan with the best settings that the Tuner wrote to a folder, if it wrote any.

    Raises:
        ValueError: The file is not one of these.
    """
    path = folder / BEST_FILE
    return Candidate.model_validate_json(path.read_bytes()).of(plan) if path.is_file() else plan


def write_trials(path: Path, trials: Sequence[Trial]) -> None:
    """Write all trials as JSON."""
    path.write_bytes(_TRIALS.dump_json(list(trials), indent=2) + b"\n")


def read_trials(file: bytes) -> list[Trial]:
    """Read what `write_trials` wrote."""
    return _TRIALS.validate_json(file)


_TRIALS = TypeAdapter(list[Trial])

"""A training by several machines: what the chief tells the others to train."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from components.records.words import counted
from components.runtime import progress
from components.runtime.reporting import run_reporting
from components.training.cluster import read_cluster_of_chief
from components.training.fit_recogniser import TrainingFiles
from components.training.settings import TrainingPlan

JOB_FILE = "multi_worker.json"
"""In the folder of checkpoints, as long as the chief trains."""


class Job(BaseModel):
    """One training; paths are those of the chief, and every machine must have them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    plan: TrainingPlan
    files: TrainingFiles
    model_dir: Path
    run_dir: Path
    checkpoint_dir: Path

    def write(self, file: Path) -> None:
        """Write it in one step, so that who waits for it never reads half of it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        partial = file.with_suffix(".partial")
        partial.write_text(self.model_dump_json(), encoding="utf-8")
        partial.replace(file)

    @staticmethod
    def read(file: Path) -> Job:
        """Read what `write` wrote."""
        return Job.model_validate_json(file.read_bytes())


def train_together(job: Job, file: Path) -> None:
    """Train as the chief of several machines, the others of which wait for `file`.

    Raises:
        InputError: TF_CONFIG does not name this machine as the first of several.
        RuntimeError: The training fails.
    """
    cluster = read_cluster_of_chief(os.environ)
    others = counted(len(cluster.addresses) - 1, "other machine")
    progress.say(f"training starts with {others}, where `oneshelf train-worker` runs or is given")
    job.write(file)
    try:
        train_in_process(file)
    finally:
        file.unlink(missing_ok=True)


def train_in_process(file: Path) -> None:
    """Do this machine's part of the job that a file holds; see worker.py.

    Raises:
        RuntimeError: The training fails.
    """
    run_reporting("components.trainer.worker", [str(file)])

"""The same seed ends with the same weights, bit for bit: in another process, and after a kill."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import tiny_settings
from tiny_training import TRAINER

from components.recogniser.settings import BackboneSettings
from components.recogniser.weights import weights_hash
from components.training import training_loop
from components.training.fit_recogniser import fit_recogniser
from components.training.settings import TrainingPlan

pytestmark = pytest.mark.tfx

# Searched anew at steps 2 and 4, so the checkpoint at 3 lies within a stretch.
PLAN = TrainingPlan(
    backbone=BackboneSettings(weights="random"),
    recogniser=tiny_settings(),
    trainer=TRAINER.model_copy(
        update={"steps": 6, "mine_every": 2, "checkpoint_every": 3, "validate_every": 2}
    ),
)


@pytest.fixture(scope="module")
def unbroken(files, tmp_path_factory) -> str:
    """The hash of the weights that a training ends with."""
    return weights_hash(fit_recogniser(PLAN, files, tmp_path_factory.mktemp("unbroken")).recogniser)


def test_another_process_ends_with_the_same_weights(files, tmp_path, unbroken):
    script = f"""
import sys
from pathlib import Path
from components.recogniser.weights import weights_hash
from components.training.fit_recogniser import PhotoFiles, TrainingFiles, fit_recogniser
from components.training.settings import TrainingPlan
plan = TrainingPlan.model_validate_json(sys.argv[1])
print("HASH", weights_hash(fit_recogniser(plan, {files!r}, Path(sys.argv[2])).recogniser))
"""
    done = subprocess.run(
        [sys.executable, "-c", script, PLAN.model_dump_json(), str(tmp_path)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[2],
    )
    assert f"HASH {unbroken}" in done.stdout, done.stderr[-2000:]


def test_a_killed_training_ends_with_the_same_weights(files, tmp_path, unbroken, monkeypatch):
    """It goes on from its checkpoint, and does not begin again."""
    seen = []

    def report(stage, done, total, note=""):
        if note == "validating":
            return
        seen.append(done)
        if seen == [1, 2, 3, 4, 5]:
            raise KeyboardInterrupt

    monkeypatch.setattr(training_loop, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(training_loop.progress, "report", report)
    with pytest.raises(KeyboardInterrupt):
        fit_recogniser(PLAN, files, tmp_path)
    assert weights_hash(fit_recogniser(PLAN, files, tmp_path).recogniser) == unbroken
    assert seen == [1, 2, 3, 4, 5, 4, 5, 6]

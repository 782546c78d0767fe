"""Two processes train together: equal weights, one set of files, and on after a kill."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tiny import tiny_settings
from tiny_training import TRAINER

from components.recogniser.settings import BackboneSettings
from components.trainer.job import Job
from components.training.settings import TrainingPlan

pytestmark = pytest.mark.tfx

# Validations, which the chief alone makes, say that the first of them was the best.
SCRIPT = """
import os, sys
from pathlib import Path
from components.recogniser.weights import weights_hash
from components.trainer.job import Job
from components.trainer.worker import work
from components.training import fit_recogniser, run_training
class Worse(fit_recogniser.Validation):
    def __call__(self, step):
        super().__call__(step)
        return -step
fit_recogniser.Validation = Worse
fit = run_training.fit_recogniser
def fit_and_tell(*arguments):
    fitted = fit(*arguments)
    first, last = (int(fitted.history.losses[at]["step"]) for at in (0, -1))
    print("END", first, last, weights_hash(fitted.recogniser), flush=True)
    return fitted
run_training.fit_recogniser = fit_and_tell
run_training.export_model = lambda model, index, folder, **_: folder.mkdir()  # slow
work(Job.read(Path(sys.argv[1])))
os._exit(0)
"""


def free_port() -> int:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        return server.getsockname()[1]


class Pair:
    """Two workers of a job, each with folders of its own."""

    def __init__(self, job: Job, folder: Path):
        addresses = [f"127.0.0.1:{free_port()}" for _ in range(2)]
        self.processes = []
        for number in range(2):
            own = folder / str(number)
            own.mkdir(parents=True, exist_ok=True)
            folders = {f"{name}_dir": own / name for name in ("model", "run", "checkpoint")}
            job.model_copy(update=folders).write(folder / f"{number}.json")
            task = {"type": "worker", "index": number}
            config = {"cluster": {"worker": addresses}, "task": task}
            with (folder / f"{number}.log").open("a") as log:
                self.processes.append(
                    subprocess.Popen(
                        [sys.executable, "-c", SCRIPT, str(folder / f"{number}.json")],
                        stdout=subprocess.PIPE,
                        stderr=log,
                        text=True,
                        env=os.environ | {"TF_CONFIG": json.dumps(config)},
                        cwd=Path(__file__).parents[2],
                    )
                )

    def ends(self) -> list[list[str]]:
        """What both say of their end: first step, last step, hash of the weights."""
        said = [process.communicate(timeout=600)[0] for process in self.processes]
        assert [process.returncode for process in self.processes] == [0, 0]
        return [
            line.split()[1:] for text in said for line in text.splitlines() if line[:3] == "END"
        ]

    def kill(self) -> None:
        for process in self.processes:
            process.send_signal(signal.SIGKILL)
            process.wait()


def test_two_workers_end_equal_and_one_writes(files, tmp_path):
    """Killed after the first checkpoint they go on from it; the chief stops both at step 4."""
    trainer = TRAINER.model_copy(
        update={
            "steps": 9,
            "strategy": "multi_worker",
            "checkpoint_every": 1,
            "validate_every": 2,
            "patience": 1,
        }
    )
    plan = TrainingPlan(
        backbone=BackboneSettings(weights="random"), recogniser=tiny_settings(), trainer=trainer
    )
    folders = {f"{name}_dir": tmp_path / name for name in ("model", "run", "checkpoint")}
    job = Job(plan=plan, files=files, **folders)
    killed = Pair(job, tmp_path)
    checkpoint = tmp_path / "0" / "checkpoint" / "last.safetensors"
    while not checkpoint.is_file():
        assert killed.processes[0].poll() is None, (tmp_path / "0.log").read_text()[-2000:]
        time.sleep(0.2)
    killed.kill()
    chief, other = Pair(job, tmp_path).ends()
    assert chief == other
    first, last, _ = chief
    assert int(first) > 1 and int(last) == 4
    written = sorted(path.name for path in (tmp_path / "0").iterdir())
    assert written == ["checkpoint", "model", "run"]
    assert (tmp_path / "0" / "model" / "weights.safetensors").is_file()
    assert list((tmp_path / "1").iterdir()) == []

"""What a process that trains with others says and hands on."""

import json

import pytest
import tensorflow as tf

from components.trainer import worker
from components.trainer.job import Job, train_together
from components.training.fit_recogniser import TrainingFiles
from components.training.photo_files import PhotoFiles
from components.training.settings import TrainingPlan

pytestmark = pytest.mark.tfx


def task(number: int) -> str:
    cluster = {"worker": ["127.0.0.1:1", "127.0.0.1:2"]}
    return json.dumps({"cluster": cluster, "task": {"type": "worker", "index": number}})


@pytest.fixture
def job(tmp_path) -> Job:
    photos = PhotoFiles(["a.gz"], "transform", ["span-1/a.jpg"])
    return Job(
        plan=TrainingPlan(),
        files=TrainingFiles(photos, photos, ["catalog.gz"], production=["p.jpg"]),
        model_dir=tmp_path / "model",
        run_dir=tmp_path / "run",
        checkpoint_dir=tmp_path / "checkpoint",
    )


def test_a_job_is_read_as_it_was_written(job, tmp_path):
    job.write(tmp_path / "jobs" / "job.json")
    assert Job.read(tmp_path / "jobs" / "job.json").model_dump_json() == job.model_dump_json()


def test_a_machine_that_is_gone_is_a_sentence(job, monkeypatch):
    def gone(*_):
        raise tf.errors.UnavailableError(None, None, "Collective ops is aborted by: …")

    monkeypatch.setenv("TF_CONFIG", task(1))
    monkeypatch.setattr(worker, "run_training", gone)
    with pytest.raises(RuntimeError, match="another machine of the cluster stopped or cannot be"):
        worker.work(job)


@pytest.mark.parametrize("fault", [None, RuntimeError("diverged")])
def test_others_find_the_job_as_long_as_the_chief_trains(job, tmp_path, monkeypatch, fault):
    file, seen = tmp_path / "checkpoints" / "job.json", []

    def trains(given):
        seen.append(Job.read(given).model_dump_json())
        if fault:
            raise fault

    monkeypatch.setenv("TF_CONFIG", task(0))
    monkeypatch.setattr("components.trainer.job.train_in_process", trains)
    if fault:
        with pytest.raises(RuntimeError, match="diverged"):
            train_together(job, file)
    else:
        train_together(job, file)
    assert seen == [job.model_dump_json()]
    assert not file.exists()

"""Who is told of a run on this machine: a server of this machine takes the message."""

from pathlib import Path

import pytest
from cluster_stubs import Fault, Stub, serving

from components.artifacts.run_outcome import RunOutcome
from pipeline.config import load
from pipeline.exits import DONE, FAILED, INTERRUPTED, REFUSED, WRONG_INPUT
from pipeline.local import run_here as subject
from pipeline.local.notify import notify


class Chat(Stub):
    """Takes whatever is posted."""

    def answer(self, method, path, query, body):
        return {}

    def told(self):
        return [body for _, _, _, body, _ in self.requests]


@pytest.fixture
def chat():
    with serving(Chat()) as stub:
        yield stub


@pytest.fixture
def config(chat, tmp_path):
    file = tmp_path / "webhook"
    file.write_text(chat.address + "/hook\n")
    return load("test", overrides={"root": str(tmp_path / "out"), "cloud": {"notify": str(file)}})


def told_of(config, code):
    notify(config, "1", Path(config.root) / "logs" / "1.log", code)


def test_a_refusal_is_told_with_its_reason_and_its_report(config, chat):
    folder = Path(config.runs) / "1"
    folder.mkdir(parents=True)
    outcome = RunOutcome(
        status="refused",
        version=None,
        current=3,
        headline="not released: map50",
        release=None,
        report="runs/1/report.html",
        gates=(),
        metrics={},
        baseline_metrics=None,
        compared=3,
    )
    (folder / "outcome.json").write_text(outcome.to_json())
    told_of(config, REFUSED)
    assert chat.told() == [
        {
            "pipeline": "oneshelf",
            "run": "1",
            "status": "refused",
            "text": "oneshelf, run 1: not released: map50",
            "report": str(folder / "report.html"),
        }
    ]


@pytest.mark.parametrize("code", [FAILED, WRONG_INPUT])
def test_a_failure_is_told_with_its_log(code, config, chat):
    told_of(config, code)
    (message,) = chat.told()
    assert message["status"] == "failed"
    assert message["text"] == f"oneshelf, run 1: failed; {config.root}/logs/1.log says why"


@pytest.mark.parametrize("code", [DONE, INTERRUPTED])
def test_nobody_is_told_of_a_run_that_went_well_or_was_stopped(code, config, chat):
    told_of(config, code)
    assert chat.requests == []


def test_nobody_who_can_be_told_fails_nothing(config, chat, capsys, monkeypatch):
    monkeypatch.setattr("kubeflow.notify.time.sleep", lambda _: None)
    chat.fault = Fault(404, {})
    told_of(config, FAILED)
    assert "cloud.notify: nobody could be told (HTTP Error 404" in capsys.readouterr().err
    missing = config.cloud.model_copy(update={"notify": "$NO_SUCH_VARIABLE"})
    told_of(config.model_copy(update={"cloud": missing}), FAILED)
    assert "no environment variable NO_SUCH_VARIABLE" in capsys.readouterr().err


def test_a_run_tells(config, chat, tmp_path):
    given = config.model_copy(update={"catalog": str(tmp_path / "nowhere.csv")})
    assert subject.run_here(given) == WRONG_INPUT
    (message,) = chat.told()
    log = Path(message["text"].split("failed; ")[1].removesuffix(" says why"))
    assert log.is_file()
    assert message["run"] == log.stem


def test_without_an_address_nobody_is_told(config, chat):
    told_of(config.model_copy(update={"cloud": load("test").cloud}), FAILED)
    assert chat.requests == []

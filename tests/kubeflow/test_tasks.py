"""The tasks that stand around the stages, each as a container starts it, but in this process."""

import json
from dataclasses import fields
from datetime import datetime, timezone

import pytest
from tiny_data import TinyData
from webhook import listening

from components.artifacts.run_outcome import RunOutcome
from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord
from kubeflow import notify, outcome, what_changed
from kubeflow.run_record import RunRecord
from kubeflow.run_record import WhatChanged as Found
from pipeline.config import load
from pipeline.facts import Facts

REFUSAL = "Not released: mAP@0.5 is too low. Report: gs://shop/runs/x/report.html"


@pytest.fixture
def shop(tmp_path):
    """Data in a bucket."""
    return TinyData(tmp_path / "shop" / "data")


def configuration(tmp_path, **overrides):
    values = {
        "catalog": f"{tmp_path}/shop/data/products.csv",
        "shelves": f"{tmp_path}/shop/data/shelves",
        "root": f"{tmp_path}/shop/out",
        **overrides,
    }
    return load("test", overrides=values)


def executor_input(config, **parameters):
    given = {"configuration": config.model_dump_json(), **parameters}
    return json.dumps(
        {
            "inputs": {"parameterValues": given},
            "outputs": {"outputFile": f"{config.root}/task.json"},
        }
    )


def run(module, monkeypatch, config, **parameters):
    monkeypatch.setattr("sys.argv", ["task", executor_input(config, **parameters)])
    return module.main()


def start(monkeypatch, tmp_path, job="job-1", alarm="", **overrides):
    """Run WhatChanged; return its exit code, what it told, and what it recorded."""
    told = tmp_path / "shop" / "out" / "task.json"
    told.unlink(missing_ok=True)
    code = run(
        what_changed,
        monkeypatch,
        configuration(tmp_path, **overrides),
        job=job,
        code_revision="abc",
        alarm=alarm,
    )
    values = json.loads(told.read_text())["parameterValues"] if told.exists() else None
    return code, values, RunRecord(tmp_path / "shop" / "out" / "runs" / job).found()


def end(tmp_path, job, status):
    """Leave what Publish leaves."""
    folder = tmp_path / "shop" / "out" / "runs" / job
    folder.mkdir(parents=True, exist_ok=True)
    said = RunOutcome(
        status=status,
        version=None,
        current=None,
        headline="Not released: mAP@0.5 is too low.",
        release=None,
        report="/gcs/shop/runs/x/report.html",
        gates=(),
        metrics={},
        baseline_metrics=None,
        compared=None,
    )
    (folder / "outcome.json").write_text(said.to_json())


def test_a_first_run_finds_out_all_facts(shop, monkeypatch, tmp_path):
    code, told, found = start(monkeypatch, tmp_path)
    assert code == 0
    assert set(told) == {field.name for field in fields(Facts)} | {"changed"}
    assert all(isinstance(value, str) for value in told.values())
    assert told["changed"] == "true"
    assert (told["run_id"], told["code_revision"]) == ("job-1", "abc")
    assert (told["compared_release"], told["reference_release"]) == ("", "0")
    assert len(told["catalog_hash"]) == len(told["shelves_hash"]) == 64
    assert told["shelves"] == f"{tmp_path}/shop/data/shelves"
    assert list(json.loads(told["span_hashes"])) == ["1"]
    assert (found.status, found.inputs_hash) == ("changed", told["inputs_hash"])


def test_where_the_data_lies_is_no_change_and_what_it_holds_is(shop, monkeypatch, tmp_path):
    _, first, _ = start(monkeypatch, tmp_path)
    _, same, _ = start(monkeypatch, tmp_path, job="job-2")
    shop.rows[1] = shop.rows[1].replace("Milk 0", "Whole milk")
    shop.save()
    _, other, _ = start(monkeypatch, tmp_path, job="job-3")
    assert first["inputs_hash"] == same["inputs_hash"] != other["inputs_hash"]


def test_what_led_to_the_current_release_is_not_trained_again(
    shop, monkeypatch, tmp_path, release_of
):
    _, first, _ = start(monkeypatch, tmp_path)
    release_of(first["inputs_hash"])

    code, told, found = start(monkeypatch, tmp_path, job="job-2")

    assert (code, told["changed"], found.status) == (0, "false", "unchanged")
    assert found.said == "nothing changed since release 1: nothing is trained"
    code, told, found = start(monkeypatch, tmp_path, job="job-3", alarm="drift in store 7")
    assert (code, told["changed"], found.status) == (0, "true", "changed")
    assert "drift in store 7" in found.said


def test_what_led_to_an_earlier_release_is_a_change(shop, monkeypatch, tmp_path, release_of):
    _, first, _ = start(monkeypatch, tmp_path)
    release_of(first["inputs_hash"], "others")
    _, told, _ = start(monkeypatch, tmp_path, job="job-2")
    assert (told["changed"], told["compared_release"]) == ("true", "2")


def test_what_was_refused_stays_refused_until_something_changes(shop, monkeypatch, tmp_path):
    start(monkeypatch, tmp_path)
    end(tmp_path, "job-1", "refused")

    code, told, found = start(monkeypatch, tmp_path, job="job-2")

    assert (code, told, found.status) == (1, None, "refused")
    assert found.said.endswith("run job-1, which was refused. " + REFUSAL)
    shop.rows[1] = shop.rows[1].replace("Milk 0", "Whole milk")
    shop.save()
    assert start(monkeypatch, tmp_path, job="job-3")[0] == 0


def test_what_gave_nothing_new_is_not_tried_again(shop, monkeypatch, tmp_path):
    start(monkeypatch, tmp_path)
    end(tmp_path, "job-1", "unchanged")
    code, told, found = start(monkeypatch, tmp_path, job="job-2")
    assert (code, told["changed"], found.status) == (0, "false", "unchanged")
    assert "since run job-1, which released nothing new" in found.said


def test_a_release_that_is_gone_is_made_again(shop, monkeypatch, tmp_path):
    start(monkeypatch, tmp_path)
    end(tmp_path, "job-1", "released")
    assert start(monkeypatch, tmp_path, job="job-2")[1]["changed"] == "true"


def test_a_run_that_is_started_again_is_not_held_to_its_own_end(shop, monkeypatch, tmp_path):
    start(monkeypatch, tmp_path)
    end(tmp_path, "job-1", "refused")
    assert start(monkeypatch, tmp_path)[0] == 0


def test_photos_without_any_label_serve_as_production_photos(shop, monkeypatch, tmp_path):
    (shop.span / "annotations.json").unlink()
    _, told, _ = start(monkeypatch, tmp_path)
    assert told["shelves"] == ""
    assert told["production_photos"] == f"{tmp_path}/shop/data/shelves"
    assert json.loads(told["composing"])


def test_wrong_data_is_said_and_recorded(shop, monkeypatch, tmp_path, capsys):
    shop.rows.append("milk-9,Milk 9,dairy,packshots/none.png")
    shop.save()
    code, told, found = start(monkeypatch, tmp_path)
    assert (code, told, found.status) == (2, None, "failed")
    assert "none.png" in found.said
    assert "none.png" in capsys.readouterr().err


def test_an_orchestrator_that_does_not_say_which_run_it_is_is_told(
    shop, monkeypatch, tmp_path, capsys
):
    assert start(monkeypatch, tmp_path, job="{{$.pipeline_job_uuid}}")[0] == 2
    assert "use Kubeflow Pipelines 2.3 or newer" in capsys.readouterr().err


@pytest.mark.parametrize(("status", "code"), [("released", 0), ("unchanged", 0), ("refused", 1)])
def test_the_outcome_of_a_refused_run_is_a_failure(shop, monkeypatch, tmp_path, status, code):
    end(tmp_path, "job-1", status)
    assert run(outcome, monkeypatch, configuration(tmp_path), run_id="job-1") == code


def test_a_run_without_an_outcome_failed(shop, monkeypatch, tmp_path, capsys):
    assert run(outcome, monkeypatch, configuration(tmp_path), run_id="job-1") == 3
    assert "Publish left no outcome there" in capsys.readouterr().err


@pytest.fixture
def hook():
    with listening() as server:
        yield server


def tell(monkeypatch, tmp_path, setting):
    config = configuration(tmp_path, cloud={"notify": setting})
    return run(notify, monkeypatch, config, job="job-1")


def test_a_refusal_is_told_with_its_reason_and_report(shop, monkeypatch, tmp_path, hook):
    end(tmp_path, "job-1", "refused")
    assert tell(monkeypatch, tmp_path, hook.url) == 0
    assert hook.received == [
        {
            "pipeline": "oneshelf",
            "run": "job-1",
            "status": "refused",
            "text": "oneshelf, run job-1: Not released: mAP@0.5 is too low.",
            "report": "gs://shop/runs/x/report.html",
        }
    ]


@pytest.mark.parametrize(
    ("found", "status", "words"),
    [
        (None, "failed", "the log of the task that failed"),
        (Found(status="changed", said="the inputs are new"), "failed", "the log of the task"),
        (Found(status="failed", said="no such packshot"), "failed", "no such packshot"),
        (Found(status="refused", said="nothing changed since run 7"), "refused", "since run 7"),
    ],
)
def test_a_run_that_did_not_end_well_is_told(
    shop, monkeypatch, tmp_path, hook, found, status, words
):
    if found is not None:
        RunRecord(tmp_path / "shop" / "out" / "runs" / "job-1").note(found)
    assert tell(monkeypatch, tmp_path, hook.url) == 0
    (message,) = hook.received
    assert message["status"] == status
    assert words in message["text"]


@pytest.mark.parametrize("status", ["released", "unchanged"])
def test_nobody_is_told_of_a_run_that_went_well(shop, monkeypatch, tmp_path, hook, status):
    end(tmp_path, "job-1", status)
    assert tell(monkeypatch, tmp_path, hook.url) == 0
    assert hook.received == []


def test_nobody_is_told_of_a_run_that_had_nothing_to_do(shop, monkeypatch, tmp_path, hook):
    record = RunRecord(tmp_path / "shop" / "out" / "runs" / "job-1")
    record.note(Found(status="unchanged", said="nothing changed"))
    assert tell(monkeypatch, tmp_path, hook.url) == 0
    assert hook.received == []


def test_a_secret_address_comes_from_a_file_or_a_variable(shop, monkeypatch, tmp_path, hook):
    (tmp_path / "shop" / "hook").write_text(f"{hook.url}\n")
    monkeypatch.setenv("CHAT", hook.url)
    assert (
        tell(monkeypatch, tmp_path, f"{tmp_path}/shop/hook")
        == tell(monkeypatch, tmp_path, "$CHAT")
        == 0
    )
    assert len(hook.received) == 2


def test_a_server_that_is_away_for_a_moment_is_asked_again(shop, monkeypatch, tmp_path, hook):
    monkeypatch.setattr(notify, "_WAIT", 0.01)
    hook.answers[:] = [503, 503]
    assert tell(monkeypatch, tmp_path, hook.url) == 0
    assert len(hook.received) == 3


@pytest.mark.parametrize("setting", ["$NO_SUCH", "no/such/file", "http://127.0.0.1:9/x"])
def test_nobody_reached_is_a_failure_that_says_what_was_to_be_told(
    shop, monkeypatch, tmp_path, capsys, setting
):
    monkeypatch.setattr(notify, "_WAIT", 0.01)
    assert tell(monkeypatch, tmp_path, setting) == 3
    said = capsys.readouterr().err
    assert "cloud.notify: nobody could be told" in said
    assert "run job-1" in said


@pytest.fixture
def release_of(tmp_path):
    """Publishes a release for each of the hashes of inputs that it is given."""

    def publish(*hashes):
        registry = Registry(tmp_path / "shop" / "out" / "releases")
        for version, inputs_hash in enumerate(hashes, 1):
            staging = registry.stage(version, "test")
            staging.folder.put("report.html", "…")
            record = ReleaseRecord(
                version=version,
                parent=None,
                created=datetime(2024, 5, 1, tzinfo=timezone.utc),
                content_hash="content",
                operating_threshold=0.5,
                model={},
                metrics={},
                gates=(),
                inputs_hash=inputs_hash,
            )
            registry.publish(staging, record)

    return publish

"""`oneshelf submit` and `oneshelf schedule`, with compiling left out where it is not asked for."""

import json

import pytest
import typer
from cluster_stubs import KubeflowStub, serving

from pipeline.commands import cluster_runs
from pipeline.commands import main as cli
from pipeline.exits import WRONG_INPUT
from pipeline.local import local_schedules
from pipeline.local.crontab_lines import CrontabLines

SHOP = ("--set", "cloud.vertex={project: shop, region: europe-west6}")
NAMED = tuple(
    word
    for setting in (
        "catalog=/gcs/shop/products.csv",
        "shelves=/gcs/shop/shelves",
        "root=/gcs/shop/oneshelf",
        "cloud.pipeline_root=gs://shop/pipeline",
        "cloud.image=registry/oneshelf:1",
    )
    for word in ("--set", setting)
)


@pytest.fixture
def oneshelf(capfd):
    """Runs a command; returns the exit code and all it said."""

    def command(*arguments):
        code = typer.main.get_command(cli.app).main(list(arguments), standalone_mode=False)
        said = capfd.readouterr()
        return code or 0, said.out + said.err

    return command


@pytest.fixture
def compiled(monkeypatch):
    """Stands in for compiling, which takes long."""

    def compile_to(target, out, config):
        spec = {"pipelineInfo": {"name": config.name}}
        if target == "vertex":
            root = {"gcsOutputDirectory": config.cloud.pipeline_root}
            out.write_text(json.dumps({"pipelineSpec": spec, "runtimeConfig": root}))
        else:
            out.write_text(json.dumps(spec))

    monkeypatch.setattr(cluster_runs, "compile_to", compile_to)


@pytest.fixture
def kubeflow(tmp_path, monkeypatch):
    """Kubeflow on this machine, and the options that lead there."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with serving(KubeflowStub()) as stub:
        yield ("--target", "kubeflow", "--set", f"cloud.kubeflow.host={stub.address}"), stub


def test_a_dry_run_prints_the_request_and_needs_no_login(oneshelf, compiled):
    create = ("schedule", "create", "weekly", "--target", "vertex", "--time-zone", "Asia/Tokyo")
    code, said = oneshelf(*create, *SHOP, *NAMED, "--dry-run")
    assert code == 0
    request = json.loads(said)
    assert request["cron"] == "TZ=Asia/Tokyo 0 3 * * 1"
    job = request["createPipelineJobRequest"]["pipelineJob"]
    assert job["pipelineSpec"] == "as `oneshelf compile --target vertex` writes it"

    code, said = oneshelf("submit", "--target", "vertex", *SHOP, *NAMED, "--dry-run")
    assert json.loads(said)["pipelineJobId"].startswith("oneshelf-20")


def test_a_schedule_is_made_shown_paused_and_deleted(oneshelf, compiled, kubeflow):
    options, _ = kubeflow
    create = ("schedule", "create", "weekly", *options, *NAMED)
    assert oneshelf(*create) == (0, "weekly: created; runs start by TZ=UTC 0 3 * * 1\n")
    assert oneshelf(*create) == (0, "weekly: unchanged; runs start by TZ=UTC 0 3 * * 1\n")
    assert oneshelf(*create, "--cron", "0 2 * * *")[1].startswith("weekly: changed; ")
    assert oneshelf("schedule", "pause", "weekly", *options) == (0, "weekly: paused\n")
    shown = "schedule\twhen\tstate\tnext run\nweekly\tTZ=UTC 0 2 * * *\tpaused\t\n"
    assert oneshelf("schedule", "list", *options) == (0, shown)
    assert oneshelf("schedule", "resume", "weekly", *options) == (0, "weekly: active\n")
    assert oneshelf("schedule", "delete", "weekly", *options) == (0, "weekly: deleted\n")
    none = "there is none; `oneshelf schedule create` makes one\n"
    assert oneshelf("schedule", "list", *options) == (0, none)


def test_a_run_is_submitted(oneshelf, compiled, kubeflow):
    options, stub = kubeflow
    code, said = oneshelf("submit", "--name", "first", *options, *NAMED)
    assert code == 0
    assert said.startswith("first: submitted; run runs-")
    assert [each["display_name"] for each in stub.runs.values()] == ["first"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("submit", "--target", "vertex"),
            "cloud.vertex.project: missing; name it, my-shop for example",
        ),
        (
            ("submit", "--target", "kubeflow"),
            "still to be replaced, by --set or --config: BUCKET, PROJECT, REGION, REPOSITORY",
        ),
        (("submit", "--target", "vertex", "--name", "A b"), "A b: a name is at most 63 small"),
        (
            ("schedule", "create", "w", "--target", "kubeflow", "--cron", "weekly"),
            "--cron 'weekly': expected five fields",
        ),
        (
            ("schedule", "create", "w", "--target", "local", "--time-zone", "Zurich"),
            "--time-zone Zurich: no such time zone",
        ),
    ],
)
def test_what_cannot_work_is_told_before_anything_is_compiled(oneshelf, words, said):
    code, lines = oneshelf(*words)
    assert code == WRONG_INPUT
    assert said in lines


def test_a_schedule_of_this_machine_says_where_its_output_goes(oneshelf, tmp_path, monkeypatch):
    lines = []
    monkeypatch.setattr(local_schedules, "scheduler", CrontabLines)
    monkeypatch.setattr("pipeline.local.crontab_lines._read", lambda: list(lines))
    monkeypatch.setattr("pipeline.local.crontab_lines._write", lines.extend)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    create = ("schedule", "create", "nightly", "--target", "local", "--cron", "0 2 * * *")

    code, said = oneshelf(*create, "--root", "out", "--dry-run")
    assert said.startswith("0 2 * * * cd ")
    assert not (tmp_path / "out").exists()

    code, said = oneshelf(*create, "--root", "out")
    assert code == 0
    assert "nightly: created; runs start by TZ=UTC 0 2 * * *" in said
    assert "the folder `logs` of its root" in said
    assert len(lines) == 1
    assert "profile: demo" in (tmp_path / "out/schedules/nightly.yaml").read_text()


@pytest.mark.tfx
def test_what_is_submitted_is_what_is_compiled(oneshelf, kubeflow, tmp_path):
    options, stub = kubeflow
    volumes = ("--set", "cloud.kubeflow.volumes=[{claim: shelves, path: /data}]")
    assert oneshelf("submit", "--name", "first", *options, *NAMED, *volumes)[0] == 0
    (sent,) = stub.runs.values()
    stages = sent["pipeline_spec"]["pipeline_spec"]["components"]["Retrain"]["dag"]["tasks"]
    assert "Trainer" in stages
    assert "kubernetes" in sent["pipeline_spec"]["platform_spec"]["platforms"]

"""The compiled files, as a cluster reads them."""

import importlib
import json
from pathlib import Path

import pytest
import yaml

from pipeline.config import load
from pipeline.errors import WrongInput
from pipeline.stages import STAGES

pytestmark = pytest.mark.tfx

IMAGE = "europe-docker.pkg.dev/shop/images/oneshelf:1.4"
SECRET = "s3cr3t-0123456789"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def config():
    return load("vertex", assignments=[f"cloud.image={IMAGE}"])


@pytest.fixture(scope="module")
def compiled(config, tmp_path_factory):
    """The text of both files, compiled with a secret in the environment and no credentials."""
    from kubeflow.compile import compile_to

    folder = tmp_path_factory.mktemp("compiled")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
        patch.setenv("GOOGLE_APPLICATION_CREDENTIALS", f"/keys/{SECRET}.json")
        compile_to("vertex", folder / "pipeline.json", config)
        compile_to("kubeflow", folder / "pipeline.yaml", config)
    return {
        "vertex": (folder / "pipeline.json").read_text(),
        "kubeflow": (folder / "pipeline.yaml").read_text(),
    }


@pytest.fixture(scope="module", params=["vertex", "kubeflow"])
def text(request, compiled):
    return compiled[request.param]


@pytest.fixture(scope="module")
def spec(text):
    document = yaml.safe_load(text)  # JSON is YAML
    return document.get("pipelineSpec", document)


def tasks(spec):
    return spec["root"]["dag"]["tasks"]


def containers(spec):
    return [each["container"] for each in spec["deploymentSpec"]["executors"].values()]


def test_the_schema_versions_are_those_the_targets_take(compiled):
    assert json.loads(compiled["vertex"])["pipelineSpec"]["schemaVersion"] == "2.0.0"
    assert yaml.safe_load(compiled["kubeflow"])["schemaVersion"] == "2.1.0"


def test_every_stage_is_a_task(spec):
    assert set(tasks(spec)) == set(STAGES)


def test_the_order_is_that_of_the_stages(spec):
    for name, task in tasks(spec).items():
        for upstream in task.get("dependentTasks", []):
            assert STAGES.index(upstream) < STAGES.index(name)


@pytest.mark.parametrize(
    ("stage", "needs"),
    [
        ("Augment", {"CatalogValidator", "ShelfValidator", "DataCheck", "DistributionValidator"}),
        ("AmbiguousPhotos", {"Transform"}),
        ("Trainer", {"Transform", "AmbiguousPhotos"}),
        ("Evaluator", {"Trainer", "Baseline"}),
        ("ReleaseGate", {"Evaluator", "EdgeExport", "ServingCheck", "Baseline"}),
        ("PusherServing", {"ReleaseGate"}),
        ("PusherEdge", {"ReleaseGate"}),
        ("Publish", {"PusherServing", "PusherEdge"}),
    ],
)
def test_what_blocks_what(spec, stage, needs):
    assert needs <= set(tasks(spec)[stage]["dependentTasks"])


def test_every_stage_runs_in_the_configured_image(spec):
    assert {container["image"] for container in containers(spec)} == {IMAGE}


def test_every_stage_starts_through_this_project(spec):
    for container in containers(spec):
        assert container["command"] == ["python", "-m", "kubeflow.run_stage"]


def test_every_executor_can_be_imported(spec):
    paths = set()
    for container in containers(spec):
        words = [*container.get("command", []), *container["args"]]
        paths.add(words[words.index("--executor_class_path") + 1])

    assert len(paths) >= 15
    for path in paths:
        module, _, name = path.rpartition(".")
        assert callable(getattr(importlib.import_module(module), name)), path


def test_nothing_of_this_machine_and_no_secret_stands_in_the_file(text):
    assert SECRET not in text
    assert str(REPOSITORY) not in text
    assert str(Path.home()) + "/" not in text


def test_compiling_again_gives_the_same_file(compiled, config, tmp_path):
    from kubeflow.compile import compile_to

    out = tmp_path / "again.json"
    compile_to("vertex", out, config)
    assert (
        json.loads(out.read_text())["pipelineSpec"]
        == (json.loads(compiled["vertex"])["pipelineSpec"])
    )


def test_artifacts_go_where_vertex_takes_them(compiled):
    runtime = json.loads(compiled["vertex"])["runtimeConfig"]
    assert runtime["gcsOutputDirectory"].startswith("gs://")


@pytest.mark.parametrize(
    ("target", "name", "profile", "words"),
    [
        ("kubeflow", "pipeline.json", "vertex", "name it *.yaml"),
        ("vertex", "pipeline.yaml", "vertex", "name it *.json"),
        ("vertex", "nowhere/pipeline.json", "vertex", "no such folder"),
        ("vertex", "pipeline.json", "demo", "catalog: missing"),
    ],
)
def test_what_cannot_work_is_refused(target, name, profile, words, tmp_path):
    from kubeflow.compile import compile_to

    with pytest.raises(WrongInput, match=words.replace("*", r"\*")):
        compile_to(target, tmp_path / name, load(profile))
    assert list(tmp_path.iterdir()) == []


def test_resources_that_the_target_cannot_give_are_refused(tmp_path):
    from kubeflow.compile import compile_to

    config = load("vertex", assignments=["trainer.strategy=multi_worker"])
    with pytest.raises(WrongInput, match=r"cloud\.stages\.Trainer\.machines"):
        compile_to("vertex", tmp_path / "pipeline.json", config)
    assert list(tmp_path.iterdir()) == []

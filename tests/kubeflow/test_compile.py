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
MODULES = {"WhatChanged": "what_changed", "Outcome": "outcome"}
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
    """The tasks of the stages, without that which tells the outcome."""
    inner = spec["components"]["Retrain"]["dag"]["tasks"]
    return {name: task for name, task in inner.items() if name != "Outcome"}


def containers(spec):
    executors = spec["deploymentSpec"]["executors"]
    return {name.removesuffix("_executor"): each["container"] for name, each in executors.items()}


def test_both_files_hold_the_same_pipeline(compiled):
    from google.protobuf import json_format
    from kfp.pipeline_spec import pipeline_spec_pb2

    job = json.loads(compiled["vertex"])
    root = {"defaultPipelineRoot": "gs://BUCKET/oneshelf/pipeline"}
    assert yaml.safe_load(compiled["kubeflow"]) == job["pipelineSpec"] | root
    assert job["pipelineSpec"]["schemaVersion"] == "2.1.0"
    # Raises where a field is unknown.
    json_format.ParseDict(job, pipeline_spec_pb2.PipelineJob())
    json_format.ParseDict(job["pipelineSpec"] | root, pipeline_spec_pb2.PipelineSpec())
    deployment = pipeline_spec_pb2.PipelineDeploymentConfig()
    json_format.ParseDict(job["pipelineSpec"]["deploymentSpec"], deployment)


def test_every_stage_is_a_task(spec):
    assert set(tasks(spec)) == set(STAGES)


def test_what_changed_comes_first_and_decides_whether_anything_else_runs(spec):
    assert set(spec["root"]["dag"]["tasks"]) == {"Run"}
    run = spec["components"]["Run"]["dag"]["tasks"]
    assert set(run) == {"WhatChanged", "Retrain"}
    assert "cachingOptions" not in run["WhatChanged"]
    assert run["Retrain"]["dependentTasks"] == ["WhatChanged"]
    condition = run["Retrain"]["triggerPolicy"]["condition"]
    assert condition == "inputs.parameter_values['changed'] == 'true'"


def test_every_fact_that_a_stage_takes_is_one_that_the_run_finds_out(spec):
    told = set(spec["components"]["WhatChanged"]["outputDefinitions"]["parameters"])
    taken = {
        source["componentInputParameter"]
        for task in tasks(spec).values()
        for source in task["inputs"].get("parameters", {}).values()
        if "componentInputParameter" in source
    }
    assert taken | {"changed"} == told
    assert {"run_id", "catalog_hash", "shelves_hash", "inputs_hash"} <= taken


def test_the_run_takes_an_alarm_and_does_without(compiled, spec):
    given = spec["root"]["inputDefinitions"]["parameters"]["alarm"]
    assert given == {"parameterType": "STRING", "isOptional": True, "defaultValue": ""}
    assert json.loads(compiled["vertex"])["runtimeConfig"]["parameterValues"] == {"alarm": ""}


def test_the_outcome_is_told_after_all_stages(spec):
    outcome = spec["components"]["Retrain"]["dag"]["tasks"]["Outcome"]
    assert set(outcome["dependentTasks"]) == set(STAGES)
    assert "cachingOptions" not in outcome


def test_who_is_to_be_notified_is_whatever_became_of_the_run(tmp_path):
    from kubeflow.compile import compile_to

    out = tmp_path / "pipeline.yaml"
    compile_to("kubeflow", out, load("vertex", assignments=["cloud.notify=https://chat/hook"]))
    root = yaml.safe_load(out.read_text())["root"]["dag"]["tasks"]
    assert set(root) == {"Run", "Notify"}
    assert root["Notify"]["dependentTasks"] == ["Run"]
    assert root["Notify"]["triggerPolicy"] == {"strategy": "ALL_UPSTREAM_TASKS_COMPLETED"}


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
    assert {container["image"] for container in containers(spec).values()} == {IMAGE}


def test_every_stage_starts_through_this_project(spec):
    for name, container in containers(spec).items():
        module = "run_stage" if name in STAGES else MODULES[name]
        assert container["command"] == ["python", "-m", f"kubeflow.{module}"]


def test_every_executor_can_be_imported(spec):
    paths = set()
    for name, container in containers(spec).items():
        if name not in STAGES:
            continue
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


def of_addresses(target, tmp_path, **overrides):
    from kubeflow.compile import compile_to

    out = tmp_path / ("pipeline.json" if target == "vertex" else "pipeline.yaml")
    places = {"catalog": "gs://shop/products.csv", "root": "gs://shop/out", **overrides}
    compile_to(target, out, load("test", overrides=places))
    document = yaml.safe_load(out.read_text())
    return document.get("runtimeConfig"), document.get("pipelineSpec", document)


def test_vertex_mounts_the_places_that_stages_are_told_and_a_release_records_addresses(tmp_path):
    given = {"backbone": {"weights": "gs://shop/w.safetensors"}}
    given["cloud"] = {"notify": "gs://shop/hook"}
    runtime, spec = of_addresses("vertex", tmp_path, **given)

    def parameter(task, name):
        return task["inputs"]["parameters"][name]["runtimeValue"]["constant"]

    assert runtime["gcsOutputDirectory"] == "gs://shop/out/pipeline"
    assert parameter(tasks(spec)["ReleaseGate"], "releases") == "/gcs/shop/out/releases"
    assert "/gcs/shop/w.safetensors" in parameter(tasks(spec)["Trainer"], "settings")
    what = spec["components"]["Run"]["dag"]["tasks"]["WhatChanged"]
    assert json.loads(parameter(what, "configuration"))["catalog"] == "/gcs/shop/products.csv"
    notify = spec["root"]["dag"]["tasks"]["Notify"]
    assert json.loads(parameter(notify, "configuration"))["cloud"]["notify"] == "/gcs/shop/hook"
    recorded = json.loads(parameter(tasks(spec)["Publish"], "configuration"))
    assert recorded["catalog"] == "gs://shop/products.csv"
    assert recorded["backbone"]["weights"] == "gs://shop/w.safetensors"


def test_kubeflow_mounts_no_address_but_takes_one_for_releases(tmp_path):
    with pytest.raises(WrongInput) as refused:
        of_addresses("kubeflow", tmp_path)
    catalog, root = refused.value.problems
    assert catalog.startswith("catalog: gs://shop/products.csv, which containers on Kubeflow do")
    assert root.startswith("root: gs://shop/out, which")
    volume = {"catalog": "/data/products.csv", "root": "/data/out"}
    _, spec = of_addresses("kubeflow", tmp_path, releases="s3://shop/releases", **volume)
    gate = tasks(spec)["ReleaseGate"]["inputs"]["parameters"]["releases"]
    assert gate == {"runtimeValue": {"constant": "s3://shop/releases"}}


def test_a_root_that_kubeflow_cannot_copy_from_is_refused(tmp_path):
    from kubeflow.compile import compile_to

    config = load("vertex", assignments=["cloud.pipeline_root=/data/pipeline"])
    with pytest.raises(WrongInput, match=r"cloud\.pipeline_root: /data/pipeline, and Kubeflow's"):
        compile_to("kubeflow", tmp_path / "pipeline.yaml", config)


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

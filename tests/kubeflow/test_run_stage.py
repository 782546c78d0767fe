import json
import os
import subprocess
import sys

import pytest

from kubeflow import run_stage as subject


def words(executor="a.B", runner=None, **inputs):
    beam = [f"--runner={runner}", "--temp_location=gs://shop/tmp"] if runner else []
    message = {"inputs": inputs, "outputs": {"outputFile": "gs://shop/out"}}
    return [
        *("--executor_class_path", executor),
        *("--json_serialized_invocation_args", json.dumps(message)),
        *beam,
    ]


ARTIFACTS = {"x": {"artifacts": [{"uri": "gs://shop/x", "type": {"schemaTitle": "tfx.Model"}}]}}


@pytest.mark.parametrize(
    ("executor", "runner", "uri"),
    [
        ("components.augment.executor.Executor", None, "/gcs/shop/x"),
        ("components.augment.executor.Executor", "DataflowRunner", "/gcs/shop/x"),
        ("tfx.components.statistics_gen.executor.Executor", None, "/gcs/shop/x"),
        ("tfx.components.statistics_gen.executor.Executor", "DirectRunner", "/gcs/shop/x"),
        ("tfx.components.statistics_gen.executor.Executor", "DataflowRunner", "gs://shop/x"),
    ],
)
def test_addresses_become_paths_but_where_workers_read_by_themselves(executor, runner, uri):
    message = subject.invocation_of(words(executor, runner, artifacts=ARTIFACTS))
    assert message["inputs"]["artifacts"]["x"]["artifacts"][0]["uri"] == uri


def test_types_come_from_the_inputs_spec_of_the_command_line():
    spec = {"artifacts": {"x": {"artifactType": {"schemaTitle": "oneshelf.Verdict"}}}}
    given = {"x": {"artifacts": [{"uri": "minio://b/x", "type": {"instanceSchema": ""}}]}}
    message = subject.invocation_of(
        [*words(artifacts=given), "--json_serialized_inputs_spec_args", json.dumps(spec)]
    )
    assert message["inputs"]["artifacts"]["x"]["artifacts"] == [
        {"uri": "/minio/b/x", "type": {"schemaTitle": "oneshelf.Verdict"}}
    ]


@pytest.mark.tfx
def test_a_stage_runs_as_a_cluster_runs_it(tmp_path):
    """A process of its own, as in the container, with a bucket mounted in a temporary folder."""
    schema = {"artifacts": [{"name": "1", "uri": "gs://bucket/schema", "type": _type("Schema")}]}
    invocation = {
        "inputs": {"parameters": {"schema_file": {"stringValue": "catalog"}}},
        "outputs": {
            "artifacts": {"schema": schema},
            "outputFile": "gs://bucket/task/executor_output.json",
        },
    }
    script = (
        "from kubeflow import addresses, run_stage\n"
        f"addresses.MOUNTS['gs://'] = {str(tmp_path) + '/'!r}\n"
        "run_stage.main()\n"
    )

    done = subprocess.run(
        [
            *(sys.executable, "-c", script),
            *("--executor_class_path", "components.curated_schema.component.Executor"),
            *("--json_serialized_invocation_args", json.dumps(invocation)),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},  # noqa: PTH109
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bucket" / "schema" / "schema.pbtxt").is_file()
    report = (tmp_path / "bucket" / "task" / "executor_output.json").read_text()
    assert '"gs://bucket/schema"' in report
    assert str(tmp_path) not in report


def _type(name):
    return {"instanceSchema": f"title: tfx.{name}\ntype: object\n"}

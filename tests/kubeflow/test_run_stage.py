import json
import os
import subprocess
import sys
from pathlib import Path

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


def start(tmp_path, executor, parameters, artifacts):
    """Run a stage in a process of its own, with a bucket mounted in a temporary folder."""
    invocation = {
        "inputs": {"parameters": parameters},
        "outputs": {"artifacts": artifacts, "outputFile": "gs://bucket/task/executor_output.json"},
    }
    script = (
        "from kubeflow import addresses, run_stage\n"
        f"addresses.MOUNTS['gs://'] = {str(tmp_path) + '/'!r}\n"
        "run_stage.main()\n"
    )
    return subprocess.run(
        [
            *(sys.executable, "-c", script),
            *("--executor_class_path", executor),
            *("--json_serialized_invocation_args", json.dumps(invocation)),
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": f"{Path.cwd()}:{tmp_path}"},
    )


@pytest.mark.tfx
def test_a_stage_runs_as_a_cluster_runs_it(tmp_path):
    kind = {"instanceSchema": "title: tfx.Schema\ntype: object\n"}
    done = start(
        tmp_path,
        "components.curated_schema.component.Executor",
        {"schema_file": {"stringValue": "catalog"}},
        {"schema": {"artifacts": [{"name": "1", "uri": "gs://bucket/schema", "type": kind}]}},
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "bucket" / "schema" / "schema.pbtxt").is_file()
    report = (tmp_path / "bucket" / "task" / "executor_output.json").read_text()
    assert '"gs://bucket/schema"' in report
    assert str(tmp_path) not in report


_FAILING = """
from tfx.dsl.components.base.base_executor import BaseExecutor
from components.records.problems import InputError, Problem

class Wrong(BaseExecutor):
    def Do(self, inputs, outputs, properties):
        raise RuntimeError("Beam says") from InputError([Problem("a.csv", 3, "no SKU", "give one")])

class Broken(BaseExecutor):
    def Do(self, inputs, outputs, properties):
        raise ZeroDivisionError
"""


@pytest.mark.tfx
@pytest.mark.parametrize(
    ("executor", "code", "last"), [("Wrong", 2, "a.csv, row 3: no SKU"), ("Broken", 3, "ZeroDivi")]
)
def test_a_stage_that_fails_says_last_what_is_wrong(tmp_path, executor, code, last):
    (tmp_path / "failing.py").write_text(_FAILING)
    done = start(tmp_path, f"failing.{executor}", {}, {})
    assert done.returncode == code, done.stderr
    assert done.stderr.splitlines()[-1].startswith(last), done.stderr[-500:]

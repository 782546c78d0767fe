import json
import os
import subprocess
import sys

import pytest

from kubeflow import run_stage as subject


def test_addresses_become_paths_where_the_stage_reads_and_not_where_beam_does():
    words = [
        *("--executor_class_path", "a.B"),
        *("--json_serialized_invocation_args", '{"uri": "gs://shop/x"}'),
        *("--temp_location", "gs://shop/tmp"),
    ]
    assert subject.mounted(words) == [
        *("--executor_class_path", "a.B"),
        *("--json_serialized_invocation_args", '{"uri": "/gcs/shop/x"}'),
        *("--temp_location", "gs://shop/tmp"),
    ]


def test_paths_in_the_report_become_addresses(tmp_path):
    report = tmp_path / "executor_output.json"
    report.write_text('{"uri": "/gcs/shop/x"}')
    subject.addressed(report)
    assert json.loads(report.read_text()) == {"uri": "gs://shop/x"}


@pytest.mark.tfx
def test_a_stage_runs_as_a_cluster_runs_it(tmp_path):
    """A process of its own, as in the container, with a bucket mounted in a temporary folder."""
    (tmp_path / "bucket" / "task").mkdir(parents=True)
    schema = {"artifacts": [{"name": "1", "uri": "gs://bucket/schema", "type": _type("Schema")}]}
    invocation = {
        "inputs": {"parameters": {"schema_file": {"stringValue": "catalog"}}},
        "outputs": {
            "artifacts": {"schema": schema},
            "outputFile": "gs://bucket/task/executor_output.json",
        },
    }
    script = (
        "from kubeflow import run_stage\n"
        f"run_stage.MOUNT = {str(tmp_path) + '/'!r}\n"
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

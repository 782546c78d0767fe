"""What an orchestrator tells a task, and what the stage is to see of it."""

import json

import pytest

from kubeflow import executor_input as subject
from kubeflow.addresses import addressed, in_places, mounted

EXAMPLES = {"schemaTitle": "tfx.Examples"}


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("gs://shop/runs/x", "/gcs/shop/runs/x"),
        ("minio://mlpipeline/v2/x", "/minio/mlpipeline/v2/x"),
        ("s3://shop/x", "/s3/shop/x"),
        ("/data/gcs/x", "/data/gcs/x"),
        ("relative/x", "relative/x"),
    ],
)
def test_addresses_become_paths_and_paths_become_addresses(address, path):
    assert mounted(address) == path
    assert addressed(path) == address


def test_places_of_artifacts_and_files_change_and_nothing_else():
    artifact = {"uri": "gs://shop/x", "metadata": {"pushed_destination": "gs://shop/y"}}
    message = {
        "inputs": {
            "artifacts": {"model": {"artifacts": [artifact]}},
            "parameterValues": {"configuration": '{"root": "gs://shop"}', "releases": "s3://b/r"},
        },
        "outputs": {
            "outputFile": "gs://shop/out",
            "parameters": {"changed": {"outputFile": "gs://shop/changed"}},
        },
    }

    seen = in_places(message, mounted)

    assert seen == {
        "inputs": {
            "artifacts": {"model": {"artifacts": [artifact | {"uri": "/gcs/shop/x"}]}},
            "parameterValues": message["inputs"]["parameterValues"],
        },
        "outputs": {
            "outputFile": "/gcs/shop/out",
            "parameters": {"changed": {"outputFile": "/gcs/shop/changed"}},
        },
    }
    assert in_places(seen, addressed) == message


def test_outputs_that_kubeflow_adds_for_itself_are_left_out():
    logs, model = {"artifacts": [{"uri": "s3://b/logs"}]}, {"artifacts": [{"uri": "s3://b/m"}]}
    message = subject.parsed(
        json.dumps({"outputs": {"artifacts": {"executor-logs": logs, "model": model}}})
    )
    assert message["outputs"]["artifacts"] == {"model": model}


@pytest.mark.parametrize("kind", [{}, {"instanceSchema": ""}, {"schemaTitle": ""}])
def test_a_type_that_kubeflow_leaves_out_comes_from_the_inputs_spec(kind):
    message = {"inputs": {"artifacts": {"examples": {"artifacts": [{"uri": "x", "type": kind}]}}}}
    spec = {"artifacts": {"examples": {"artifactType": EXAMPLES}}}

    (artifact,) = subject.with_types(message, spec)["inputs"]["artifacts"]["examples"]["artifacts"]

    assert artifact == {"uri": "x", "type": EXAMPLES}


def test_a_type_that_is_given_stays():
    message = {
        "inputs": {"artifacts": {"examples": {"artifacts": [{"type": {"schemaTitle": "a.B"}}]}}}
    }
    spec = {"artifacts": {"examples": {"artifactType": EXAMPLES}}}
    (artifact,) = subject.with_types(message, spec)["inputs"]["artifacts"]["examples"]["artifacts"]
    assert artifact["type"] == {"schemaTitle": "a.B"}


def test_output_folders_and_parameters_are_written_where_told(tmp_path):
    message = subject.parsed(
        json.dumps(
            {
                "outputs": {
                    "artifacts": {"model": {"artifacts": [{"uri": f"{tmp_path}/a/model"}]}},
                    "outputFile": f"{tmp_path}/b/c/out.json",
                }
            }
        )
    )

    subject.tell(message, {"changed": "true"})

    assert (tmp_path / "a" / "model").is_dir()
    written = json.loads((tmp_path / "b" / "c" / "out.json").read_text())
    assert written == {"parameterValues": {"changed": "true"}}

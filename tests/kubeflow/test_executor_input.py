"""What an orchestrator tells a task, and what the stage is to see of it."""

import json

import pytest

from kubeflow import executor_input as subject
from kubeflow.addresses import addressed, in_all, mounted

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


def test_a_path_in_settings_is_mounted_too_and_only_whole_values_become_addresses():
    assert mounted('{"weights": "gs://shop/w"}') == '{"weights": "/gcs/shop/w"}'
    assert addressed("see /gcs/shop/w") == "see /gcs/shop/w"


def test_every_text_in_parsed_json_is_changed_and_nothing_else():
    values = {"a": ["x", 1, None, True, {"x": "x"}]}
    assert in_all(values, str.upper) == {"a": ["X", 1, None, True, {"x": "X"}]}


def test_the_configuration_that_is_recorded_stays_as_written():
    given = {"configuration": '{"root": "gs://shop"}', "releases": "gs://shop/releases", "n": 3}
    message = {"inputs": {"parameterValues": given}, "outputs": {"outputFile": "gs://shop/out"}}

    changed = subject.with_mounted_paths(message)

    assert subject.parameters(changed) == {**given, "releases": "/gcs/shop/releases"}
    assert changed["outputs"]["outputFile"] == "/gcs/shop/out"


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

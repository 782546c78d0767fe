"""The kit is what TensorFlow Serving reads: parsed by its own schema, short of running it."""

from importlib.metadata import version

import pytest
import yaml
from google.protobuf import text_format
from tensorflow_serving.config.model_server_config_pb2 import ModelServerConfig

from components.releases.layout import SERVED_NAME
from components.serving_kit.kit import kit_files, models_config


def _model(text: str):
    (model,) = text_format.Parse(text, ModelServerConfig()).model_config_list.config
    return model


def test_the_new_release_is_the_canary_and_its_parent_stays_stable():
    model = _model(kit_files(4, 3)["models.config"])
    assert model.name == SERVED_NAME
    assert model.base_path == f"/models/{SERVED_NAME}"
    assert list(model.model_version_policy.specific.versions) == [3, 4]
    assert dict(model.version_labels) == {"stable": 3, "canary": 4}


def test_the_first_release_is_both():
    text = kit_files(1, None)["models.config"]
    assert list(_model(text).model_version_policy.specific.versions) == [1]
    assert dict(_model(text).version_labels) == {"stable": 1, "canary": 1}
    assert "Go back" not in text


def test_one_line_goes_on_or_back():
    lines = models_config(canary=4, stable=3).splitlines()
    promoted = [line.replace("value: 3", "value: 4") for line in lines]
    assert sum(old != new for old, new in zip(lines, promoted, strict=True)) == 1
    model = _model("\n".join(promoted))
    assert dict(model.version_labels) == {"stable": 4, "canary": 4}
    assert list(model.model_version_policy.specific.versions) == [3, 4]


@pytest.fixture
def service():
    compose = yaml.safe_load(kit_files(4, 3)["compose.yaml"])
    assert list(compose["services"]) == [SERVED_NAME]
    return compose["services"][SERVED_NAME]


def test_the_image_is_pinned_and_as_new_as_what_models_are_written_with(service):
    name, _, tag = service["image"].partition(":")
    assert name == "tensorflow/serving"
    major, minor = version("tensorflow").split(".")[:2]
    assert tag.split(".")[:2] == [major, minor]


def test_the_server_finds_configuration_and_models_where_they_are_mounted(service):
    flags = dict(flag.removeprefix("--").split("=") for flag in service["command"])
    assert flags["model_config_file"] == "/config/models.config"
    assert flags["allow_version_labels_for_unavailable_models"] == "true"
    assert int(flags["model_config_file_poll_wait_seconds"]) > 0
    mounts = {target: source for source, target, _ in map(_split, service["volumes"])}
    assert mounts == {"/config": ".", "/models": "./models"}
    assert all(mode == "ro" for _, _, mode in map(_split, service["volumes"]))
    assert [port.rpartition(":")[0] for port in service["ports"]] == [
        "127.0.0.1:8500",
        "127.0.0.1:8501",
    ]


def _split(volume: str) -> list[str]:
    return volume.split(":")

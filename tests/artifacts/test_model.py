"""The folder of a Model artifact: names as TFX and TensorFlow have them, settings of any age."""

import pytest
from pydantic import ValidationError

from components.artifacts.model import INDEX_ASSET, ModelArtifact, copy_with_index
from components.artifacts.model_settings import ModelSettings


def test_parts_of_a_folder_and_of_an_address():
    model = ModelArtifact("gs://shop/model/7")
    assert model.serving == "gs://shop/model/7/Format-Serving"
    assert model.edge == "gs://shop/model/7/Format-Edge"
    assert model.index == "gs://shop/model/7/Format-Serving/assets/catalog.index"
    assert model.settings == "gs://shop/model/7/settings.json"
    assert model.weights == "gs://shop/model/7/weights.safetensors"


@pytest.mark.tfx
def test_the_server_finds_its_model_where_tfx_looks():
    import tensorflow as tf
    from tfx.utils import path_utils

    assert ModelArtifact("model").serving == path_utils.serving_model_path("model")
    assert INDEX_ASSET.startswith(f"{tf.saved_model.ASSETS_DIRECTORY}/")


def test_settings_of_an_older_and_of_a_newer_model_are_read():
    settings = {"operating_threshold": 0.4, "weights_source": "start", "model_hash": "1f"}
    older = ModelSettings.model_validate(settings)
    assert (older.operating_threshold, older.costs, older.backbone) == (0.4, {}, "")
    newer = ModelSettings.model_validate({**settings, "colour": "blue"})
    assert newer.operating_threshold == older.operating_threshold
    with pytest.raises(ValidationError, match="operating_threshold"):
        ModelSettings.model_validate({})


@pytest.mark.parametrize("link", [True, False])
def test_another_index_leaves_the_first_model_as_it_was(tmp_path, link):
    first, second = tmp_path / "first", tmp_path / "second"
    (first / "assets").mkdir(parents=True)
    (first / INDEX_ASSET).write_bytes(b"old")
    (first / "saved_model.pb").write_bytes(b"graph")
    (tmp_path / "new").write_bytes(b"new")
    copy_with_index(first, tmp_path / "new", second, link=link)
    assert (first / INDEX_ASSET).read_bytes() == b"old"
    assert (second / INDEX_ASSET).read_bytes() == b"new"
    assert (second / "saved_model.pb").read_bytes() == b"graph"
    assert (first / "saved_model.pb").samefile(second / "saved_model.pb") == link

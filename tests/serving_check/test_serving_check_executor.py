import json

import pytest

pytestmark = pytest.mark.tfx


@pytest.fixture
def examples(tmp_path, photos):
    """An Examples artifact with a test split of nine photos."""
    import tensorflow as tf
    from tfx.types import artifact_utils, standard_artifacts

    artifact = standard_artifacts.Examples()
    artifact.uri = str(tmp_path / "examples")
    artifact.split_names = artifact_utils.encode_split_names(["train", "test"])
    split = tmp_path / "examples" / "Split-test"
    split.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(split / "data-00000-of-00001.gz"), "GZIP") as writer:
        for data in photos * 3:
            feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[data]))
            features = tf.train.Features(feature={"image/encoded": feature})
            writer.write(tf.train.Example(features=features).SerializeToString())
    return artifact


def test_a_bad_model_is_a_verdict_and_no_failure(examples, tmp_path):
    from tfx.types import standard_artifacts

    from components.artifacts.types import ServingCheckArtifact
    from components.serving_check.executor import Executor
    from components.serving_check.settings import ServingCheckSettings

    model, check = standard_artifacts.Model(), ServingCheckArtifact()
    model.uri, check.uri = str(tmp_path / "nothing"), str(tmp_path / "check")

    Executor().Do(
        {"model": [model], "examples": [examples]},
        {"check": [check]},
        {"settings": ServingCheckSettings().model_dump_json(), "code_hash": ""},
    )

    verdict = json.loads((tmp_path / "check" / "check.json").read_text())
    assert not verdict["ok"]
    assert verdict["reasons"][0].startswith("the process failed loading the model: ")


def test_as_many_photos_are_sent_as_the_settings_say(examples, tmp_path, monkeypatch):
    from tfx.types import standard_artifacts

    from components.artifacts.serving_check import ServingVerdict
    from components.artifacts.types import ServingCheckArtifact
    from components.serving_check import executor
    from components.serving_check.settings import ServingCheckSettings

    sent = []

    def check(saved_model, photos, settings):
        sent.extend(photos)
        return ServingVerdict(ok=True)

    monkeypatch.setattr(executor, "check_saved_model", check)
    model, output = standard_artifacts.Model(), ServingCheckArtifact()
    model.uri, output.uri = str(tmp_path / "model"), str(tmp_path / "check")

    executor.Executor().Do(
        {"model": [model], "examples": [examples]},
        {"check": [output]},
        {"settings": ServingCheckSettings(photos=6).model_dump_json(), "code_hash": ""},
    )

    assert len(sent) == 6


def test_photos_are_spread_over_the_split(examples, photos):
    from pathlib import Path

    from components.records.photo_sample import sample_photos

    split = Path(examples.uri) / "Split-test"

    assert sample_photos(split, 3) == [photos[0], photos[0], photos[0]]
    assert sample_photos(split, 9) == photos * 3
    assert len(sample_photos(split, 500)) == 9


def test_an_empty_split_has_no_photos(tmp_path):
    from components.records.photo_sample import sample_photos

    with pytest.raises(ValueError, match="holds no photo"):
        sample_photos(tmp_path, 3)


def test_the_component_states_its_channels():
    from tfx import types
    from tfx.types import standard_artifacts

    from components.serving_check.component import ServingCheck

    component = ServingCheck(
        model=types.Channel(type=standard_artifacts.Model),
        examples=types.Channel(type=standard_artifacts.Examples),
        settings="{}",
        code_hash="0",
    )

    assert component.outputs["check"].type_name == "oneshelf.ServingCheck"

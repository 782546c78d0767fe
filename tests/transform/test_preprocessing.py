"""What Transform hands to the trainer, run by Transform's own executor."""

import numpy as np
import pytest
from tiny_artifacts import artifact, beam_context, examples, schema, shelf_photos
from tiny_data import TinyData

pytestmark = pytest.mark.tfx


@pytest.fixture(scope="module")
def transformed(tmp_path_factory):
    """(features by file name of the train split, transform graph)."""
    from tfx.components.transform.executor import Executor

    folder = tmp_path_factory.mktemp("transform")
    photos = shelf_photos(TinyData(folder / "data"), [0, 1, 2])
    photos[0]["image/object/class/text"] = [b"milk-0", b"unknown_product"]
    photos[1]["image/object/difficult"] = np.array([1, 0], np.int64)
    photos[1]["image/object/is_crowd"] = np.array([0, 1], np.int64)
    photos[1]["photo/hard"] = np.array([0], np.int64)
    graph = artifact("TransformGraph", folder / "graph")
    output = artifact("Examples", folder / "output")
    Executor(beam_context(folder / "tmp")).Do(
        {
            "examples": [examples(folder / "examples", {"train": photos, "eval": photos[:1]})],
            "schema": [schema(folder / "schema", "shelves")],
        },
        {"transform_graph": [graph], "transformed_examples": [output]},
        {
            "preprocessing_fn": "components.transform.preprocessing.preprocessing_fn",
            "module_file": None,
            "module_path": None,
            "custom_config": "null",
            "splits_config": None,
            "force_tf_compat_v1": 0,
            "disable_statistics": 1,
        },
    )
    from components.example_gen.records import parse, read_records

    by_photo = {
        bytes(features["image"][0]): features
        for features in map(parse, read_records(output, "train"))
    }
    return [by_photo[photo["image/encoded"][0]] for photo in photos], graph


def test_boxes_and_skus_stay_in_order(transformed):
    (first, _, negative), _ = transformed
    np.testing.assert_allclose(
        first["boxes"].reshape(-1, 4),
        [[10 / 160, 12 / 120, 70 / 160, 108 / 120], [80 / 160, 12 / 120, 140 / 160, 108 / 120]],
        rtol=1e-6,
    )
    assert first["skus"] == [b"milk-0", b"unknown_product"]
    assert len(negative["boxes"]) == len(negative["skus"]) == len(negative["ignore"]) == 0


def test_objects_that_teach_nothing_are_ignored(transformed):
    (unknown, difficult_and_crowd, _), _ = transformed
    assert unknown["ignore"].tolist() == [0, 1]
    assert difficult_and_crowd["ignore"].tolist() == [1, 1]


def test_photo_a_person_corrected_weighs_more(transformed):
    from components.transform.preprocessing import HARD_WEIGHT

    photos, _ = transformed
    assert [photo["weight"].tolist() for photo in photos] == [[HARD_WEIGHT], [1.0], [1.0]]


def test_graph_records_what_was_trained_on(transformed):
    import tensorflow_transform as tft

    _, graph = transformed
    recorded = tft.TFTransformOutput(graph.uri)
    assert sorted(recorded.vocabulary_by_name("skus")) == [b"milk-0", b"milk-1", b"milk-2"]
    assert recorded.vocabulary_by_name("box_heights") == [b"3 0.80"]


def test_spec_of_the_output_is_what_the_trainer_parses(transformed):
    import tensorflow as tf
    import tensorflow_transform as tft

    _, graph = transformed
    spec = tft.TFTransformOutput(graph.uri).transformed_feature_spec()
    assert set(spec) == {"image", "boxes", "skus", "ignore", "weight"}
    assert spec["image"] == tf.io.FixedLenFeature([], tf.string)
    assert spec["weight"] == tf.io.FixedLenFeature([], tf.float32)
    assert all(isinstance(spec[name], tf.io.VarLenFeature) for name in ("boxes", "skus", "ignore"))

"""What Transform hands to the trainer, run by Transform's own executor."""

import json
from pathlib import Path

import numpy as np
import pytest
from tiny_artifacts import artifact, beam_context, examples, schema, shelf_photos
from tiny_data import TinyData

pytestmark = pytest.mark.tfx


def run(folder, splits, **settings):
    """(features by photo of every split, transform graph, what balance.json says)."""
    from components.records.example_files import read_records
    from components.records.tf_example import parse
    from components.transform.executor import Executor
    from components.transform.settings import TransformSettings

    graph = artifact("TransformGraph", folder / "graph")
    output = artifact("Examples", folder / "output")
    config = {"settings": TransformSettings(**settings).model_dump_json()}
    Executor(beam_context(folder / "tmp")).Do(
        {
            "examples": [examples(folder / "examples", splits)],
            "schema": [schema(folder / "schema", "shelves")],
        },
        {"transform_graph": [graph], "transformed_examples": [output]},
        {
            "preprocessing_fn": "components.transform.preprocessing.preprocessing_fn",
            "module_file": None,
            "module_path": None,
            "custom_config": json.dumps(config),
            "splits_config": None,
            "force_tf_compat_v1": 0,
            "disable_statistics": 1,
        },
    )
    by_photo = {
        split: {
            bytes(features["image"][0]): features
            for features in map(parse, read_records(output, split))
        }
        for split in splits
    }
    balance = json.loads((Path(graph.uri) / "balance.json").read_text())
    return by_photo, graph, balance


@pytest.fixture(scope="module")
def transformed(tmp_path_factory):
    """(features of the train split in order, transform graph)."""
    folder = tmp_path_factory.mktemp("transform")
    photos = shelf_photos(TinyData(folder / "data"), [0, 1, 2])
    photos[0]["image/object/class/text"] = [b"milk-0", b"unknown_product"]
    photos[1]["image/object/difficult"] = np.array([1, 0], np.int64)
    photos[1]["image/object/is_crowd"] = np.array([0, 1], np.int64)
    photos[1]["photo/hard"] = np.array([0], np.int64)
    by_photo, graph, _ = run(folder, {"train": photos, "eval": photos[:1]})
    return [by_photo["train"][photo["image/encoded"][0]] for photo in photos], graph


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
    counted = recorded.vocabulary_by_name("counts")
    assert sorted(counted) == [b"1 facings milk-0", b"1 showing milk-0", b"3 photos"]


def test_spec_of_the_output_is_what_the_trainer_parses(transformed):
    import tensorflow as tf
    import tensorflow_transform as tft

    _, graph = transformed
    spec = tft.TFTransformOutput(graph.uri).transformed_feature_spec()
    assert set(spec) == {"image", "photo", "boxes", "skus", "ignore", "weight"}
    assert spec["image"] == tf.io.FixedLenFeature([], tf.string)
    assert spec["weight"] == tf.io.FixedLenFeature([], tf.float32)
    assert all(isinstance(spec[name], tf.io.VarLenFeature) for name in ("boxes", "skus", "ignore"))


def shelf(number, *skus, hard=False):
    """A photo that shows these SKUs, as features of a shelf example."""
    count = len(skus)
    edges = {f"image/object/bbox/{edge}": np.zeros(count, np.float32) for edge in ("xmin", "ymin")}
    edges |= {f"image/object/bbox/{edge}": np.ones(count, np.float32) for edge in ("xmax", "ymax")}
    return {
        **edges,
        "image/encoded": [b"photo %d" % number],
        "image/source_id": [b"span-1/%d.jpg" % number],
        "image/object/class/text": [sku.encode() for sku in skus],
        "image/object/difficult": np.zeros(count, np.int64),
        "image/object/is_crowd": np.zeros(count, np.int64),
        "photo/hard": np.array([hard], np.int64),
    }


@pytest.fixture(scope="module")
def balanced(tmp_path_factory):
    """Sixteen photos: milk on 14 of them, bread on 4, salt on one; the threshold is 1 in 4."""
    nobodys = [(f"companion:{number}", "distractor:") for number in range(10)]
    train = [shelf(number, "milk", "milk", *skus) for number, skus in enumerate(nobodys)]
    train += [shelf(number, "bread", "milk") for number in range(10, 13)]
    train += [shelf(13, "bread", "milk", "salt", "salt"), shelf(14), shelf(15, hard=True)]
    new = shelf(16, "tea", "salt")
    folder = tmp_path_factory.mktemp("balanced")
    return run(folder, {"train": train, "eval": [new]}, repeat_threshold=0.25, rare_photos=1)


def test_photos_of_rare_skus_weigh_by_the_root_of_what_they_lack(balanced):
    photos, _, _ = balanced
    weights = [float(photos["train"][b"photo %d" % n]["weight"][0]) for n in range(16)]
    assert weights[:13] == [1.0] * 13  # milk and bread are on a quarter of the photos or more
    assert weights[13] == pytest.approx(2.0)  # salt is on 1 of 16: sqrt(0.25 * 16)
    assert weights[14:] == [1.0, 2.0]  # nothing on it; nothing on it, and corrected


def test_sku_that_training_never_shows_repeats_nothing(balanced):
    photos, _, _ = balanced
    assert float(photos["eval"][b"photo 16"]["weight"][0]) == pytest.approx(2.0)  # for the salt


def test_factors_shown_are_those_applied(balanced):
    _, _, balance = balanced
    assert balance == {
        "photos": 16,
        "repeat_threshold": 0.25,
        "imbalance": 12.0,
        "rare": ["salt"],
        "skus": {
            "salt": {"facings": 2, "photos": 1, "repeat": 2.0},
            "bread": {"facings": 4, "photos": 4, "repeat": 1.0},
            "milk": {"facings": 24, "photos": 14, "repeat": 1.0},
        },
    }


def test_photos_without_any_product_can_be_transformed(tmp_path):
    photos, _, balance = run(tmp_path, {"train": [shelf(0), shelf(1)]}, repeat_threshold=0.1)
    assert [float(photo["weight"][0]) for photo in photos["train"].values()] == [1.0, 1.0]
    assert balance["skus"] == {}

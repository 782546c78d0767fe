"""What the curated schemas let pass, and what stops a run."""

from pathlib import Path

import numpy as np
import pytest
from tiny_artifacts import artifact, beam_context, examples, packshots, schema, shelf_photos
from tiny_data import TinyData

pytestmark = pytest.mark.tfx

SCHEMAS = Path(__file__).parent.parent.parent / "schemas"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return TinyData(tmp_path_factory.mktemp("validation") / "data")


def statistics_of(photos, name):
    """Statistics of serialised examples, as StatisticsGen computes them, without Beam."""
    import tensorflow_data_validation as tfdv
    from tensorflow_data_validation.statistics import stats_impl
    from tfx_bsl.coders.example_coder import ExamplesToRecordBatchDecoder

    from components.example_gen.records import serialize
    from components.validation.statistics import statistics_options

    batch = ExamplesToRecordBatchDecoder().DecodeBatch([serialize(photo) for photo in photos])
    options = statistics_options(SCHEMAS / f"{name}.pbtxt")
    # StatisticsGen hands the options on as JSON.
    options = tfdv.StatsOptions.from_json(options.to_json())
    return stats_impl.generate_statistics_in_memory(batch, options)


def sentences(photos, name):
    import tensorflow_data_validation as tfdv

    from components.validation.anomalies import describe
    from components.validation.schema import load_schema

    found = tfdv.validate_statistics(
        statistics_of(photos, name), load_schema(SCHEMAS / f"{name}.pbtxt")
    )
    return [str(problem) for problem in describe({"train": found})]


def test_good_shelves_and_packshots_pass(data):
    assert sentences(shelf_photos(data, range(9)), "shelves") == []
    assert sentences(packshots(data), "catalog") == []


def test_photos_without_any_box_pass(data):
    assert sentences(shelf_photos(data, [2, 5, 8]), "shelves") == []


def test_encoded_photos_have_no_statistics(data):
    found = statistics_of(shelf_photos(data, [0]), "shelves")
    names = {feature.path.step[0] for feature in found.datasets[0].features}
    assert "image/encoded" not in names
    assert {"image/brightness", "image/object/bbox/xmin", "photo/store"} <= names


@pytest.mark.parametrize(
    ("name", "feature", "value"),
    [
        ("shelves", "image/brightness", np.array([0.001], np.float32)),
        ("shelves", "image/brightness", np.array([1.0], np.float32)),
        ("shelves", "image/contrast", np.array([0.0], np.float32)),
        ("shelves", "image/sharpness", np.array([np.nan], np.float32)),
        ("shelves", "image/object/bbox/xmax", np.array([0.5, 1.5], np.float32)),
        ("shelves", "image/object/bbox/ymin", np.array([-0.1, 0.5], np.float32)),
        ("shelves", "image/object/occlusion", np.array([2, 0], np.float32)),
        ("shelves", "image/object/difficult", np.array([2, 0], np.int64)),
        ("shelves", "image/object/count", np.array([2, 2], np.int64)),
        ("shelves", "image/format", [b"gif"]),
        ("shelves", "photo/store", []),
        ("catalog", "image/contrast", np.array([0.0], np.float32)),
        ("catalog", "product/held_out", np.array([7], np.int64)),
        ("catalog", "product/sku", []),
    ],
)
def test_spoilt_feature_is_named(data, name, feature, value):
    photos = shelf_photos(data, range(2)) if name == "shelves" else packshots(data)
    lines = sentences([{**photos[0], feature: value}, *photos[1:]], name)
    assert lines
    assert all(line.startswith(f"split 'train', feature '{feature}': ") for line in lines)
    assert all(
        line.endswith("; correct the data, or the schema where it is wrong") for line in lines
    )


def test_feature_that_is_gone_is_named(data):
    photos = shelf_photos(data, range(2))
    for photo in photos:
        del photo["image/brightness"]
    (line,) = sentences(photos, "shelves")
    assert line.startswith("split 'train', feature 'image/brightness': column dropped: ")


@pytest.fixture(scope="module")
def computed(data, tmp_path_factory):
    """Statistics of a good split and a spoilt one, by StatisticsGen itself."""
    from tfx.components.statistics_gen.executor import Executor

    from components.validation.statistics import statistics_options

    folder = tmp_path_factory.mktemp("computed")
    dark = [
        {**photo, "image/brightness": np.array([0.0], np.float32)}
        for photo in shelf_photos(data, [6])
    ]
    splits = {"train": shelf_photos(data, [0, 1]), "test": dark}
    shelves = schema(folder / "schema", "shelves")
    statistics = artifact("ExampleStatistics", folder / "statistics")
    Executor(beam_context(folder / "tmp")).Do(
        {"examples": [examples(folder / "examples", splits)], "schema": [shelves]},
        {"statistics": [statistics]},
        {
            "stats_options_json": statistics_options(SCHEMAS / "shelves.pbtxt").to_json(),
            "exclude_splits": "[]",
        },
    )
    return statistics, shelves


def validate(computed, folder):
    from components.validation.executor import BlockingExecutor

    statistics, shelves = computed
    anomalies = artifact("ExampleAnomalies", folder)
    BlockingExecutor().Do(
        {"statistics": [statistics], "schema": [shelves]},
        {"anomalies": [anomalies]},
        {"code_hash": "", "exclude_splits": "[]"},
    )
    return anomalies


def test_spoilt_split_stops_the_run_and_the_anomalies_stay_readable(computed, tmp_path):
    from components.example_gen.problems import InputError

    with pytest.raises(InputError) as caught:
        validate(computed, tmp_path)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("split 'test', feature 'image/brightness': out-of-range values: ")
    assert (tmp_path / "Split-test" / "SchemaDiff.pb").stat().st_size > 0


def test_edited_schema_lets_the_same_data_pass(computed, tmp_path):
    statistics, shelves = computed
    text = (Path(shelves.uri) / "schema.pbtxt").read_text()
    wider = tmp_path / "schema"
    wider.mkdir()
    (wider / "schema.pbtxt").write_text(text.replace("min: 0.02 max: 0.99", "min: 0.0 max: 1.0"))
    anomalies = validate((statistics, artifact("Schema", wider)), tmp_path / "anomalies")
    assert anomalies.get_json_value_custom_property("blessed") == {"train": 1, "test": 1}


def test_component_takes_statistics_and_schema(computed):
    from tfx.types import channel_utils

    from components.validation.component import BlockingExampleValidator

    statistics, shelves = (channel_utils.as_channel([made]) for made in computed)
    node = BlockingExampleValidator(statistics, shelves, code_hash="abc")
    assert node.outputs["anomalies"].type_name == "ExampleAnomalies"
    assert node.exec_properties["code_hash"] == "abc"

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

    from components.anomalies.statistics_options import statistics_options
    from components.records.tf_example import serialize

    batch = ExamplesToRecordBatchDecoder().DecodeBatch([serialize(photo) for photo in photos])
    options = statistics_options(SCHEMAS / f"{name}.pbtxt")
    # StatisticsGen hands the options on as JSON.
    options = tfdv.StatsOptions.from_json(options.to_json())
    return stats_impl.generate_statistics_in_memory(batch, options)


def sentences(photos, name, environment=None):
    import tensorflow_data_validation as tfdv

    from components.anomalies.anomaly_problems import describe
    from components.anomalies.schema import load_schema

    found = tfdv.validate_statistics(
        statistics_of(photos, name), load_schema(SCHEMAS / f"{name}.pbtxt"), environment
    )
    return [str(problem) for problem in describe("split 'train'", found)]


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


def violations():
    """For every rule of every feature, an example's value that breaks it."""
    from components.anomalies.schema import WITHOUT_STATISTICS, load_schema

    for name in ("shelves", "catalog"):
        for feature in load_schema(SCHEMAS / f"{name}.pbtxt").feature:
            if feature.name not in WITHOUT_STATISTICS:
                for rule, value in broken(feature):
                    yield pytest.param(name, feature.name, value, id=f"{feature.name}-{rule}")


def broken(feature):
    from tensorflow_metadata.proto.v0 import schema_pb2

    several = feature.value_count.max != 1
    kind = {schema_pb2.INT: np.int64, schema_pb2.FLOAT: np.float32}.get(feature.type)

    def value(number):
        return np.array([number] * (2 if several else 1), kind)

    if feature.HasField("presence"):
        yield "presence", None
    if feature.value_count.HasField("max"):
        yield "value_count", [b"a", b"b"] if kind is None else np.array([1, 1], kind)
        yield "value_count_none", [] if kind is None else np.array([], kind)
    if feature.HasField("string_domain"):
        yield "domain", [b"gif"]
    for domain, step in ((feature.int_domain, 1), (feature.float_domain, 0.01)):
        if domain.HasField("min"):
            yield "min", value(domain.min - step)
        if domain.HasField("max"):
            yield "max", value(domain.max + step)
    if feature.float_domain.disallow_nan:
        yield "nan", value(np.nan)
    if feature.float_domain.disallow_inf:
        yield "inf", value(np.inf)


@pytest.mark.parametrize(("name", "feature", "value"), list(violations()))
def test_every_rule_refuses_what_breaks_it(data, name, feature, value):
    photos = shelf_photos(data, range(2)) if name == "shelves" else packshots(data)
    spoilt = {**photos[0], feature: value}
    if value is None:
        del spoilt[feature]
    lines = sentences([spoilt, *photos[1:]], name)
    assert lines
    assert all(line.startswith(f"split 'train', feature '{feature}': ") for line in lines)
    assert all(
        line.endswith("; correct the data, or the schema where it is wrong") for line in lines
    )


@pytest.mark.parametrize(
    ("feature", "value"),
    [
        ("image/brightness", [b"bright"]),
        ("photo/span", [b"one"]),
        ("photo/store", np.array([7], np.int64)),
    ],
)
def test_value_of_another_type_is_refused(data, feature, value):
    photos = [{**photo, feature: value} for photo in shelf_photos(data, range(2))]
    lines = sentences(photos, "shelves")
    assert any("unexpected data type" in line for line in lines)
    assert all(line.startswith(f"split 'train', feature '{feature}': ") for line in lines)


def test_split_without_examples_is_refused(data):
    import tensorflow_data_validation as tfdv
    from tensorflow_metadata.proto.v0 import statistics_pb2

    from components.anomalies.anomaly_problems import describe
    from components.anomalies.schema import load_schema

    empty = statistics_pb2.DatasetFeatureStatisticsList(datasets=[{"num_examples": 0}])
    found = tfdv.validate_statistics(empty, load_schema(SCHEMAS / "shelves.pbtxt"))
    (problem,) = describe("split 'train'", found)
    assert problem.what == "has no examples"


def phone_photos(data):
    """What is known of a photo that nobody annotated."""
    labels = ("image/object/", "photo/")
    return [
        {name: value for name, value in photo.items() if not name.startswith(labels)}
        for photo in shelf_photos(data, range(3))
    ]


def test_labels_are_asked_for_in_training_and_not_when_serving(data):
    photos = phone_photos(data)
    assert sentences(photos, "shelves", "SERVING") == []
    missing = {line.split("'")[3] for line in sentences(photos, "shelves", "TRAINING")}
    assert {"image/object/class/text", "image/object/bbox/xmin", "photo/label"} <= missing
    assert not any(name.startswith("image/b") for name in missing)


def test_photo_in_serving_is_held_to_what_a_photo_is(data):
    photos = phone_photos(data)
    photos[1]["image/brightness"] = np.array([0.0], np.float32)
    (line,) = sentences(photos, "shelves", "SERVING")
    assert line.startswith("split 'train', feature 'image/brightness': out-of-range values: ")


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

    from components.anomalies.statistics_options import statistics_options

    folder = tmp_path_factory.mktemp("computed")
    dark = [
        {**photo, "image/brightness": np.array([0.0], np.float32)}
        for photo in shelf_photos(data, [6])
    ]
    splits = {"train": shelf_photos(data, [0, 1]), "test": dark}
    shelves = schema(folder / "schema", "shelves")
    statistics = artifact("ExampleStatistics", folder / "statistics")
    photos = examples(folder / "examples", splits)
    Executor(beam_context(folder / "tmp")).Do(
        {"examples": [photos], "schema": [shelves]},
        {"statistics": [statistics]},
        {
            "stats_options_json": statistics_options(SCHEMAS / "shelves.pbtxt").to_json(),
            "exclude_splits": "[]",
        },
    )
    return photos, statistics, shelves


def validate(computed, folder):
    from components.validation.executor import BlockingExecutor

    photos, statistics, shelves = computed
    anomalies = artifact("ExampleAnomalies", folder)
    BlockingExecutor(beam_context(folder / "tmp")).Do(
        {"examples": [photos], "statistics": [statistics], "schema": [shelves]},
        {"anomalies": [anomalies]},
        {"code_hash": "", "exclude_splits": "[]"},
    )
    return anomalies


def test_spoilt_split_stops_the_run_and_the_anomalies_stay_readable(computed, tmp_path):
    from components.records.problems import InputError

    with pytest.raises(InputError) as caught:
        validate(computed, tmp_path)
    (line,) = str(caught.value).splitlines()
    assert line.startswith("split 'test', feature 'image/brightness': out-of-range values: ")
    assert "; for example span-1/photo-6.jpg (0); correct the data" in line
    assert (tmp_path / "Split-test" / "SchemaDiff.pb").stat().st_size > 0


def test_edited_schema_lets_the_same_data_pass(computed, tmp_path):
    photos, statistics, shelves = computed
    text = (Path(shelves.uri) / "schema.pbtxt").read_text()
    wider = tmp_path / "schema"
    wider.mkdir()
    (wider / "schema.pbtxt").write_text(text.replace("min: 0.02 max: 0.99", "min: 0.0 max: 1.0"))
    edited = artifact("Schema", wider)
    anomalies = validate((photos, statistics, edited), tmp_path / "anomalies")
    assert anomalies.get_json_value_custom_property("blessed") == {"train": 1, "test": 1}


def test_component_takes_examples_statistics_and_schema(computed):
    from tfx.types import channel_utils

    from components.validation.component import BlockingExampleValidator

    examples, statistics, schema = (channel_utils.as_channel([made]) for made in computed)
    node = BlockingExampleValidator(
        examples=examples, statistics=statistics, schema=schema, code_hash="abc"
    )
    assert node.outputs["anomalies"].type_name == "ExampleAnomalies"
    assert node.exec_properties["code_hash"] == "abc"

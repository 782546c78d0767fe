import struct

import pytest

from components.releases.registry import Registry

pytestmark = pytest.mark.tfx


@pytest.fixture
def model(tmp_path):
    serving = tmp_path / "model" / "Format-Serving"
    (serving / "variables").mkdir(parents=True)
    (serving / "saved_model.pb").write_bytes(b"graph")
    (serving / "variables" / "variables.index").write_bytes(b"weights")
    return tmp_path / "model"


@pytest.fixture
def edge_model(tmp_path):
    (tmp_path / "edge").mkdir()
    (tmp_path / "edge" / "model.tflite").write_bytes(b"flat")
    return tmp_path / "edge"


@pytest.fixture
def examples(tmp_path):
    import tensorflow as tf

    folder = tmp_path / "examples" / "Split-test"
    folder.mkdir(parents=True)
    options = tf.io.TFRecordOptions(compression_type="GZIP")
    with tf.io.TFRecordWriter(str(folder / "data-0.gz"), options) as writer:
        feature = tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"a photo"]))
        example = tf.train.Example(features=tf.train.Features(feature={"image/encoded": feature}))
        writer.write(example.SerializeToString())
    return tmp_path / "examples"


def _push(executor, folder, inputs, *, blessed=True, infra_blessed=True, releases=None):
    """Runs an executor as TFX does; returns the PushedModel."""
    from tfx.types import standard_artifacts

    model_blessing = standard_artifacts.ModelBlessing()
    model_blessing.set_int_custom_property("blessed", int(blessed))
    infra_blessing = standard_artifacts.InfraBlessing()
    infra_blessing.set_int_custom_property("blessed", int(infra_blessed))
    infra_blessing.set_int_custom_property("version", 3)
    infra_blessing.set_string_custom_property("content_hash", "c0ffee")
    pushed = standard_artifacts.PushedModel()
    pushed.uri = str(folder / "pushed")
    executor().Do(
        {**inputs, "model_blessing": [model_blessing], "infra_blessing": [infra_blessing]},
        {"pushed_model": [pushed]},
        {"releases": releases or str(folder / "releases"), "code_hash": ""},
    )
    return pushed


def _artifact(kind, path, splits=None):
    made = kind()
    made.uri = str(path)
    if splits:
        made.split_names = splits
    return [made]


@pytest.fixture
def push_serving(tmp_path, model, examples):
    from tfx.types import standard_artifacts

    from components.pusher.executor import ServingExecutor

    def push(**blessings):
        inputs = {
            "model": _artifact(standard_artifacts.Model, model),
            "examples": _artifact(standard_artifacts.Examples, examples, '["train", "test"]'),
        }
        return _push(ServingExecutor, tmp_path, inputs, **blessings)

    return push


@pytest.fixture
def push_edge(tmp_path, edge_model):
    from components.artifacts.types import EdgeModelArtifact
    from components.pusher.executor import EdgeExecutor

    def push(**blessings):
        return _push(
            EdgeExecutor, tmp_path, {"model": _artifact(EdgeModelArtifact, edge_model)}, **blessings
        )

    return push


def test_both_push_into_the_staging_folder_of_one_version(tmp_path, push_serving, push_edge):
    serving, edge = push_serving(), push_edge()
    staging = Registry(tmp_path / "releases").stage(3, "c0ffee")
    assert (staging.serving / "saved_model.pb").read_bytes() == b"graph"
    assert (staging.serving / "variables" / "variables.index").read_bytes() == b"weights"
    assert (staging.edge / "model.tflite").read_bytes() == b"flat"
    for pushed, destination in ((serving, staging.serving), (edge, staging.edge)):
        assert pushed.get_int_custom_property("pushed") == 1
        assert pushed.get_string_custom_property("pushed_destination") == str(destination)
        assert pushed.get_string_custom_property("pushed_version") == "3"
    assert Registry(tmp_path / "releases").list() == ()


def test_both_push_into_an_object_store(push_serving, push_edge):
    from fsspec.implementations.memory import MemoryFileSystem

    pushed = push_serving(releases="memory://push"), push_edge(releases="memory://push")
    staging = Registry("memory://push").stage(3, "c0ffee")
    try:
        assert set(staging.folder.files()) == {
            "serving/3/saved_model.pb",
            "serving/3/variables/variables.index",
            "serving/3/assets.extra/tf_serving_warmup_requests",
            "edge/model.tflite",
        }
        destinations = [each.get_string_custom_property("pushed_destination") for each in pushed]
        assert destinations == [f"{staging.folder}/serving/3", f"{staging.folder}/edge"]
    finally:
        MemoryFileSystem.store.clear()


def test_warm_up_requests_lie_where_the_server_looks(tmp_path, push_serving):
    from tensorflow_serving.apis import prediction_log_pb2

    push_serving()
    staging = Registry(tmp_path / "releases").stage(3, "c0ffee")
    written = (staging.serving / "assets.extra" / "tf_serving_warmup_requests").read_bytes()
    (length,) = struct.unpack("<Q", written[:8])
    log = prediction_log_pb2.PredictionLog.FromString(written[12 : 12 + length])
    assert log.predict_log.request.inputs["photos"].string_val[0] == b"a photo"


def test_what_a_dead_run_left_is_replaced(tmp_path, push_serving, push_edge):
    staging = Registry(tmp_path / "releases").stage(3, "c0ffee")
    for folder in (staging.serving, staging.edge):
        folder.mkdir(parents=True)
        (folder / "half a file").write_bytes(b"?")
    push_serving()
    push_edge()
    assert not (staging.serving / "half a file").exists()
    assert not (staging.edge / "half a file").exists()


@pytest.mark.parametrize("blessings", [{"blessed": False}, {"infra_blessed": False}])
def test_without_both_blessings_nothing_is_pushed(tmp_path, push_serving, push_edge, blessings):
    for pushed in (push_serving(**blessings), push_edge(**blessings)):
        assert pushed.get_int_custom_property("pushed") == 0
    assert not (tmp_path / "releases").exists()

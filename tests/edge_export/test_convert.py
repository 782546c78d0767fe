import pytest

pytestmark = pytest.mark.tfx


@pytest.fixture
def save_edge(tmp_path):
    """Saves a SavedModel whose signature `edge` is the given function of a [2, 2] matrix."""
    import tensorflow as tf

    def save(compute) -> str:
        spec = tf.TensorSpec([2, 2], tf.float32, name="image")
        edge = tf.function(lambda image: {"scores": compute(image)}, input_signature=[spec])
        tf.saved_model.save(tf.Module(), str(tmp_path / "model"), signatures={"edge": edge})
        return str(tmp_path / "model")

    return save


def test_built_in_operators_convert(save_edge):
    import tensorflow as tf

    from components.edge_export.convert_worker import convert
    from components.edge_export.operators import operators_outside_builtins

    model = convert(save_edge(lambda image: tf.matmul(image, image)), "none")

    assert operators_outside_builtins(model) == []
    runner = tf.lite.Interpreter(model_content=model).get_signature_runner("edge")
    assert runner(image=tf.eye(2) * 3)["scores"].tolist() == [[9, 0], [0, 9]]


def test_an_operator_that_tflite_has_not_is_named(save_edge):
    import tensorflow as tf

    from components.edge_export.convert_worker import NotConvertible, convert

    with pytest.raises(NotConvertible, match="operators that TFLite has not: MatrixInverse"):
        convert(save_edge(tf.linalg.inv), "none")


def test_flex_operators_in_a_file_are_found(save_edge):
    import tensorflow as tf

    from components.edge_export.operators import operators_outside_builtins

    converter = tf.lite.TFLiteConverter.from_saved_model(
        save_edge(tf.linalg.inv), signature_keys=["edge"]
    )
    converter.target_spec.supported_ops = [tf.lite.OpsSet.SELECT_TF_OPS]

    assert "FlexMatrixInverse" in operators_outside_builtins(converter.convert())


def test_the_command_ends_with_one_line(save_edge, tmp_path):
    import tensorflow as tf

    from components.edge_export.convert_worker import main

    with pytest.raises(SystemExit) as ended:
        main([save_edge(tf.linalg.inv), str(tmp_path / "model.tflite"), "none"])

    assert ended.value.code == (
        "the model cannot be converted: it needs operators that TFLite has not: MatrixInverse"
    )
    assert not (tmp_path / "model.tflite").exists()


def test_weights_take_less_room_the_shorter_their_numbers(save_edge):
    import numpy as np
    import tensorflow as tf

    from components.edge_export.convert_worker import convert

    weights = tf.constant(np.random.default_rng(3).normal(size=(2, 20_000)).astype(np.float32))
    saved = save_edge(lambda image: tf.matmul(image, weights))
    sizes = [len(convert(saved, how)) for how in ("none", "float16", "dynamic")]

    assert sizes[0] > 4 * weights.shape[1] * 2
    assert sizes[1] < 0.6 * sizes[0]
    assert sizes[2] < 0.6 * sizes[1]

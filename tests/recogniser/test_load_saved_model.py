import pytest


@pytest.mark.tfx
@pytest.mark.parametrize("name", ["Kunde [neu]", "was? *", "Schöne Daten & 50% #1", "a\\b"])
def test_a_model_is_loaded_from_any_path(tmp_path, name):
    import tensorflow as tf

    from components.recogniser.load_saved_model import load_saved_model

    class Doubling(tf.Module):
        def __init__(self):
            super().__init__()
            self.factor = tf.Variable(2.0)

        @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
        def double(self, x):
            return {"y": self.factor * x}

    module = Doubling()
    tf.saved_model.save(module, str(tmp_path / "model"), signatures={"double": module.double})
    (tmp_path / "model").rename(tmp_path / name)

    model = load_saved_model(tmp_path / name)

    assert model.signatures["double"](x=tf.constant(4.0))["y"].numpy() == 8

"""The same program is known again whatever TensorFlow called its parts."""

from pathlib import Path

import pytest
import tensorflow as tf

from components.release_gate.program_hash import SAVED_MODEL_FILE, program_hash

pytestmark = pytest.mark.tfx


class Scaled(tf.Module):
    """Scales rows, in a loop, by a variable and by what a file says."""

    def __init__(self, factor: float, asset: Path, power: int):
        super().__init__()
        self.factor = tf.Variable(factor)
        self.asset = tf.saved_model.Asset(str(asset))
        self.power = power

    @tf.function(input_signature=[tf.TensorSpec([None, 2], name="rows")])
    def scaled(self, rows):
        def one(row):
            return tf.cond(row[0] > 0, lambda: self.factor * row**self.power, lambda: -row)

        return {"scaled": tf.map_fn(one, rows), "bytes": tf.io.read_file(self.asset.asset_path)}


def exported(folder: Path, factor: float = 2.0, power: int = 2) -> str:
    folder.mkdir()
    (folder / "notes").write_text("the same")
    module = Scaled(factor, folder / "notes", power)
    tf.saved_model.save(module, str(folder / "model"), module.scaled)
    return program_hash((folder / "model" / SAVED_MODEL_FILE).read_bytes())


def test_names_that_depend_on_what_ran_before_do_not_count(tmp_path):
    first = exported(tmp_path / "first")
    # A counter of the process numbers functions and their arguments.
    tf.function(lambda: tf.constant(1)).get_concrete_function()
    assert exported(tmp_path / "second") == first


def test_weights_do_not_count(tmp_path):
    assert exported(tmp_path / "first") == exported(tmp_path / "second", factor=3.0)


def test_another_computation_counts_also_deep_inside(tmp_path):
    assert exported(tmp_path / "first") != exported(tmp_path / "second", power=3)

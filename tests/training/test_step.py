"""Which proposals of a crop a step trains at, and what it holds for right there."""

import pytest
import tensorflow as tf

from components.training.batches import Batch
from components.training.crops import FOREIGN, IGNORED, PADDING, PRODUCT
from components.training.settings import TrainerSettings
from components.training.step import BACKGROUND_PROPOSALS, _candidates, _training_proposals

pytestmark = pytest.mark.tfx

BOXES = [[0, 0, 40, 60], [50, 0, 90, 60], [100, 0, 140, 60], [150, 0, 190, 60], [0, 0, 0, 0]]
KINDS = [PRODUCT, PRODUCT, FOREIGN, IGNORED, PADDING]
TEMPLATES = [0, -1, -1, -1, -1]  # the second product's own was left out


def test_where_a_product_has_no_template_none_is_right():
    nothing = tf.zeros([0])
    batch = Batch(
        photos=nothing,
        boxes=tf.constant([BOXES], tf.float32),
        template=tf.constant([TEMPLATES]),
        kind=tf.constant([KINDS]),
        squares=nothing,
        square_boxes=nothing,
        present=nothing,
        seed=tf.constant([1, 2]),
    )
    made = _training_proposals(batch, TrainerSettings(proposals=5))
    assert made.boxes.shape == made.truth.shape == (5 + BACKGROUND_PROPOSALS, 4)
    said = {
        tuple(made.truth[row].numpy().tolist()): int(made.template[row])
        for row in range(5)
        if made.counts[row]
    }
    assert said == {(0, 0, 40, 60): 0, (50, 0, 90, 60): -1, (100, 0, 140, 60): -1}


def test_the_right_template_comes_first_and_padding_is_marked():
    """Of four templates one is padding; there are not as many wrong ones as are asked for."""
    cosines = tf.constant([[0.9, 0.1, 0.5, 0.8], [0.2, 0.9, 0.6, 0.8]])
    present = tf.constant([True, True, True, False])
    numbers, valid = _candidates(cosines, tf.constant([2, -1]), present, hard_negatives=3)
    assert numbers[0, :3].numpy().tolist() == [2, 0, 1]
    assert numbers[1, :3].numpy().tolist() == [1, 2, 0]
    assert valid.numpy().tolist() == [[True, True, True, False]] * 2

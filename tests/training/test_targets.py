"""Which cells answer for which product."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser import geometry
from components.training.crops import IGNORED, PADDING, PRODUCT
from components.training.targets import background, cell_targets, jittered

pytestmark = pytest.mark.tfx

SEED = tf.constant([1, 2])


def targets(boxes, kinds, cells=8):
    return cell_targets(
        tf.constant([boxes], tf.float32), tf.constant([kinds]), height=cells, width=cells
    )


def test_the_middle_of_a_product_is_positive_and_its_rim_is_neither():
    made = targets([[0, 0, 64, 64]], [PRODUCT])
    assert bool(made.positive[0, 3, 3])
    assert not bool(made.positive[0, 1, 1])
    assert not bool(made.negative[0, 1, 1])
    assert bool(made.negative[0, 0, 0])
    np.testing.assert_array_equal(made.boxes[0, 3, 3], [0, 0, 64, 64])


def test_the_smaller_of_two_products_owns_a_cell():
    made = targets([[0, 0, 64, 64], [20, 20, 44, 44]], [PRODUCT, PRODUCT])
    np.testing.assert_array_equal(made.boxes[0, 3, 3], [20, 20, 44, 44])


def test_ignored_products_ask_for_nothing():
    made = targets([[0, 0, 64, 64]], [IGNORED])
    assert not made.positive.numpy().any()
    assert not made.negative.numpy().any()


def test_padding_forbids_nothing():
    made = targets([[0, 0, 64, 64]], [PADDING])
    assert made.negative.numpy().all()


def test_products_too_large_for_the_pyramid_level_are_left_to_the_next():
    made = targets([[0, 0, 300, 300]], [PRODUCT], cells=40)
    assert not made.positive.numpy().any()
    assert not bool(made.negative[0, 10, 10])


def test_jitter_keeps_boxes_near_the_truth():
    box = tf.tile(tf.constant([[40.0, 40.0, 100.0, 120.0]]), [500, 1])
    overlap = geometry.iou(jittered(box, SEED), box).numpy()
    assert overlap.min() > 0.3
    assert 0.6 < overlap.mean() < 0.95


def test_background_boxes_that_touch_a_product_are_flagged():
    everywhere = tf.constant([[[0.0, 0.0, 64.0, 64.0]]])
    _, clear = background(everywhere, tf.constant([[PRODUCT]]), 50, 64, SEED)
    _, free = background(everywhere, tf.constant([[PADDING]]), 50, 64, SEED)
    assert clear.numpy().mean() < 0.5
    assert free.numpy().all()

"""Products, named or not: each once, and unknown only where no detection names it."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser.products import products_of

pytestmark = pytest.mark.tfx

HERE = [0.0, 0.0, 10.0, 10.0]
ALMOST_HERE = [1.0, 0.0, 11.0, 10.0]
THERE = [50.0, 50.0, 60.0, 60.0]


def run(boxes, scores, unknown, named_boxes=(THERE,), named_scores=(0.0,)):
    return products_of(
        tf.constant(boxes),
        tf.constant(scores),
        tf.constant(unknown),
        tf.constant(named_boxes),
        tf.constant(named_scores),
        limit=4,
        floor=0.05,
    )


def test_a_product_is_there_once():
    found = run([HERE, ALMOST_HERE, THERE], [0.9, 0.8, 0.7], [0.9, 0.8, 0.7])
    np.testing.assert_allclose(found.scores, [0.9, 0.7, 0, 0])
    np.testing.assert_allclose(found.boxes[:2], [HERE, THERE])


def test_what_is_named_is_not_unknown_by_more_than_the_name_leaves():
    """Another proposal at the place may be surer of the name than this one."""
    found = run([HERE, THERE], [0.9, 0.8], [0.7, 0.6], [ALMOST_HERE], [0.75])
    np.testing.assert_allclose(found.unknown_scores, [0.25, 0.6, 0, 0])
    np.testing.assert_allclose(found.scores, [0.9, 0.8, 0, 0])


def test_a_part_of_what_is_named_is_not_unknown():
    part = [0.0, 0.0, 10.0, 4.0]
    assert float(run([part], [0.9], [0.9], [HERE], [1.0]).unknown_scores[0]) == 0.0


def test_padding_and_what_is_below_the_floor_are_left_out():
    found = run([HERE, THERE, [5.0, 5.0, 5.0, 9.0]], [0.04, 0.0, 0.9], [0.04, 0.0, 0.9])
    np.testing.assert_array_equal(found.scores, np.zeros(4))
    np.testing.assert_array_equal(found.unknown_scores, np.zeros(4))

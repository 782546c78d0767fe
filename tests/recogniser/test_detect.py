"""From candidates to detections: suppression, runner-up, ambiguity, probabilities."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser.detect import fit_photo, resolve
from components.recogniser.model import candidate_probabilities

pytestmark = pytest.mark.tfx

HERE = [0.0, 0.0, 10.0, 10.0]
ALMOST_HERE = [1.0, 0.0, 11.0, 10.0]
THERE = [50.0, 50.0, 60.0, 60.0]


def run(boxes, skus, scores, floor=0.01):
    return resolve(tf.constant(boxes), tf.constant(skus), tf.constant(scores), limit=5, floor=floor)


def test_one_sku_is_reported_once_at_a_place():
    found = run([HERE, ALMOST_HERE, THERE], [3, 3, 3], [0.9, 0.8, 0.7])
    assert int(found.count) == 2
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.7, 0.0])


def test_runner_up_and_ambiguity_follow_their_definition():
    found = run([HERE, ALMOST_HERE], [1, 2], [0.6, 0.2])
    assert int(found.sku[0]) == 1
    assert int(found.runner_up[0]) == 2
    assert float(found.runner_up_scores[0]) == pytest.approx(0.2)
    assert float(found.ambiguity[0]) == pytest.approx(2 * 0.2 / 0.8)


def test_nothing_near_means_no_runner_up():
    found = run([HERE, THERE], [1, 2], [0.6, 0.5])
    np.testing.assert_array_equal(found.runner_up[:2], [-1, -1])
    np.testing.assert_array_equal(found.ambiguity[:2], [0.0, 0.0])


def test_two_skus_at_one_place_never_both_count():
    found = run([HERE, ALMOST_HERE], [1, 2], [0.9, 0.8])
    np.testing.assert_allclose(found.scores[:2], [0.9, 0.1], atol=1e-6)


def test_padding_and_what_is_below_the_floor_are_left_out():
    found = run([HERE, THERE, THERE], [1, 2, 4], [0.9, 0.005, 0.0])
    assert int(found.count) == 1
    assert found.boxes.shape == (5, 4)


def test_nothing_at_all():
    found = run([HERE], [1], [0.0])
    assert int(found.count) == 0
    np.testing.assert_array_equal(found.scores, np.zeros(5))


def test_probabilities_leave_room_for_none_of_them():
    coefficients = tf.constant([10.0, 0.0, 5.0, 1.0])
    twins = candidate_probabilities(
        coefficients, tf.constant([[0.9, 0.9]]), tf.zeros([1, 2]), tf.constant([3.0])
    )
    assert float(twins[0, 0]) == float(twins[0, 1]) < 0.5
    empty = candidate_probabilities(
        coefficients, tf.constant([[0.9, 0.9]]), tf.zeros([1, 2]), tf.constant([-8.0])
    )
    assert float(tf.reduce_sum(empty)) < 0.1


def test_photos_are_scaled_to_one_side_and_padded_to_a_square():
    fitted, scale = fit_photo(tf.zeros([1, 300, 600, 3], tf.uint8), 640)
    assert fitted.shape == (1, 640, 640, 3)
    assert float(fitted[0, 319, 0, 0]) == 0.0
    assert float(fitted[0, 321, 0, 0]) == 114.0
    assert float(scale) == pytest.approx(640 / 600)

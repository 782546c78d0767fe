"""From candidates to detections: suppression, runner-up, ambiguity, probabilities."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser.postprocess import resolve
from components.recogniser.probabilities import candidate_probabilities

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


def test_neighbours_of_the_last_of_very_many_skus_are_told_apart():
    side_by_side = [[1000.0 + 12 * n, 0.0, 1010.0 + 12 * n, 10.0] for n in range(3)]
    found = run(side_by_side, [2_000_003] * 3, [0.9, 0.8, 0.7])
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.8, 0.7])


AROUND_THREE = [0.0, 0.0, 32.0, 12.0]
NEXT = [11.0, 0.0, 21.0, 10.0]


def test_a_box_around_several_facings_of_its_sku_goes():
    found = run([HERE, NEXT, AROUND_THREE], [3, 3, 3], [0.9, 0.8, 0.7])
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.8, 0.0])


def test_a_box_that_went_takes_no_other_with_it():
    """The box around all holds the second facing and scores more, but the first one beat it."""
    found = run([HERE, AROUND_THREE, NEXT], [3, 3, 3], [0.9, 0.8, 0.7])
    np.testing.assert_allclose(found.scores[:3], [0.9, 0.7, 0.0])
    np.testing.assert_array_equal(found.boxes[1], NEXT)


def test_a_small_product_in_front_of_a_large_one_of_another_sku_stays():
    found = run([HERE, AROUND_THREE], [3, 4], [0.9, 0.8])
    np.testing.assert_allclose(found.scores[:2], [0.9, 0.8])


def test_a_candidate_of_no_area_is_no_detection():
    found = run([[256.0, 10.0, 256.0, 60.0], HERE], [3, 3], [0.9, 0.6])
    np.testing.assert_allclose(found.scores[:2], [0.6, 0.0])
    np.testing.assert_array_equal(found.boxes[0], HERE)


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


def test_a_runner_up_shows_the_score_it_has_itself():
    found = run([HERE, ALMOST_HERE], [1, 2], [0.9, 0.8])
    np.testing.assert_array_equal(found.runner_up[:2], [2, 1])
    np.testing.assert_allclose(found.runner_up_scores[:2], found.scores[1::-1], atol=1e-6)
    np.testing.assert_allclose(found.ambiguity[:2], 2 * 0.1 / 1.0, atol=1e-6)


def test_a_coin_flip_is_one_whatever_the_scores():
    for score in (0.05, 0.3, 0.5):
        found = run([HERE, ALMOST_HERE], [1, 2], [score, score])
        np.testing.assert_allclose(found.ambiguity[:2], 1.0, atol=1e-6)


def test_padding_and_what_is_below_the_floor_are_left_out():
    found = run([HERE, THERE, THERE], [1, 2, 4], [0.9, 0.005, 0.0])
    assert int(found.count) == 1
    assert found.boxes.shape == (5, 4)


def test_nothing_at_all():
    found = run([HERE], [1], [0.0])
    assert int(found.count) == 0
    np.testing.assert_array_equal(found.scores, np.zeros(5))


def test_probabilities_leave_room_for_none_of_them():
    coefficients = tf.constant([10.0, 0.0, 5.0, 1.0, 0.0])

    def probabilities(objectness, valid=(True, True)):
        return candidate_probabilities(
            coefficients,
            tf.constant([[0.9, 0.9]]),
            tf.zeros([1, 2]),
            tf.constant([objectness]),
            tf.constant([valid]),
        ).named

    twins = probabilities(3.0)
    assert float(twins[0, 0]) == float(twins[0, 1]) < 0.5
    assert float(tf.reduce_sum(probabilities(-8.0))) < 0.1
    alone = probabilities(3.0, valid=(True, False))
    assert float(alone[0, 0]) > 0.5
    assert float(alone[0, 1]) == 0.0


@pytest.mark.parametrize("valid", [True, False])
def test_a_score_that_is_no_number_has_no_probability(valid):
    probability = candidate_probabilities(
        tf.constant([10.0, 0.0, 5.0, 1.0, 0.0]),
        tf.constant([[np.nan, 0.9]]),
        tf.zeros([1, 2]),
        tf.constant([3.0]),
        tf.constant([[valid, True]]),
    ).named
    assert float(probability[0, 0]) == 0.0
    assert float(probability[0, 1]) > 0.5


def another_product(objectness, valid=True):
    """Probability that what a candidate fits badly is another product."""
    return float(
        candidate_probabilities(
            tf.constant([10.0, 0.0, 5.0, 1.0, 4.0]),
            tf.constant([[0.1]]),
            tf.zeros([1, 1]),
            tf.constant([objectness]),
            tf.constant([[valid]]),
        ).unknown[0]
    )


def test_what_looks_like_a_product_and_like_none_of_them_is_another_one():
    assert another_product(objectness=5.0) > 0.8
    assert another_product(objectness=-3.0) < 0.1
    assert another_product(objectness=5.0, valid=False) == 0.0

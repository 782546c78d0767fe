"""Losses against values worked out by hand."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser import losses

pytestmark = pytest.mark.tfx

TRUE, FALSE = True, False


def test_hinge_pulls_positives_to_their_margin():
    scores = tf.constant([[0.1, 0.0], [0.9, 0.0]])
    loss = losses.hinge(
        scores,
        positive=tf.constant([[TRUE, FALSE], [TRUE, FALSE]]),
        negative=tf.constant([[FALSE, FALSE], [FALSE, FALSE]]),
    )
    assert float(loss) == pytest.approx((0.5 + 0.0) / 2)


def test_hinge_weighs_the_hardest_negative_most():
    scores = tf.constant([[0.3, 0.7]])  # losses 0.1 and 0.5
    loss = losses.hinge(
        scores, positive=tf.zeros([1, 2], tf.bool), negative=tf.ones([1, 2], tf.bool)
    )
    weights = np.exp([1.0, 5.0])
    assert float(loss) == pytest.approx(np.dot(weights, [0.1, 0.5]) / weights.sum(), rel=1e-5)


def test_hinge_is_nothing_without_pairs():
    none = tf.zeros([2, 3], tf.bool)
    assert float(losses.hinge(tf.ones([2, 3]), none, none)) == 0.0


def test_ranked_hinge_asks_for_a_margin_over_every_rival():
    scores = tf.constant([[0.5, 0.4, -0.5]])  # rivals lose 0.1 and nothing
    loss = losses.ranked_hinge(
        scores,
        positive=tf.constant([[TRUE, FALSE, FALSE]]),
        negative=tf.constant([[FALSE, TRUE, TRUE]]),
    )
    assert float(loss) == pytest.approx(0.1, rel=1e-5)


def test_huber_is_quadratic_near_and_linear_far():
    predicted = tf.constant([[0.5, 0.0, 0.0, 0.0], [3.0, 0.0, 0.0, 0.0]])
    target = tf.zeros([2, 4])
    near = losses.huber(predicted, target, tf.constant([TRUE, FALSE]))
    far = losses.huber(predicted, target, tf.constant([FALSE, TRUE]))
    assert float(near) == pytest.approx(0.125)
    assert float(far) == pytest.approx(2.5)


def test_focal_counts_neither_what_is_spared():
    logits = tf.zeros([1, 1, 3])
    loss = losses.focal(
        logits,
        positive=tf.constant([[[TRUE, FALSE, FALSE]]]),
        negative=tf.constant([[[FALSE, TRUE, FALSE]]]),
    )
    # At probability one half: 0.25 * 0.25 * log 2 for the hit, 0.75 * 0.25 * log 2 for the miss.
    assert float(loss) == pytest.approx(0.25 * np.log(2.0), rel=1e-5)


def test_contrast_leaves_out_padding_and_proposals_that_do_not_count():
    cosines = tf.constant([[1.0, 1.0, 1.0], [1.0, -1.0, 1.0]])
    loss = losses.contrast(
        cosines, label=tf.constant([0, -1]), candidate=tf.constant([TRUE, TRUE, FALSE])
    )
    assert float(loss) == pytest.approx(np.log(2.0), rel=1e-5)


def test_late_interaction_asks_for_the_true_sku_and_for_none_where_none_is_right():
    """Two candidates, the second one padding: what is right must beat what strangers reach."""
    alike = tf.constant([[[0.8, 0.6], [0.9, 0.9]], [[0.5, 0.6], [0.9, 0.9]], [[0.9, 0.9]] * 2])
    loss = losses.late_interaction(
        alike,
        candidate=tf.constant([[TRUE, FALSE]] * 3),
        label=tf.constant([3, -1, -1]),
        counts=tf.constant([TRUE, TRUE, FALSE]),
    )
    scale, stranger = losses.SIMILARITY_SCALE, losses.STRANGER_SIMILARITY
    right = np.log1p(np.exp(scale * (stranger - 0.7)))
    none = np.log1p(np.exp(scale * (0.55 - stranger)))
    assert float(loss) == pytest.approx(right + none, rel=1e-4)

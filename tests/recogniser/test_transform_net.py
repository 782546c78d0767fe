"""TransformNet's geometry: identity is exact, a known warp is undone, boxes are hulls."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser.roi_align import grid_axis
from components.recogniser.transform_net import (
    TransformNet,
    aligned_correlation,
    correlate,
    warp_grid,
    warped_box,
)

pytestmark = pytest.mark.tfx

POINTS, MARGIN, DIMS = 5, 2, 25
SIDE = POINTS + 2 * MARGIN
IDENTITY = tf.zeros([1, 6])


def one_hot_template() -> tf.Tensor:
    """Every cell has a direction of its own, so a cell fits only itself."""
    return tf.reshape(tf.eye(POINTS**2), [1, 1, POINTS, POINTS, DIMS])


def features_showing(template: tf.Tensor, right: int = 0, down: int = 0) -> tf.Tensor:
    """A proposal that shows the template, shifted by whole cells."""
    features = np.zeros([1, SIDE, SIDE, DIMS], np.float32)
    top, left = MARGIN + down, MARGIN + right
    features[0, top : top + POINTS, left : left + POINTS] = template[0, 0]
    return tf.constant(features)


def score(features: tf.Tensor, template: tf.Tensor, transform: tf.Tensor) -> float:
    correlation = tf.reshape(correlate(features, template), [1, SIDE, SIDE, POINTS**2])
    own = aligned_correlation(correlation, transform, POINTS, MARGIN)
    assert own.shape == (1, POINTS**2)
    return float(tf.reduce_mean(own))


def test_identity_is_exact():
    template = one_hot_template()
    assert score(features_showing(template), template, IDENTITY) == pytest.approx(1.0, abs=1e-5)


def test_identity_takes_each_grid_point_to_itself():
    points = warp_grid(IDENTITY, POINTS)
    axis = grid_axis(POINTS).numpy()
    np.testing.assert_allclose(points[0, 0], [axis[0], axis[0]], atol=1e-6)
    np.testing.assert_allclose(points[0, 1], [axis[1], axis[0]], atol=1e-6)


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, -1), (-2, 1), (2, 2)])
def test_a_known_shift_is_undone(right, down):
    template = one_hot_template()
    features = features_showing(template, right, down)
    # One cell is 2 / POINTS of the box frame, which spans [-1, 1].
    shift = tf.constant([[2.0 * right / POINTS, 2.0 * down / POINTS, 0, 0, 0, 0]])
    assert score(features, template, shift) == pytest.approx(1.0, abs=1e-5)
    assert score(features, template, IDENTITY) < 0.01


def test_points_outside_the_margin_read_zero():
    template = one_hot_template()
    far = tf.constant([[10.0, 0, 0, 0, 0, 0]])
    assert score(features_showing(template), template, far) == 0.0


def test_correlation_pairs_every_cell_of_a_proposal_with_every_cell_of_a_template():
    rng = np.random.default_rng(0)
    features = tf.constant(rng.normal(size=(2, SIDE, SIDE, 4)), tf.float32)
    templates = tf.constant(rng.normal(size=(2, 3, POINTS, POINTS, 4)), tf.float32)
    pairs = correlate(features, templates)
    assert pairs.shape == (2, 3, SIDE, SIDE, POINTS**2)
    by_hand = np.dot(features[1, 2, 3], templates[1, 2, 4, 0])
    assert float(pairs[1, 2, 2, 3, 4 * POINTS]) == pytest.approx(by_hand, rel=1e-4)


def test_the_box_is_the_hull_of_the_warped_outline():
    box = tf.constant([[10.0, 20.0, 30.0, 60.0]])
    np.testing.assert_allclose(warped_box(IDENTITY, box), box)
    # Twice as wide: log scale x = log 2.
    wide = tf.constant([[0, 0, np.log(2.0), 0, 0, 0]], tf.float32)
    np.testing.assert_allclose(warped_box(wide, box), [[0, 20, 40, 60]], atol=1e-5)
    # Shear x by half: the top moves left, the bottom right, by half of half the width.
    tilted = tf.constant([[0, 0, 0, 0, 0.5, 0]], tf.float32)
    np.testing.assert_allclose(warped_box(tilted, box), [[5, 20, 35, 60]], atol=1e-5)


def test_an_untrained_net_predicts_the_identity():
    net = TransformNet(POINTS, MARGIN)
    correlation = tf.random.stateless_uniform([3, SIDE, SIDE, POINTS**2], [1, 2])
    np.testing.assert_array_equal(net(correlation), np.zeros([3, 6]))

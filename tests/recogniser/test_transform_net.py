"""TransformNet's geometry: identity is exact, a known warp is undone, boxes are hulls."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser import geometry
from components.recogniser.transform_net import (
    TransformNet,
    aligned_correlation,
    correlate,
    warp_lattice,
    warped_box,
)

pytestmark = pytest.mark.tfx

LATTICE, MARGIN, DIMS = 5, 2, 25
GRID = LATTICE + 2 * MARGIN
IDENTITY = tf.zeros([1, 6])


def one_hot_template() -> tf.Tensor:
    """Every cell has a direction of its own, so a cell fits only itself."""
    return tf.reshape(tf.eye(LATTICE**2), [1, 1, LATTICE, LATTICE, DIMS])


def place_showing(template: tf.Tensor, right: int = 0, down: int = 0) -> tf.Tensor:
    """A place in which the template stands shifted by whole cells."""
    place = np.zeros([1, GRID, GRID, DIMS], np.float32)
    top, left = MARGIN + down, MARGIN + right
    place[0, top : top + LATTICE, left : left + LATTICE] = template[0, 0]
    return tf.constant(place)


def score(place: tf.Tensor, template: tf.Tensor, transform: tf.Tensor) -> float:
    correlation = tf.reshape(correlate(place, template), [1, GRID, GRID, LATTICE**2])
    own = aligned_correlation(correlation, transform, LATTICE, MARGIN)
    assert own.shape == (1, LATTICE**2)
    return float(tf.reduce_mean(own))


def test_identity_is_exact():
    template = one_hot_template()
    assert score(place_showing(template), template, IDENTITY) == pytest.approx(1.0, abs=1e-5)


def test_identity_takes_each_lattice_point_to_itself():
    points = warp_lattice(IDENTITY, LATTICE)
    axis = geometry.lattice_axis(LATTICE).numpy()
    np.testing.assert_allclose(points[0, 0], [axis[0], axis[0]], atol=1e-6)
    np.testing.assert_allclose(points[0, 1], [axis[1], axis[0]], atol=1e-6)


@pytest.mark.parametrize(("right", "down"), [(1, 0), (0, -1), (-2, 1), (2, 2)])
def test_a_known_shift_is_undone(right, down):
    template = one_hot_template()
    place = place_showing(template, right, down)
    # One cell is 2 / LATTICE of the box frame, which spans [-1, 1].
    shift = tf.constant([[2.0 * right / LATTICE, 2.0 * down / LATTICE, 0, 0, 0, 0]])
    assert score(place, template, shift) == pytest.approx(1.0, abs=1e-5)
    assert score(place, template, IDENTITY) < 0.01


def test_points_outside_the_margin_read_zero():
    template = one_hot_template()
    far = tf.constant([[10.0, 0, 0, 0, 0, 0]])
    assert score(place_showing(template), template, far) == 0.0


def test_correlation_pairs_every_place_cell_with_every_template_cell():
    rng = np.random.default_rng(0)
    place = tf.constant(rng.normal(size=(2, GRID, GRID, 4)), tf.float32)
    templates = tf.constant(rng.normal(size=(2, 3, LATTICE, LATTICE, 4)), tf.float32)
    pairs = correlate(place, templates)
    assert pairs.shape == (2, 3, GRID, GRID, LATTICE**2)
    by_hand = np.dot(place[1, 2, 3], templates[1, 2, 4, 0])
    assert float(pairs[1, 2, 2, 3, 4 * LATTICE]) == pytest.approx(by_hand, rel=1e-4)


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
    net = TransformNet(LATTICE, MARGIN)
    correlation = tf.random.stateless_uniform([3, GRID, GRID, LATTICE**2], [1, 2])
    np.testing.assert_array_equal(net(correlation), np.zeros([3, 6]))

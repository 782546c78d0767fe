"""Boxes and lattices: the conventions, on numbers small enough to check by hand."""

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from components.recogniser import geometry

pytestmark = pytest.mark.tfx


def test_lattice_points_are_centres_of_equal_parts():
    points = geometry.lattice_points(tf.constant([[0.0, 0.0, 8.0, 4.0]]), cells=2)
    assert points.shape == (1, 2, 2, 2)
    np.testing.assert_allclose(points[0, 0, 0], [2.0, 1.0])
    np.testing.assert_allclose(points[0, 1, 1], [6.0, 3.0])


def test_margin_continues_the_lattice_outside():
    points = geometry.lattice_points(tf.constant([[0.0, 0.0, 8.0, 4.0]]), cells=2, margin=1)
    assert points.shape == (1, 4, 4, 2)
    np.testing.assert_allclose(points[0, 0, 0], [-2.0, -1.0])


def test_sampling_a_ramp_returns_the_position():
    """On a map that holds its own pixel coordinates, sampling at a point returns the point."""
    stride = 8
    x = (np.arange(6) + 0.5) * stride
    y = (np.arange(5) + 0.5) * stride
    ramp = np.stack(np.meshgrid(x, y), axis=-1)[np.newaxis].astype(np.float32)
    points = tf.constant([[[10.0, 20.0], [30.5, 12.25]]])
    np.testing.assert_allclose(geometry.sample_points(tf.constant(ramp), points, stride), points)


def test_sampling_clamps_at_the_border():
    ramp = tf.reshape(tf.range(4, dtype=tf.float32), [1, 2, 2, 1])
    sampled = geometry.sample_points(ramp, tf.constant([[[-50.0, -50.0], [99.0, 99.0]]]), 8)
    np.testing.assert_allclose(sampled[0, :, 0], [0.0, 3.0])


def test_sampling_reads_each_row_from_its_own_map():
    flat = tf.constant([[1.0], [2.0], [3.0], [4.0], [9.0]])  # a 2 x 2 map, then a 1 x 1 map
    sampled = geometry.sample_cells(
        flat,
        cells=tf.constant([[[1.0, 1.0]], [[0.0, 0.0]]]),
        first=tf.constant([0, 4]),
        shape=tf.constant([[2, 2], [1, 1]]),
    )
    np.testing.assert_allclose(sampled[:, 0, 0], [4.0, 9.0])


def test_encoding_of_the_reference_is_zero_and_of_a_shift_is_known():
    reference = tf.constant([[0.0, 0.0, 10.0, 20.0]])
    np.testing.assert_allclose(geometry.encode_boxes(reference, reference), [[0, 0, 0, 0]])
    shifted = reference + tf.constant([1.0, 2.0, 1.0, 2.0])
    np.testing.assert_allclose(
        geometry.encode_boxes(shifted, reference), [[1.0, 1.0, 0.0, 0.0]], atol=1e-6
    )


@settings(max_examples=50)
@given(
    st.tuples(*[st.floats(0, 100) for _ in range(2)], *[st.floats(1, 50) for _ in range(2)]),
    st.tuples(*[st.floats(0, 100) for _ in range(2)], *[st.floats(1, 50) for _ in range(2)]),
)
def test_iou_is_symmetric_and_one_only_for_itself(a, b):
    first = tf.constant([a[0], a[1], a[0] + a[2], a[1] + a[3]], tf.float32)
    second = tf.constant([b[0], b[1], b[0] + b[2], b[1] + b[3]], tf.float32)
    one, other = float(geometry.iou(first, second)), float(geometry.iou(second, first))
    assert one == pytest.approx(other, abs=1e-6)
    assert 0.0 <= one <= 1.0 + 1e-6
    assert float(geometry.iou(first, first)) == pytest.approx(1.0, abs=1e-5)

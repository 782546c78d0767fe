"""RoI grids and what is read at them, on numbers small enough to check by hand."""

import numpy as np
import pytest
import tensorflow as tf

from components.recogniser.roi_align import (
    maps_of_pictures,
    pyramid_of,
    roi_align,
    roi_grid,
    sample_bilinear,
)

pytestmark = pytest.mark.tfx


def ramp(height: int, width: int, stride: int) -> tf.Tensor:
    """A map `[1, height, width, 3]` whose cells are x, y of their centre, in pixels, and 100."""
    x, y = np.meshgrid(*((np.arange(side) + 0.5) * stride for side in (width, height)))
    return tf.constant(np.stack([x, y, np.full_like(x, 100)], axis=-1)[np.newaxis], tf.float32)


def position(read: tf.Tensor) -> np.ndarray:
    """Where unit cells of a `ramp` were read, x, y."""
    return (read[..., :2] * 100.0 / read[..., 2:]).numpy()


def test_grid_points_are_centres_of_equal_parts():
    points = roi_grid(tf.constant([[0.0, 0.0, 8.0, 4.0]]), points=2)
    assert points.shape == (1, 2, 2, 2)
    np.testing.assert_allclose(points[0, 0, 0], [2.0, 1.0])
    np.testing.assert_allclose(points[0, 1, 1], [6.0, 3.0])


def test_margin_continues_the_grid_outside():
    points = roi_grid(tf.constant([[0.0, 0.0, 8.0, 4.0]]), points=2, margin=1)
    assert points.shape == (1, 4, 4, 2)
    np.testing.assert_allclose(points[0, 0, 0], [-2.0, -1.0])


def test_a_box_is_read_where_it_is_at_every_pyramid_level():
    """On maps that hold their own pixel coordinates, reading at a point returns the point."""
    pyramid = pyramid_of([ramp(16, 20, 8), ramp(8, 10, 16), ramp(4, 5, 32)])
    box = tf.constant([[40.0, 30.0, 100.0, 90.0]])
    read = roi_align(pyramid, tf.range(3), tf.tile(box, [3, 1]), points=2, margin=1)
    grid = roi_grid(box, points=2, margin=1)[0].numpy()
    for level in range(3):
        inside = np.clip(grid, 4 * 2**level, [160 - 4 * 2**level, 128 - 4 * 2**level])
        np.testing.assert_allclose(position(read[level]), inside, rtol=1e-4)


def test_each_box_is_read_from_its_own_picture():
    pictures = tf.tile(tf.eye(3)[:, tf.newaxis, tf.newaxis], [1, 4, 5, 1])
    boxes = tf.tile(tf.constant([[8.0, 8.0, 24.0, 24.0]]), [4, 1])
    read = roi_align(maps_of_pictures(pictures), tf.constant([1, 0, 2, 0]), boxes, 1)
    np.testing.assert_allclose(read[:, 0, 0], np.eye(3)[[1, 0, 2, 0]], atol=1e-6)


def test_a_box_outside_reads_the_border():
    read = roi_align(
        pyramid_of([ramp(2, 2, 8)]),
        tf.constant([0]),
        tf.constant([[-99.0, -99.0, -90.0, -90.0]]),
        1,
    )
    np.testing.assert_allclose(position(read[0, 0, 0]), [4.0, 4.0], rtol=1e-5)


def test_sampling_reads_each_row_from_its_own_map():
    cells = tf.constant([[1.0], [2.0], [3.0], [4.0], [9.0]])  # a 2 x 2 map, then a 1 x 1 map
    sampled = sample_bilinear(
        cells,
        at=tf.constant([[[1.0, 1.0]], [[0.0, 0.0]]]),
        first=tf.constant([0, 4]),
        shape=tf.constant([[2, 2], [1, 1]]),
    )
    np.testing.assert_allclose(sampled[:, 0, 0], [4.0, 9.0])


def test_a_coordinate_that_is_no_number_reads_something():
    """Weights can go wrong; the graph must not crash on it."""
    sampled = sample_bilinear(
        tf.constant([[1.0], [2.0], [3.0], [4.0]]),
        at=tf.constant([[[np.nan, 0.0]]]),
        first=tf.constant([0]),
        shape=tf.constant([[2, 2]]),
    )
    assert sampled.shape == (1, 1, 1)

"""Boxes and lattices. One convention everywhere.

Coordinates are continuous: the centre of pixel (row i, column j) is at x = j + 0.5, y = i + 0.5, so
a photo of width W spans [0, W]. Cell (i, j) of a stride s map has its centre at
x = (j + 0.5) * s, y = (i + 0.5) * s. Boxes are xmin, ymin, xmax, ymax in pixels.

A *lattice* is a grid of T x T points laid over a box: point (r, c) sits at the centre of one of the
T x T equal parts. In the box's own frame the box spans [-1, 1] on both axes.
"""

import tensorflow as tf


def centre_size(boxes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Splits boxes `[..., 4]` into centres `[..., 2]` (x, y) and sizes `[..., 2]` (w, h)."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return (low + high) / 2.0, high - low


def area(boxes: tf.Tensor) -> tf.Tensor:
    """Area in square pixels `[...]` of boxes `[..., 4]`; an inverted box has none."""
    size = tf.maximum(boxes[..., 2:] - boxes[..., :2], 0.0)
    return size[..., 0] * size[..., 1]


def clipped(boxes: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """The part of boxes `[..., 4]` that lies inside a picture of height and width `size` `[2]`."""
    size = tf.cast(size, tf.float32)
    return tf.minimum(tf.maximum(boxes, 0.0), tf.stack([size[1], size[0], size[1], size[0]]))


def iou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Intersection over union, `[..., 4]` against `[..., 4]` with broadcasting, `[...]`."""
    overlap = _intersection(a, b)
    return overlap / tf.maximum(area(a) + area(b) - overlap, 1e-6)


def share_of_smaller(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Intersection over the smaller area, `[..., 4]` against `[..., 4]` with broadcasting."""
    return _intersection(a, b) / tf.maximum(tf.minimum(area(a), area(b)), 1e-6)


def _intersection(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    low = tf.maximum(a[..., :2], b[..., :2])
    high = tf.minimum(a[..., 2:], b[..., 2:])
    size = tf.maximum(high - low, 0.0)
    return size[..., 0] * size[..., 1]


def lattice_axis(cells: int, margin: int = 0) -> tf.Tensor:
    """Positions in the box frame of the lattice points on one axis, `[cells + 2 * margin]`.

    The `cells` inner points are the centres of equal parts of [-1, 1]; `margin` more of the same
    spacing follow outside on either side.
    """
    index = tf.range(-margin, cells + margin, dtype=tf.float32)
    return (2.0 * index + 1.0) / cells - 1.0


def lattice_points(boxes: tf.Tensor, cells: int, margin: int = 0) -> tf.Tensor:
    """Lattice points of boxes in pixels.

    Args:
      boxes: `[..., 4]` in pixels.
      cells: lattice points inside the box on each axis.
      margin: lattice points outside on each side.

    Returns:
      `[..., G, G, 2]` x, y in pixels, rows first, with G = cells + 2 * margin.
    """
    centre, size = centre_size(boxes)
    axis = lattice_axis(cells, margin)
    x = centre[..., 0:1] + axis * size[..., 0:1] / 2.0
    y = centre[..., 1:2] + axis * size[..., 1:2] / 2.0
    grid = axis.shape[0]
    shape = tf.concat([tf.shape(x)[:-1], [grid, grid]], axis=0)
    return tf.stack(
        [
            tf.broadcast_to(x[..., tf.newaxis, :], shape),
            tf.broadcast_to(y[..., :, tf.newaxis], shape),
        ],
        axis=-1,
    )


def sample_cells(
    flat: tf.Tensor, cells: tf.Tensor, first: tf.Tensor, shape: tf.Tensor
) -> tf.Tensor:
    """Samples maps that lie one behind the other in one tensor, clamping at each map's border.

    Args:
      flat: `[cells of all maps, D]`, each map row by row.
      cells: `[N, M, 2]` x, y in cells of the map that row N reads; cell centres are whole numbers.
      first: `[N]` int32, where that map begins in `flat`.
      shape: `[N, 2]` int32, its height and width.

    Returns:
      `[N, M, D]`, bilinear.
    """
    limit = shape[:, tf.newaxis, ::-1] - 1
    cells = tf.minimum(tf.maximum(cells, 0.0), tf.cast(limit, tf.float32))
    floor = tf.floor(cells)
    part = cells - floor
    # Once more as whole numbers: a coordinate that is no number becomes any of them.
    low = tf.minimum(tf.maximum(tf.cast(floor, tf.int32), 0), limit)
    high = tf.minimum(low + 1, limit)
    width, first = shape[:, 1:2], first[:, tf.newaxis]

    def take(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        return tf.gather(flat, first + y * width + x)

    fx, fy = part[..., 0:1], part[..., 1:2]
    # One sum of four is faster than interpolating twice along x and once along y.
    return tf.add_n(
        [
            take(low[..., 0], low[..., 1]) * ((1.0 - fx) * (1.0 - fy)),
            take(high[..., 0], low[..., 1]) * (fx * (1.0 - fy)),
            take(low[..., 0], high[..., 1]) * ((1.0 - fx) * fy),
            take(high[..., 0], high[..., 1]) * (fx * fy),
        ]
    )


def sample_points(features: tf.Tensor, points: tf.Tensor, stride: float) -> tf.Tensor:
    """Samples feature maps `[B, h, w, D]` at points `[B, N, 2]` in pixels, `[B, N, D]`."""
    shape = tf.shape(features)
    maps = tf.range(shape[0])
    return sample_cells(
        tf.reshape(features, [-1, features.shape[-1]]),
        points / stride - 0.5,
        maps * shape[1] * shape[2],
        tf.tile(shape[tf.newaxis, 1:3], [shape[0], 1]),
    )


def encode_boxes(boxes: tf.Tensor, reference: tf.Tensor) -> tf.Tensor:
    """Encodes boxes against reference boxes.

    The usual (dx / w, dy / h, log(w' / w), log(h' / h)) of Ren et al., "Faster R-CNN", 2015, with
    the weights (10, 10, 5, 5) that bring the four to a similar spread.

    Args:
      boxes: `[..., 4]` in pixels.
      reference: `[..., 4]` in pixels, of positive area.

    Returns:
      `[..., 4]`, dimensionless.
    """
    centre, size = centre_size(boxes)
    reference_centre, reference_size = centre_size(reference)
    shift = (centre - reference_centre) / reference_size
    scale = tf.math.log(tf.maximum(size, 1e-3) / reference_size)
    return tf.concat([shift * 10.0, scale * 5.0], axis=-1)

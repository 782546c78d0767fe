"""Boxes. One convention everywhere.

Coordinates are continuous: the centre of pixel (row i, column j) is at x = j + 0.5, y = i + 0.5, so
a photo of width W spans [0, W]. Cell (i, j) of a stride s map has its centre at
x = (j + 0.5) * s, y = (i + 0.5) * s. Boxes are xmin, ymin, xmax, ymax in pixels.
"""

import tensorflow as tf


def centre_size(boxes: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Split boxes `[..., 4]` into centres `[..., 2]` (x, y) and sizes `[..., 2]` (w, h)."""
    low, high = boxes[..., :2], boxes[..., 2:]
    return (low + high) / 2.0, high - low


def area(boxes: tf.Tensor) -> tf.Tensor:
    """Return the area in square pixels `[...]` of boxes `[..., 4]`; an inverted box has none."""
    size = tf.maximum(boxes[..., 2:] - boxes[..., :2], 0.0)
    return size[..., 0] * size[..., 1]


def clipped(boxes: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
    """Return the part of boxes `[..., 4]` inside a picture of height and width `size` `[2]`."""
    size = tf.cast(size, tf.float32)
    return tf.minimum(tf.maximum(boxes, 0.0), tf.stack([size[1], size[0], size[1], size[0]]))


def iou(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return intersection over union `[...]` of boxes `[..., 4]`, with broadcasting."""
    overlap = _intersection(a, b)
    return overlap / tf.maximum(area(a) + area(b) - overlap, 1e-6)


def share_of_smaller(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    """Return intersection over the smaller area `[...]` of boxes `[..., 4]`, with broadcasting."""
    return _intersection(a, b) / tf.maximum(tf.minimum(area(a), area(b)), 1e-6)


def _intersection(a: tf.Tensor, b: tf.Tensor) -> tf.Tensor:
    low = tf.maximum(a[..., :2], b[..., :2])
    high = tf.minimum(a[..., 2:], b[..., 2:])
    size = tf.maximum(high - low, 0.0)
    return size[..., 0] * size[..., 1]


def encode_boxes(boxes: tf.Tensor, reference: tf.Tensor) -> tf.Tensor:
    """Encode boxes against reference boxes.

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

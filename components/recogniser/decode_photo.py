"""Decodes a photo inside the graph."""

import tensorflow as tf


def decode(encoded: tf.Tensor) -> tf.Tensor:
    """Decode a photo, scalar string, to uint8 `[H, W, 3]`; fail where it is none."""
    decoded = tf.io.decode_image(encoded, channels=3, expand_animations=False)
    return tf.ensure_shape(decoded, [None, None, 3])


def decode_or_not(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Decode a photo, scalar string, to uint8 `[H, W, 3]`, and say whether it could be decoded.

    A decoder's failure ends a graph and with it the whole batch; only tf.data steps over failures.
    """
    photos = tf.data.Dataset.from_tensors(encoded).map(lambda each: (decode(each), True))
    nothing = tf.data.Dataset.from_tensors((tf.zeros([1, 1, 3], tf.uint8), False))
    first = photos.ignore_errors().concatenate(nothing).take(1)
    pixels, readable = first.get_single_element()
    return tf.ensure_shape(pixels, [None, None, 3]), readable

"""Feature cells: vectors of unit length, and how they are kept in one byte per channel."""

import tensorflow as tf


def unit(cells: tf.Tensor) -> tf.Tensor:
    """Scale the last axis to unit length; a zero vector stays zero."""
    # Flat, since the TFLite operator that this becomes takes four dimensions at most.
    flat = tf.reshape(cells, [-1, cells.shape[-1]])
    length = tf.maximum(tf.reduce_sum(tf.square(flat), axis=-1, keepdims=True), 1e-8)
    return tf.reshape(flat * tf.math.rsqrt(length), tf.shape(cells))


def quantise(cells: tf.Tensor) -> tf.Tensor:
    """Return unit cells `[..., D]` as int8, each cell with a scale of its own."""
    peak = tf.reduce_max(tf.abs(cells), axis=-1, keepdims=True)
    return tf.cast(tf.round(cells * 127.0 / tf.maximum(peak, 1e-6)), tf.int8)


def dequantise(cells: tf.Tensor) -> tf.Tensor:
    """Return int8 cells `[..., D]` as float32 unit cells: their length says nothing."""
    return unit(tf.cast(cells, tf.float32))

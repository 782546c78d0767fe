"""Values of which some do not count, in the order of those that do."""

import tensorflow as tf

LOWEST = tf.float32.min
"""Finite, as `top_k` and a softmax need it; below every logit and every score."""


def ordered(values: tf.Tensor, valid: tf.Tensor | None = None) -> tf.Tensor:
    """Return the values, and `LOWEST` for what does not count and for what is no number.

    Weights can go wrong and then give NaN, which has no place in an order: `top_k` may crash on it.
    So such a model finds nothing, and the gates refuse it.

    Args:
        values: float32 `[..., N]`.
        valid: bool, broadcast to it: what counts; None for everything.
    """
    counts = values > LOWEST
    if valid is not None:
        counts = tf.logical_and(counts, valid)
    return tf.where(counts, values, LOWEST)


def best_rows(scores: tf.Tensor, limit: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the best of `[n]` scores, best first, as `[limit]`, and the rows they stand in.

    Padding scores 0 and points at the last row.
    """
    count = tf.shape(scores)[0]
    padded = tf.pad(scores, [[0, limit]])
    best = tf.math.top_k(padded, limit)
    return best.values, tf.minimum(best.indices, count - 1)

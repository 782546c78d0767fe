"""How well a packshot matches: late interaction, and how well its template fits.

A template's score is the mean of its cells' cosines, each weighted by its saliency.

Saliency is a linear map of a template's cells, a softmax over which gives the weights: a blank
corner of a carton counts less than its print.
"""

import keras
import tensorflow as tf

# Weights of late interaction beside the aligned score, how much of the proposal is in the packshot
# and how much of the packshot in the proposal. They are not fitted to composed shelves, where the
# alignment is right more often than on real ones. 367 real facings of 202 products wanted twice as
# much, at which the demo's small backbone names more of what no packshot shows.
LATE_INTERACTION = (0.5, 0.25)


def match_scores(aligned: tf.Tensor, similarities: tf.Tensor) -> tf.Tensor:
    """Join what alignment and late interaction say of candidates.

    Args:
        aligned: `[P, K]`, less hubness.
        similarities: `[P, K, 2]`, see `late_interaction.max_similarities`.

    Returns:
        `[P, K]`, of no particular scale: calibration brings it to one.
    """
    return aligned + tf.reduce_sum(similarities * LATE_INTERACTION, axis=-1)


def aligned_scores(
    saliency: keras.layers.Dense, cosines: tf.Tensor, templates: tf.Tensor
) -> tf.Tensor:
    """Score templates by their aligned correlation.

    Args:
        saliency: The linear map.
        cosines: `[P * K, T * T]`, of each template cell with the cell it is aligned with.
        templates: Unit cells `[P, K, T, T, D]`.

    Returns:
        `[P, K]` in [-1, 1].
    """
    shape, count, depth = tf.shape(templates), cosines.shape[-1], templates.shape[-1]
    # Unit cells have entries near 1/sqrt(D): bring them to unit variance first.
    weight = saliency(tf.reshape(templates, [-1, count, depth]) * depth**0.5)[..., 0]
    score = tf.reduce_sum(tf.nn.softmax(weight) * tf.reshape(cosines, [-1, count]), axis=-1)
    return tf.reshape(score, [shape[0], shape[1]])


def unaligned_scores(
    saliency: keras.layers.Dense, cores: tf.Tensor, templates: tf.Tensor
) -> tf.Tensor:
    """Score templates laid onto proposals as these are, without a transform.

    Args:
        saliency: The linear map.
        cores: Unit cells `[P, T, T, D]`.
        templates: `[P, K, T, T, D]`, cells of any length: scores are brought to scale at the end,
            since templates of many SKUs are too large to be copied for it.

    Returns:
        `[P, K]` in [-1, 1].
    """
    count, depth = cores.shape[1] * cores.shape[2], cores.shape[-1]
    core = tf.reshape(cores, [-1, 1, count, depth])
    flat = tf.reshape(templates, [-1, templates.shape[1], count, depth])
    own = tf.reduce_sum(core * flat, axis=-1)
    scale = tf.math.rsqrt(tf.maximum(tf.reduce_sum(tf.square(flat), axis=-1), 1e-8))
    # Its bias is the same for every cell, so that the softmax would cancel it.
    weight = tf.matmul(tf.reshape(flat, [-1, depth]), saliency.kernel)
    weight = tf.reshape(weight, tf.shape(scale)) * scale * depth**0.5
    return tf.reduce_sum(tf.nn.softmax(weight) * own * scale, axis=-1)

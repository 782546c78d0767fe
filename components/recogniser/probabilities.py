"""From scores to probabilities: which of the candidates at a proposal is right, if any is."""

import tensorflow as tf

from components.recogniser.masked import ordered

# Where nothing was measured yet: weights of the aligned and of the shortlist score, then the bias
# of "none of these" and what objectness takes from it. Training replaces them, see
# components/training/calibrate.py.
UNCALIBRATED = (20.0, 5.0, 14.0, 1.0)


def candidate_probabilities(
    coefficients: tf.Tensor,
    aligned_scores: tf.Tensor,
    shortlist_scores: tf.Tensor,
    objectness: tf.Tensor,
    valid: tf.Tensor,
) -> tf.Tensor:
    """Return the calibrated probability of each candidate, leaving room for none of them.

    A multinomial logistic model over the K candidates at a proposal and "none".

    Args:
        coefficients: `[4]`, fitted on validation photos.
        aligned_scores: `[P, K]`.
        shortlist_scores: `[P, K]`.
        objectness: `[P]` logits.
        valid: bool `[P, K]`; candidates to leave out are False.

    Returns:
        `[P, K]`, 0 where not valid; each row sums to at most one.
    """
    logits = coefficients[0] * aligned_scores + coefficients[1] * shortlist_scores
    none = coefficients[2] - coefficients[3] * objectness
    logits = tf.concat([ordered(logits, valid), none[:, tf.newaxis]], axis=-1)
    return tf.where(valid, tf.nn.softmax(logits, axis=-1)[:, :-1], 0.0)

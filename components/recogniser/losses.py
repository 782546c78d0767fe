"""Training losses: hinge on class scores, Huber on boxes, focal and contrast for the rest."""

import tensorflow as tf

from components.recogniser.masked import LOWEST

POSITIVE_MARGIN = 0.6
NEGATIVE_MARGIN = 0.2
RANK_MARGIN = 0.2
# Best cosines of right and wrong packshots lie closer together than whole ones do.
SIMILARITY_SCALE = 32.0
# So alike are packshots and what they do not show, before any training: a right one must be more,
# and where none is right all must be less.
STRANGER_SIMILARITY = 0.65


def hinge(scores: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor) -> tf.Tensor:
    """Return the hinge on class scores, negatives weighted towards the hardest of each proposal.

    The weighting is that of the ranked list loss (Wang et al., CVPR 2019), as OS2D uses it: a
    negative weighs exp(10 * loss) against the other negatives of its proposal.

    Args:
        scores: `[P, K]` in [-1, 1].
        positive: bool `[P, K]`: this candidate is what is there.
        negative: bool `[P, K]`: it is not. A candidate that is neither does not count.

    Returns:
        Scalar: mean over positives plus mean over proposals that have negatives.
    """
    pull = tf.nn.relu(POSITIVE_MARGIN - scores)
    push = tf.nn.relu(scores - NEGATIVE_MARGIN)
    weight = tf.stop_gradient(tf.where(negative & (push > 0.0), tf.exp(10.0 * push), 0.0))
    hardest = tf.math.divide_no_nan(
        tf.reduce_sum(weight * push, axis=-1), tf.reduce_sum(weight, axis=-1)
    )
    return _mean(pull, positive) + _mean(hardest, tf.reduce_any(negative, axis=-1))


def ranked_hinge(scores: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor) -> tf.Tensor:
    """Return what is missing for the true SKU to beat every other candidate by `RANK_MARGIN`.

    Args:
        scores: `[P, K]`.
        positive: bool `[P, K]`, at most one per row.
        negative: bool `[P, K]`.

    Returns:
        Scalar: mean over the pairs, hardest weighing most.
    """
    best = tf.reduce_sum(tf.where(positive, scores, 0.0), axis=-1, keepdims=True)
    loss = tf.nn.relu(RANK_MARGIN - best + scores)
    pair = negative & tf.reduce_any(positive, axis=-1, keepdims=True)
    weight = tf.stop_gradient(tf.where(pair & (loss > 0.0), tf.exp(10.0 * loss), 0.0))
    row = tf.math.divide_no_nan(tf.reduce_sum(weight * loss, axis=-1), tf.reduce_sum(weight, -1))
    return _mean(row, tf.reduce_any(pair, axis=-1))


def huber(predicted: tf.Tensor, target: tf.Tensor, positive: tf.Tensor) -> tf.Tensor:
    """Return the mean Huber loss (delta 1) of encoded boxes `[..., 4]` at positives `[...]`."""
    error = tf.abs(predicted - target)
    loss = tf.reduce_sum(tf.where(error < 1.0, 0.5 * error**2, error - 0.5), axis=-1)
    return _mean(loss, positive)


def focal(logits: tf.Tensor, positive: tf.Tensor, negative: tf.Tensor) -> tf.Tensor:
    """Return the focal loss on objectness (Lin et al., ICCV 2017; gamma 2, alpha 0.25).

    Args:
        logits: `[B, h, w]`.
        positive: bool `[B, h, w]`.
        negative: bool `[B, h, w]`; cells that are neither do not count.

    Returns:
        Scalar: the sum over the number of positives.
    """
    probability = tf.sigmoid(logits)
    hit = 0.25 * (1.0 - probability) ** 2 * tf.nn.softplus(-logits)
    miss = 0.75 * probability**2 * tf.nn.softplus(logits)
    total = tf.reduce_sum(tf.where(positive, hit, 0.0) + tf.where(negative, miss, 0.0))
    return total / tf.maximum(tf.reduce_sum(tf.cast(positive, tf.float32)), 1.0)


def contrast(cosines: tf.Tensor, label: tf.Tensor, candidate: tf.Tensor) -> tf.Tensor:
    """Return the cross-entropy of the shortlist: the true SKU among the templates of the batch.

    Args:
        cosines: `[P, V]` of proposals and templates.
        label: int32 `[P]`, number of the true template; negative: this proposal does not count.
        candidate: bool `[V]`: the template is not padding.

    Returns:
        Scalar mean.
    """
    logits = tf.where(candidate[tf.newaxis], 16.0 * cosines, LOWEST)
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.maximum(label, 0), logits)
    return _mean(loss, label >= 0)


def late_interaction(
    similarities: tf.Tensor, candidate: tf.Tensor, label: tf.Tensor, counts: tf.Tensor
) -> tf.Tensor:
    """Return the cross-entropy of the true SKU, the first of the candidates, or of none of them.

    None of them has a place among the candidates, a dustbin (Sarlin et al., "SuperGlue", CVPR
    2020).

    Args:
        similarities: `[P, K, 2]`, see late_interaction.py.
        candidate: bool `[P, K]`: no padding.
        label: int32 `[P]`; negative where no candidate is right.
        counts: bool `[P]`: no padding.

    Returns:
        Scalar: mean over proposals of which one is right plus mean over those of which none is.
    """
    alike = SIMILARITY_SCALE * tf.reduce_mean(similarities, axis=-1)
    none = tf.fill([tf.shape(alike)[0], 1], SIMILARITY_SCALE * STRANGER_SIMILARITY)
    logits = tf.concat([tf.where(candidate, alike, LOWEST), none], axis=-1)
    named = label >= 0
    target = tf.where(named, 0, tf.shape(alike)[1])
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits(target, logits)
    return _mean(loss, counts & named) + _mean(loss, counts & ~named)


def _mean(values: tf.Tensor, mask: tf.Tensor) -> tf.Tensor:
    kept = tf.cast(mask, values.dtype)
    return tf.math.divide_no_nan(tf.reduce_sum(values * kept), tf.reduce_sum(kept))

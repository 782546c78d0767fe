"""From scores to probabilities: what is at a proposal.

One of its candidates, a product that is none of them, or no product at all.
"""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser.masked import ordered

# Where nothing was measured yet: weights of the match and of the shortlist score, the bias of "no
# product" and what objectness takes from it, and the bias of "another product"; then slope and
# offset of `of_best`. Training replaces them, see components/training/calibrate.py.
UNCALIBRATED = (10.0, 5.0, 12.0, 1.0, 9.0, 1.0, 0.0)
# Of the coefficients, so many say what is at a proposal; the others are those of `of_best`.
AT_PROPOSAL = 5
# Odds are not told closer to never and always than this.
EXTREME = 1e-6


class Probabilities(NamedTuple):
    """What is at each of P proposals; a row and its `unknown` sum to at most one."""

    named: tf.Tensor  # [P, K], one of the candidates; 0 where it is not valid
    unknown: tf.Tensor  # [P], a product that is none of them; 0 at padding


def candidate_probabilities(
    coefficients: tf.Tensor,
    match_scores: tf.Tensor,
    shortlist_scores: tf.Tensor,
    objectness: tf.Tensor,
    valid: tf.Tensor,
) -> Probabilities:
    """Return the calibrated probabilities at proposals, leaving room for no product.

    A multinomial logistic model over the K candidates at a proposal, "another product" and "no
    product".

    Args:
        coefficients: `[7]`, fitted on validation photos.
        match_scores: `[P, K]`, see `scores.match_scores`.
        shortlist_scores: `[P, K]`.
        objectness: `[P]` logits.
        valid: bool `[P, K]`; candidates to leave out are False.
    """
    logits = coefficients[0] * match_scores + coefficients[1] * shortlist_scores
    nothing = coefficients[2] - coefficients[3] * objectness
    another = tf.fill(tf.shape(nothing), coefficients[4])
    others = tf.stack([another, nothing], axis=-1)
    shares = tf.nn.softmax(tf.concat([ordered(logits, valid), others], axis=-1), axis=-1)
    # A proposal has a candidate, be it a bad one; what has none is padding.
    real = tf.reduce_any(valid, axis=-1)
    return Probabilities(
        named=tf.where(valid, shares[:, :-2], 0.0),
        unknown=tf.where(real, shares[:, -2], 0.0),
    )


def of_best(coefficients: tf.Tensor, named: tf.Tensor) -> tf.Tensor:
    """Return probabilities of names where each product is named once.

    A product is proposed several times, and the likeliest of all names there is shown: what is true
    of a name at any proposal is not true of the best of several. Platt's scaling (1999): log-odds
    are stretched and moved, so that no order changes.

    Args:
        coefficients: `[7]`, fitted on validation photos.
        named: Of `candidate_probabilities`; 0 stays 0.
    """
    kept = tf.clip_by_value(named, EXTREME, 1.0 - EXTREME)
    odds = tf.math.log(kept) - tf.math.log(1.0 - kept)
    slope, offset = coefficients[AT_PROPOSAL], coefficients[AT_PROPOSAL + 1]
    return tf.where(named > 0.0, tf.sigmoid(slope * odds + offset), 0.0)

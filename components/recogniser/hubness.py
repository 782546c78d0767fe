"""Hubness: some packshots fit a little wherever one looks, and win where nothing of them is.

A plain carton is like every other plain thing. How well a packshot fits at proposals in real photos
that do not show it is a property of the packshot, so it is measured once, when the index is built,
and taken off its scores. The *background set* is proposals in some production photos, unlabelled,
that the Trainer looked at. Few of them show any one SKU, and the median does not see those few.

In retrieval this is called hubness (Radovanovic et al., JMLR 2010), and correcting for it by the
nearest neighbours in the other domain is local scaling (Conneau et al., ICLR 2018).
"""

import tensorflow as tf

from components.recogniser.cells import dequantise
from components.recogniser.model import Recogniser

# Proposals of the background set that a packshot is measured at: those that look most alike.
NEAREST = 64


def hubness(
    recogniser: Recogniser, template: tf.Tensor, embedding: tf.Tensor, background: tf.Tensor
) -> tf.Tensor:
    """Measure one packshot.

    Args:
        recogniser: With its background set of N proposals.
        template: Unit cells `[T, T, D]`.
        embedding: `[E]`, its shortlist embedding.
        background: `[N, E]`, see `background_embeddings`.

    Returns:
        `[]` the median of its aligned scores, in [-1, 1]; 0 without a background set.
    """
    count = tf.shape(background)[0]

    def measured() -> tf.Tensor:
        cosines = tf.linalg.matvec(background, embedding)
        nearest = tf.math.top_k(cosines, tf.minimum(NEAREST, count)).indices
        features = dequantise(tf.gather(recogniser.background_set, nearest))
        templates = tf.tile(template[tf.newaxis, tf.newaxis], [tf.size(nearest), 1, 1, 1, 1])
        scores, _ = recogniser.align(features, templates)
        return tf.sort(scores[:, 0])[tf.size(nearest) // 2]

    return tf.cond(count > 0, measured, lambda: tf.constant(0.0))


def background_embeddings(recogniser: Recogniser) -> tf.Tensor:
    """Return the shortlist embeddings of the background set, `[N, E]`."""
    return recogniser.embed(recogniser.core(dequantise(recogniser.background_set)))

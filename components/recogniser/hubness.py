"""Hubness: some packshots fit a little wherever one looks, and win where nothing of them stands.

A plain carton is like every other plain thing. How well a packshot fits at places of real photos
that do not show it is a property of the packshot, so it is measured once, when the index is built,
and taken off its scores. The places are the *cohort*: some of photos in use, unlabelled, that the
Trainer looked at. Few of them show any one SKU, and the median does not see those few.

In retrieval this is called hubness (Radovanovic et al., JMLR 2010), and correcting for it by the
nearest neighbours in the other domain is local scaling (Conneau et al., ICLR 2018).
"""

import tensorflow as tf

from components.recogniser.model import Recogniser, unit

# Places of the cohort that a packshot is measured at: those that the screen likes best.
NEAREST = 64


def hubness(
    recogniser: Recogniser, template: tf.Tensor, vector: tf.Tensor, screened: tf.Tensor
) -> tf.Tensor:
    """Measures one packshot.

    Args:
      recogniser: with its cohort of N places.
      template: `[T, T, D]`, unit cells.
      vector: `[E]` its screening vector.
      screened: `[N, E]` screening vectors of the cohort, see `cohort_vectors`.

    Returns:
      `[]` the median of its aligned scores, in [-1, 1]; 0 without a cohort.
    """
    count = tf.shape(screened)[0]

    def measured() -> tf.Tensor:
        cosines = tf.linalg.matvec(screened, vector)
        nearest = tf.math.top_k(cosines, tf.minimum(NEAREST, count)).indices
        places = unit(tf.cast(tf.gather(recogniser.cohort, nearest), tf.float32))
        templates = tf.tile(template[tf.newaxis, tf.newaxis], [tf.size(nearest), 1, 1, 1, 1])
        scores, _ = recogniser.align(places, templates)
        return tf.sort(scores[:, 0])[tf.size(nearest) // 2]

    return tf.cond(count > 0, measured, lambda: tf.constant(0.0))


def cohort_vectors(recogniser: Recogniser) -> tf.Tensor:
    """Screening vectors of the cohort, `[N, E]`."""
    return recogniser.screen(recogniser.core(unit(tf.cast(recogniser.cohort, tf.float32))))

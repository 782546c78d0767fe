"""How alike two sets of local descriptors are, wherever in the pack each of them lies.

A bag bends, slumps and gleams; no affine transform lays its packshot onto it. Its print is still
there, piece by piece. So each local descriptor of a proposal looks for its best match anywhere in
the packshot, and each of the packshot for its own in the proposal: one says how much of what is
seen the packshot explains, the other how much of the packshot is to be seen.

The field calls it late interaction, or MaxSim (Khattab and Zaharia, "ColBERT", SIGIR 2020); of
local image descriptors, image-to-class measure (Li et al., "DN4", CVPR 2019).
"""

import tensorflow as tf


def max_similarities(photo: tf.Tensor, packshots: tf.Tensor) -> tf.Tensor:
    """Compare local descriptors of proposals with those of packshots.

    Args:
        photo: Unit vectors `[P, A, D]` of proposals.
        packshots: Unit vectors `[P, K, C, D]` of K packshots for each proposal. Zero vectors are
            background, which matches nothing and is not looked for.

    Returns:
        `[P, K, 2]` in [-1, 1]: the mean best cosine of the proposal's descriptors, and that of the
        packshot's.
    """
    count, size, depth = tf.shape(packshots)[1], packshots.shape[2], packshots.shape[3]
    flat = tf.reshape(packshots, [-1, count * size, depth])
    cosines = tf.matmul(photo, flat, transpose_b=True)
    of_packshot = tf.reshape(tf.reduce_max(cosines, axis=1), [-1, count, size])
    of_photo = tf.reduce_max(tf.reshape(cosines, [-1, photo.shape[1], count, size]), axis=-1)
    shown = tf.cast(tf.reduce_any(tf.not_equal(packshots, 0.0), axis=-1), tf.float32)
    sought = tf.maximum(tf.reduce_sum(shown, axis=-1), 1.0)
    return tf.stack(
        [
            tf.reduce_mean(of_photo, axis=1),
            tf.reduce_sum(of_packshot * shown, axis=-1) / sought,
        ],
        axis=-1,
    )

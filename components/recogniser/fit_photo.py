"""Brings a photo of any size to the one that the recogniser looks at."""

import tensorflow as tf

from components.imaging.letterbox import GREY
from components.recogniser.strides import PHOTO_MULTIPLE


def fit_photo(photo: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Resize a photo to a longest side and pad it with grey.

    A phone's input is a square, as it has to be one shape for photos taken either way up. Here only
    so much is padded as the pyramid needs: grey takes as long to look at as shelves.

    Args:
        photo: `[B, H, W, 3]` 0..255.
        side: In pixels.

    Returns:
        float32 `[B, h, w, 3]`, h and w the next multiples of `PHOTO_MULTIPLE`, the photo at the top
        left; and the scale `[]` applied.
    """
    photo = tf.cast(photo, tf.float32)
    size = tf.cast(tf.shape(photo)[1:3], tf.float32)
    scale = side / tf.reduce_max(size)
    target = tf.maximum(tf.cast(tf.round(size * scale), tf.int32), 1)
    # Resizing a photo to the size it has takes time and changes nothing.
    resized = tf.cond(
        tf.reduce_all(tf.equal(tf.shape(photo)[1:3], target)),
        lambda: photo,
        lambda: tf.image.resize(photo, target, antialias=True),
    )
    height, width = tf.unstack(-(-target // PHOTO_MULTIPLE) * PHOTO_MULTIPLE)
    return tf.image.pad_to_bounding_box(resized - GREY, 0, 0, height, width) + GREY, scale

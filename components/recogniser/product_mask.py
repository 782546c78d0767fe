"""Which part of a packshot's square is product, and which the white around it."""

import tensorflow as tf

from components.imaging.white_background import WHITE
from components.recogniser.roi_align import maps_of_pictures, sample_maps
from components.recogniser.strides import STRIDE

# A grid point is on the product when at least this share of the pixels around it is not white.
PRODUCT_SHARE = 0.1


def on_product(squares: tf.Tensor, boxes: tf.Tensor, points: int) -> tf.Tensor:
    """Say which points of a RoI grid over packs are on the product.

    Args:
        squares: `[V, side, side, 3]` 0..255, see `packshots.packshot_square`.
        boxes: `[V, 4]` the packs' boxes on them, in pixels.
        points: T.

    Returns:
        bool `[V, T, T]`; all True for a pack that is white all over.
    """
    product = tf.cast(tf.reduce_min(squares, axis=-1, keepdims=True) < WHITE, tf.float32)
    share = tf.nn.avg_pool2d(product, STRIDE, STRIDE, "VALID")
    pictures = tf.range(tf.shape(boxes)[0])
    sampled = sample_maps(maps_of_pictures(share), pictures, boxes, points)[..., 0]
    product = sampled >= PRODUCT_SHARE
    return tf.logical_or(product, ~tf.reduce_any(product, axis=[1, 2], keepdims=True))

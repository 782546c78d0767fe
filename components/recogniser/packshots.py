"""From a packshot to the square that the backbone sees: one graph trains, indexes and serves."""

import tensorflow as tf

from components.imaging.white_background import WHITE
from components.recogniser.decode_photo import decode


def content_box(packshot: tf.Tensor) -> tf.Tensor:
    """Find the product on its white background.

    Args:
        packshot: float32 `[H, W, 3]`, 0..255.

    Returns:
        int32 `[4]` ymin, xmin, ymax, xmax (exclusive), in pixels; the whole picture when nothing
        stands out.
    """
    dark = tf.reduce_min(packshot, axis=-1) < WHITE
    # A row or column counts when more than a stray JPEG artefact of it is dark.
    rows = tf.reduce_mean(tf.cast(dark, tf.float32), axis=1) > 0.01
    columns = tf.reduce_mean(tf.cast(dark, tf.float32), axis=0) > 0.01
    dark_rows = tf.where(rows)[:, 0]
    dark_columns = tf.where(columns)[:, 0]
    found = tf.logical_and(tf.size(dark_rows) > 0, tf.size(dark_columns) > 0)
    shape = tf.shape(packshot)
    return tf.cond(
        found,
        lambda: tf.cast(
            tf.stack(
                [
                    dark_rows[0],
                    dark_columns[0],
                    dark_rows[-1] + 1,
                    dark_columns[-1] + 1,
                ]
            ),
            tf.int32,
        ),
        lambda: tf.stack([0, 0, shape[0], shape[1]]),
    )


def packshot_square(packshot: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Crop the product out and centre it on a white square, aspect kept.

    Args:
        packshot: uint8 or float32 `[H, W, 3]`, 0..255, product on white.
        side: Of the square, in pixels. The product's longest side becomes 7/8 of it.

    Returns:
        The square float32 `[side, side, 3]`, 0..255, and the product's box on it float32 `[4]`, in
        pixels.
    """
    packshot = tf.cast(packshot, tf.float32)
    box = content_box(packshot)
    product = packshot[box[0] : box[2], box[1] : box[3]]
    size = tf.cast(tf.shape(product)[:2], tf.float32)
    scale = (side * 7 / 8) / tf.reduce_max(size)
    target = tf.maximum(tf.cast(tf.round(size * scale), tf.int32), 8)
    product = tf.image.resize(product, target, antialias=True)
    top = (side - target[0]) // 2
    left = (side - target[1]) // 2
    square = tf.image.pad_to_bounding_box(product - 255.0, top, left, side, side) + 255.0
    square = tf.ensure_shape(tf.clip_by_value(square, 0.0, 255.0), [side, side, 3])
    on_square = tf.cast(tf.stack([left, top, left + target[1], top + target[0]]), tf.float32)
    return square, on_square


def decode_square(encoded: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Decode a JPEG or PNG, scalar string, and return its `packshot_square`."""
    return packshot_square(decode(encoded), side)


def squares(packshots: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Decode `[N]` encoded packshots to squares `[N, side, side, 3]` and boxes `[N, 4]`.

    Pictures differ in size until they are squares; from there the network takes all at once.
    """
    return tf.map_fn(
        lambda encoded: decode_square(encoded, side),
        packshots,
        fn_output_signature=(
            tf.TensorSpec([side, side, 3], tf.float32),
            tf.TensorSpec([4], tf.float32),
        ),
    )

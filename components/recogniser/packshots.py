"""From a packshot to the canvas the backbone sees: one graph trains, indexes and serves."""

import tensorflow as tf

from components.imaging.white_background import WHITE


def content_box(packshot: tf.Tensor) -> tf.Tensor:
    """Finds the product on its white background.

    Args:
      packshot: `[H, W, 3]` float, 0..255.

    Returns:
      `[4]` int32 ymin, xmin, ymax, xmax (exclusive); the whole picture when nothing stands out.
    """
    dark = tf.reduce_min(packshot, axis=-1) < WHITE
    # A row or column counts when more than a stray JPEG artefact of it is dark.
    rows = tf.reduce_mean(tf.cast(dark, tf.float32), axis=1) > 0.01
    columns = tf.reduce_mean(tf.cast(dark, tf.float32), axis=0) > 0.01
    row_index = tf.where(rows)[:, 0]
    column_index = tf.where(columns)[:, 0]
    found = tf.logical_and(tf.size(row_index) > 0, tf.size(column_index) > 0)
    shape = tf.shape(packshot)
    return tf.cond(
        found,
        lambda: tf.cast(
            tf.stack(
                [
                    row_index[0],
                    column_index[0],
                    row_index[-1] + 1,
                    column_index[-1] + 1,
                ]
            ),
            tf.int32,
        ),
        lambda: tf.stack([0, 0, shape[0], shape[1]]),
    )


def packshot_canvas(packshot: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Crops the product out and centres it on a square white canvas, aspect kept.

    Args:
      packshot: `[H, W, 3]` uint8 or float, 0..255, product on white.
      side: canvas side in pixels, a multiple of 32. The product's longest side becomes 7/8 of it.

    Returns:
      The canvas `[side, side, 3]` float32 0..255 and the product's box on it `[4]` float32, pixels.
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
    canvas = tf.image.pad_to_bounding_box(product - 255.0, top, left, side, side) + 255.0
    canvas = tf.ensure_shape(tf.clip_by_value(canvas, 0.0, 255.0), [side, side, 3])
    on_canvas = tf.cast(tf.stack([left, top, left + target[1], top + target[0]]), tf.float32)
    return canvas, on_canvas


def decode_canvas(encoded: tf.Tensor, side: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes a JPEG or PNG scalar string, then `packshot_canvas`."""
    packshot = tf.io.decode_image(encoded, channels=3, expand_animations=False)
    packshot.set_shape([None, None, 3])
    return packshot_canvas(packshot, side)

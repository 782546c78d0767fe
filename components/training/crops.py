"""From prepared photos to training crops: decoded late, scaled by what they show."""

from typing import NamedTuple

import tensorflow as tf

from components.imaging.letterbox import GREY
from components.recogniser import geometry
from components.recogniser.decode_photo import decode
from components.records.splits import DISTRACTOR
from components.training.photo_files import Photo

# Products of a crop that training sees at most; a 320 px crop rarely shows more.
MAX_BOXES = 48
# A product less of which than this is inside the crop is not asked for.
MIN_VISIBLE = 0.4
# FOREIGN: known to be none of the catalogue. IGNORED: perhaps one of it, and not asked for.
PADDING, PRODUCT, IGNORED, FOREIGN = 0, 1, 2, 3


class Crop(NamedTuple):
    """One training crop, M = MAX_BOXES."""

    photo: tf.Tensor  # [crop, crop, 3] float32, 0..255
    boxes: tf.Tensor  # [M, 4] float32, pixels of the crop, clipped to it
    sku: tf.Tensor  # [M] int32, number of the SKU; -1 where it has none
    kind: tf.Tensor  # [M] int32: PADDING, PRODUCT, IGNORED or FOREIGN


def random_crop(
    photo: Photo,
    numbers: tf.lookup.StaticHashTable,
    size: int,
    facing_pixels: tuple[float, float],
    seed: tf.Tensor,
) -> Crop:
    """Cut a crop around one product, at a scale that brings it to a random size.

    Args:
        photo: The photo.
        numbers: SKU to its number, -1 for unknown ones.
        size: Side of the crop in pixels.
        facing_pixels: Range of that product's side, the root of its area.
        seed: int32 `[2]`; the same seed gives the same crop.
    """
    image = decode(photo.encoded)
    shape = tf.cast(tf.shape(image)[:2], tf.float32)
    span = tf.stack([shape[1], shape[0], shape[1], shape[0]])
    boxes = photo.boxes * span
    draw = tf.random.stateless_uniform([8], seed)
    low, high = facing_pixels
    wanted = low * (high / low) ** draw[0]
    count = tf.shape(boxes)[0]

    def around_a_product() -> tuple[tf.Tensor, tf.Tensor]:
        box = boxes[tf.minimum(tf.cast(draw[1] * tf.cast(count, tf.float32), tf.int32), count - 1)]
        sides = tf.maximum(box[2:] - box[:2], 1.0)
        return (box[:2] + box[2:]) / 2.0, wanted / tf.sqrt(sides[0] * sides[1])

    def anywhere() -> tuple[tf.Tensor, tf.Tensor]:
        return draw[1:3] * shape[::-1], 0.5 + draw[0]

    centre, scale = tf.cond(count > 0, around_a_product, anywhere)
    # Not so small that the photo is a stamp on grey, not so large that pixels are invented.
    scale = tf.clip_by_value(scale, 0.6 * size / tf.reduce_max(shape), 2.5)
    window = size / scale
    corner = centre - window * (0.25 + 0.5 * draw[3:5])
    # Shift the window back over the photo where it would show more border than it must.
    reach = tf.maximum(shape[::-1] - window, 0.0)
    slack = 0.1 * window
    corner = tf.clip_by_value(corner, -slack, reach + slack)
    crop = _cut(image, corner, window, size)
    crop = _jitter_light(crop, draw[5:8])
    moved = (boxes - tf.tile(corner, [2])[tf.newaxis]) * scale
    clipped = tf.clip_by_value(moved, 0.0, float(size))
    visible = geometry.area(clipped) / tf.maximum(geometry.area(moved), 1e-6)
    number = tf.where(photo.ignore, -1, numbers.lookup(photo.skus))
    foreign = (photo.skus == DISTRACTOR) & ~photo.ignore
    kind = tf.where(number >= 0, PRODUCT, tf.where(foreign, FOREIGN, IGNORED))
    kind = tf.where(visible >= MIN_VISIBLE, kind, IGNORED)
    keep = tf.where(geometry.area(clipped) > 4.0)[:MAX_BOXES, 0]
    return Crop(
        photo=crop,
        boxes=_pad(tf.gather(clipped, keep), 0.0),
        sku=_pad(tf.gather(number, keep), -1),
        kind=_pad(tf.gather(kind, keep), PADDING),
    )


def _cut(image: tf.Tensor, corner: tf.Tensor, window: tf.Tensor, size: int) -> tf.Tensor:
    """Return the square of side `window` at `corner` (x, y), resized to `size`, grey outside."""
    shape = tf.shape(image)
    first = tf.cast(tf.floor(corner), tf.int32)
    last = tf.cast(tf.math.ceil(corner + window), tf.int32)
    low = tf.maximum(first, 0)
    high = tf.minimum(last, tf.stack([shape[1], shape[0]]))
    part = tf.cast(image[low[1] : high[1], low[0] : high[0]], tf.float32)
    extent = last - first
    part = (
        tf.image.pad_to_bounding_box(
            part - GREY, low[1] - first[1], low[0] - first[0], extent[1], extent[0]
        )
        + GREY
    )
    return tf.ensure_shape(tf.image.resize(part, [size, size], antialias=True), [size, size, 3])


def _jitter_light(crop: tf.Tensor, draw: tf.Tensor) -> tf.Tensor:
    """Change brightness, contrast and saturation a little; `draw` is `[3]` in [0, 1)."""
    mean = tf.reduce_mean(crop)
    crop = (crop - mean) * (0.8 + 0.4 * draw[0]) + mean * (0.8 + 0.4 * draw[1])
    grey = tf.reduce_mean(crop, axis=-1, keepdims=True)
    return tf.clip_by_value(grey + (crop - grey) * (0.7 + 0.6 * draw[2]), 0.0, 255.0)


def _pad(values: tf.Tensor, fill: float) -> tf.Tensor:
    missing = MAX_BOXES - tf.shape(values)[0]
    paddings = [[0, missing]] + [[0, 0]] * (values.shape.rank - 1)
    padded = tf.pad(values, paddings, constant_values=tf.cast(fill, values.dtype))
    return tf.ensure_shape(padded, [MAX_BOXES, *values.shape[1:]])

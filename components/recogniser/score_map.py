"""The class probability map: for one SKU, the probability that it stands at each cell."""

import tensorflow as tf

from components.recogniser.detect import IndexTensors
from components.recogniser.model import Recogniser, unit

# Cells of the map per feature cell on each axis: the map has stride 16.
STEP = 2


def score_map(
    recogniser: Recogniser, photo: tf.Tensor, index: IndexTensors, sku: tf.Tensor
) -> tf.Tensor:
    """Aligns one SKU's templates at every cell.

    Args:
      recogniser: the model.
      photo: `[1, H, W, 3]` float32 0..255, H and W multiples of 32.
      index: the catalogue.
      sku: `[]` int32, the SKU's number.

    Returns:
      `[H / 16, W / 16]`: probability of this SKU against "none of the SKUs looked at", the best of
      its views.
    """
    features, context = recogniser.features(photo)
    objectness, boxes = recogniser.propose(context)
    objectness = objectness[0, ::STEP, ::STEP]
    boxes = tf.reshape(boxes[:, ::STEP, ::STEP], [1, -1, 4])
    views = tf.where(tf.equal(index.sku_of_view, sku))[:, 0]
    templates = unit(tf.cast(tf.gather(index.templates, views), tf.float32))
    vectors = tf.gather(index.screen, views)
    count = tf.shape(boxes)[1]
    everywhere = tf.tile(templates[tf.newaxis], [count, 1, 1, 1, 1])
    # Aligned twice, as `detect.refined` does, or the same place would get another probability.
    _, transforms = recogniser.align(recogniser.places(features, boxes)[0], everywhere[:, :1])
    boxes = tf.transpose(recogniser.boxes(transforms, boxes[0]), [1, 0, 2])
    places = recogniser.places(features, boxes)[0]
    aligned, _ = recogniser.align(places, everywhere)
    aligned -= tf.gather(index.hubness, views)
    screened = tf.matmul(recogniser.screen(recogniser.core(places)), vectors, transpose_b=True)
    best = tf.argmax(aligned, axis=1)[:, tf.newaxis]
    probability = recogniser.probabilities(
        tf.gather(aligned, best, batch_dims=1),
        tf.gather(screened, best, batch_dims=1),
        tf.reshape(objectness, [-1]),
    )
    return tf.reshape(probability, tf.shape(objectness))

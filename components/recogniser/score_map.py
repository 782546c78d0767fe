"""The class probability map: for one SKU, the probability that it is at each cell."""

import tensorflow as tf

from components.recogniser.cells import dequantise
from components.recogniser.index_tensors import IndexTensors
from components.recogniser.model import Recogniser
from components.recogniser.probabilities import candidate_probabilities
from components.recogniser.roi_align import maps_of_pictures
from components.recogniser.scores import match_scores
from components.recogniser.strides import COARSE_STRIDE, STRIDE

# Feature cells per cell of the map on each axis.
STEP = COARSE_STRIDE // STRIDE


def score_map(
    recogniser: Recogniser, photo: tf.Tensor, index: IndexTensors, sku: tf.Tensor
) -> tf.Tensor:
    """Align one SKU's templates at every cell.

    Args:
        recogniser: The model.
        photo: float32 `[1, H, W, 3]` 0..255, see `fit_photo`.
        index: The catalogue.
        sku: int32 `[]`, the SKU's number.

    Returns:
        `[H / 16, W / 16]`: probability of this SKU, its best view, against "none of the SKUs".
    """
    maps, context = recogniser.features(photo)
    objectness, boxes = recogniser.propose_at_cells(context)
    objectness = objectness[0, ::STEP, ::STEP]
    boxes = tf.reshape(boxes[0, ::STEP, ::STEP], [-1, 4])
    pyramid, picture = maps_of_pictures(maps), tf.zeros([tf.shape(boxes)[0]], tf.int32)
    views = tf.where(tf.equal(index.sku_of_view, sku))[:, 0]
    templates = dequantise(tf.gather(index.templates, views))
    everywhere = tf.tile(templates[tf.newaxis], [tf.shape(boxes)[0], 1, 1, 1, 1])
    # Aligned twice, as proposals are refined, or the same cell would get another probability.
    _, transforms = recogniser.align(
        recogniser.roi_align(pyramid, picture, boxes), everywhere[:, :1]
    )
    boxes = recogniser.aligned_boxes(transforms, boxes)[:, 0]
    features = recogniser.roi_align(pyramid, picture, boxes)
    aligned, _ = recogniser.align(features, everywhere)
    aligned -= tf.gather(index.hubness, views)
    packshots = dequantise(tf.gather(index.descriptors, views))
    similarities = recogniser.max_similarities(
        recogniser.descriptors(pyramid, picture, boxes),
        tf.tile(packshots[tf.newaxis], [tf.shape(boxes)[0], 1, 1, 1, 1]),
    )
    cosines = tf.matmul(
        recogniser.embed(recogniser.core(features)),
        tf.gather(index.embeddings, views),
        transpose_b=True,
    )
    matched = match_scores(aligned, similarities)
    best = tf.argmax(matched, axis=1)[:, tf.newaxis]
    probability = candidate_probabilities(
        recogniser.calibration,
        tf.gather(matched, best, batch_dims=1),
        tf.gather(cosines, best, batch_dims=1),
        tf.reshape(objectness, [-1]),
        valid=tf.ones_like(best, tf.bool),
    ).named
    return tf.reshape(probability, tf.shape(objectness))

"""What Transform makes of augmented shelf examples, and what it records about them.

Photos pass through encoded: pixels exist only in the trainer's input function.
"""

from __future__ import annotations

import tensorflow as tf
import tensorflow_transform as tft

from components.example_gen.splits import UNKNOWN_PRODUCT

HARD_WEIGHT = 2.0
"""Weight in training of a photo that a person had to correct."""

SKU_VOCABULARY = "skus"
"""Asset: every SKU that training photos show, most frequent first."""

HEIGHT_HISTOGRAM = "box_heights"
"""Asset: how often training boxes have which height, as lines of count and height."""

HEIGHT_STEPS = 50
"""Steps of the histogram over heights from 0 to 1, as a share of the photo's height."""


def preprocessing_fn(inputs: dict[str, tf.SparseTensor]) -> dict[str, tf.Tensor | tf.SparseTensor]:
    """Turn shelf examples into what the trainer reads.

    Args:
        inputs: Features of the shelf schema, in batches of B photos.

    Returns:
        ``image`` string [B], encoded; ``boxes`` float32, for each of a photo's n objects four
        numbers xmin, ymin, xmax, ymax from 0 to 1; ``skus`` string, n; ``ignore`` int64, n, 1 for
        an object that teaches nothing (outside the catalogue, a crowd, or difficult);
        ``weight`` float32 [B].
    """
    edges = [
        tf.RaggedTensor.from_sparse(inputs[f"image/object/bbox/{edge}"])
        for edge in ("xmin", "ymin", "xmax", "ymax")
    ]
    skus = tf.RaggedTensor.from_sparse(inputs["image/object/class/text"])
    difficult = tf.RaggedTensor.from_sparse(inputs["image/object/difficult"])
    crowd = tf.RaggedTensor.from_sparse(inputs["image/object/is_crowd"])
    known = tf.not_equal(skus.values, UNKNOWN_PRODUCT)
    teaches = known & tf.equal(difficult.values, 0) & tf.equal(crowd.values, 0)
    _record(skus.values, edges[3].values - edges[1].values, known)

    corners = tf.stack([edge.values for edge in edges], axis=1)
    boxes = tf.RaggedTensor.from_row_lengths(
        tf.reshape(corners, [-1]), 4 * edges[0].row_lengths(), validate=False
    )
    hard = _column(inputs["photo/hard"])
    return {
        "image": _column(inputs["image/encoded"]),
        "boxes": boxes.to_sparse(),
        "skus": skus.to_sparse(),
        "ignore": skus.with_values(tf.cast(~teaches, tf.int64)).to_sparse(),
        "weight": tf.where(hard > 0, HARD_WEIGHT, 1.0),
    }


def _record(skus: tf.Tensor, heights: tf.Tensor, known: tf.Tensor) -> None:
    """Leave assets in the transform graph that say what was trained on."""
    tft.vocabulary(tf.boolean_mask(skus, known), vocab_filename=SKU_VOCABULARY)
    rounded = tf.round(tf.boolean_mask(heights, known) * HEIGHT_STEPS) / HEIGHT_STEPS
    tft.vocabulary(
        tf.strings.as_string(rounded, precision=2),
        vocab_filename=HEIGHT_HISTOGRAM,
        store_frequency=True,
    )


def _column(feature: tf.Tensor | tf.SparseTensor) -> tf.Tensor:
    """Return a feature of exactly one value per photo as a vector."""
    values = feature.values if isinstance(feature, tf.SparseTensor) else feature
    return tf.reshape(values, [-1])

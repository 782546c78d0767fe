"""What Transform makes of augmented shelf examples, and what it records about them.

Photos pass through encoded: pixels exist only in the trainer's input function.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import tensorflow as tf
import tensorflow_transform as tft

from components.records import feature_keys as keys
from components.records.splits import COMPANION, DISTRACTOR, UNKNOWN_PRODUCT
from components.transform.settings import TransformSettings

HARD_WEIGHT = 2.0
"""Weight in training of a photo that a person had to correct."""

COUNTS = "counts"
"""Asset: lines of a count and what is counted: `FACINGS` or `SHOWING` and a SKU, or `PHOTOS`."""

FACINGS, SHOWING, PHOTOS = "facings ", "showing ", "photos"
"""Objects of a SKU to learn from, photos that show one, and photos in all."""


def preprocessing_fn(
    inputs: dict[str, tf.SparseTensor], custom_config: Mapping[str, Any]
) -> dict[str, tf.Tensor | tf.SparseTensor]:
    """Turn shelf examples into what the trainer reads.

    Args:
        inputs: Features of the shelf schema, in batches of B photos.
        custom_config: Holds `settings`, `TransformSettings` as JSON.

    Returns:
        ``image``, string `[B]`: the encoded photo.
        ``photo``, string `[B]`: its key.
        ``boxes``, float32: xmin, ymin, xmax, ymax of each of a photo's n objects, `[4 n]`, as
        shares of the photo's sides.
        ``skus``, string `[n]`.
        ``ignore``, int64 `[n]`: 1 for an object that teaches nothing (outside the catalogue, a
        crowd, or difficult).
        ``weight``, float32 `[B]`: how many times as often the photo is trained on.
    """
    settings = TransformSettings.model_validate_json(custom_config["settings"])
    edges = [tf.RaggedTensor.from_sparse(inputs[key]) for key in keys.BOX_EDGES]
    skus = tf.RaggedTensor.from_sparse(inputs[keys.OBJECT_SKU])
    difficult = tf.RaggedTensor.from_sparse(inputs[keys.OBJECT_DIFFICULT])
    crowd = tf.RaggedTensor.from_sparse(inputs[keys.OBJECT_IS_CROWD])
    known = tf.not_equal(skus.values, UNKNOWN_PRODUCT)
    teaches = known & tf.equal(difficult.values, 0) & tf.equal(crowd.values, 0)

    corners = tf.stack([edge.values for edge in edges], axis=1)
    boxes = tf.RaggedTensor.from_row_lengths(
        tf.reshape(corners, [-1]), 4 * edges[0].row_lengths(), validate=False
    )
    hard = _column(inputs[keys.PHOTO_HARD])
    # Companions are many and each is on few photos, by design; distractors are no products.
    nobodys = f"({re.escape(COMPANION)}|{re.escape(DISTRACTOR)}).*"
    counts = teaches & ~tf.strings.regex_full_match(skus.values, nobodys)
    shown = tf.boolean_mask(skus.values, counts)
    photo = tf.boolean_mask(skus.value_rowids(), counts)
    repeat = _repeat_factors(shown, photo, hard, settings.repeat_threshold)
    return {
        "image": _column(inputs[keys.IMAGE_ENCODED]),
        "photo": _column(inputs[keys.IMAGE_SOURCE_ID]),
        "boxes": boxes.to_sparse(),
        "skus": skus.to_sparse(),
        "ignore": skus.with_values(tf.cast(~teaches, tf.int64)).to_sparse(),
        "weight": tf.where(hard > 0, HARD_WEIGHT, 1.0) * repeat,
    }


def _repeat_factors(
    shown: tf.Tensor, photo: tf.Tensor, photos: tf.Tensor, threshold: float
) -> tf.Tensor:
    """Return the repeat factor of each photo (see balance.py), and record what it comes from.

    Args:
        shown: SKUs of the objects to learn from, string `[n]`.
        photo: In which photo of the batch each is, int64 `[n]`.
        photos: Anything that there is one of per photo, int64 `[B]`.
        threshold: Share of photos from which on a SKU's are not repeated.
    """
    # A SKU counts once per photo, however many facings it has there.
    pairs = tf.unique(tf.strings.join([tf.strings.as_string(photo), shown], separator=" "))
    first = tf.math.unsorted_segment_min(
        tf.range(tf.size(shown)), pairs.idx, num_segments=tf.size(pairs.y)
    )
    sku, photo = tf.gather(shown, first), tf.gather(photo, first)
    every = tf.fill(tf.shape(photos), PHOTOS)
    # One vocabulary for all that is counted: each costs seconds.
    counted = tf.concat([FACINGS + shown, SHOWING + sku, every], axis=0)
    tft.vocabulary(counted, vocab_filename=COUNTS, store_frequency=True)
    if not threshold:
        return tf.ones_like(photos, tf.float32)

    keys, counts = tft.count_per_key(sku)
    showing = _looked_up(sku, keys, counts)
    # Validation photos may show SKUs that training photos do not.
    trained = showing > 0
    share = tf.boolean_mask(showing, trained) / tft.size(photos)
    factors = tf.math.unsorted_segment_max(
        tf.sqrt(threshold / share), tf.boolean_mask(photo, trained), num_segments=tf.size(photos)
    )
    return tf.cast(tf.maximum(factors, 1.0), tf.float32)


def _looked_up(sought: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """Return the value of the key that each string `[n]` is, 0 where it is none.

    A table of TensorFlow would have to come from a file of an earlier pass over the data, and with
    this Beam, TensorFlow Transform cannot make two. So the keys are ordered by a hash, and each
    string is found by bisection.

    Args:
        sought: Keys to look up, string `[n]`.
        keys: Known keys, string `[m]`, none of them empty.
        values: Value of each key, int64 `[m]`.
    """
    keys = tf.concat([keys, [""]], axis=0)
    values = tf.concat([values, [0]], axis=0)
    hashes = _hash(keys)
    order = tf.argsort(hashes)
    position = tf.searchsorted(tf.gather(hashes, order), _hash(sought))
    found = tf.gather(order, tf.minimum(position, tf.size(keys) - 1))
    return tf.where(tf.equal(tf.gather(keys, found), sought), tf.gather(values, found), 0)


def _hash(strings: tf.Tensor) -> tf.Tensor:
    return tf.strings.to_hash_bucket_fast(strings, 2**63 - 1)


def _column(feature: tf.Tensor | tf.SparseTensor) -> tf.Tensor:
    """Return a feature of exactly one value per photo as a vector."""
    values = feature.values if isinstance(feature, tf.SparseTensor) else feature
    return tf.reshape(values, [-1])

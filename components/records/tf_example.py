"""Features as serialised `tf.train.Example`s, and files of these.

Without TFX, whose import takes workers longer than TensorFlow's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import tensorflow as tf

from components.records.features import Feature, Features


def serialize(features: Features) -> bytes:
    """Return a serialised `tf.train.Example`; equal features give equal bytes.

    Raises:
        TypeError: An array is neither float32 nor int64.
    """
    example = tf.train.Example()
    for name, value in features.items():
        feature = example.features.feature[name]
        if isinstance(value, list):
            feature.bytes_list.value[:] = value
            feature.bytes_list.SetInParent()
        elif value.dtype == np.float32:
            feature.float_list.value[:] = value.tolist()
            feature.float_list.SetInParent()
        elif value.dtype == np.int64:
            feature.int64_list.value[:] = value.tolist()
            feature.int64_list.SetInParent()
        else:
            raise TypeError(f"feature '{name}' has type {value.dtype}")
    return example.SerializeToString(deterministic=True)


def parse(record: bytes) -> dict[str, Feature]:
    """Return the features of a serialised `tf.train.Example`; the inverse of `serialize`."""
    features: dict[str, Feature] = {}
    for name, feature in tf.train.Example.FromString(record).features.feature.items():
        if feature.HasField("bytes_list"):
            features[name] = list(feature.bytes_list.value)
        elif feature.HasField("float_list"):
            features[name] = np.array(feature.float_list.value, np.float32)
        else:
            features[name] = np.array(feature.int64_list.value, np.int64)
    return features


def read_files(files: Sequence[str]) -> Iterator[bytes]:
    """Yield the serialised examples of gzip TFRecords, one in memory at a time."""
    if files:  # the data set of no file has no type
        yield from tf.data.TFRecordDataset(list(files), "GZIP").as_numpy_iterator()

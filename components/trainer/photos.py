"""Augmented photos as the trainer reads them: prepared by Transform's graph, encoded until cropped.

Transform analyses them and writes no copy: its graph runs here, in the input function.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import tensorflow as tf
import tensorflow_transform as tft


class Photo(NamedTuple):
    """One prepared example (see components/transform)."""

    encoded: tf.Tensor  # [] string
    boxes: tf.Tensor  # [n, 4] float32, share of the photo, xmin ymin xmax ymax
    skus: tf.Tensor  # [n] string
    ignore: tf.Tensor  # [n] bool
    weight: tf.Tensor  # [] float32


class PhotoFiles(NamedTuple):
    """Photos to train or to validate on."""

    paths: Sequence[str]  # gzip TFRecords of shelf examples
    transform: str  # folder of the transform graph

    def records(self, paths: tf.data.Dataset | None = None) -> tf.data.Dataset:
        """The serialised examples, file after file; of `paths` where they are given."""
        return tf.data.TFRecordDataset(paths or list(self.paths), compression_type="GZIP")

    def preparation(self) -> Callable[[tf.Tensor], Photo]:
        """What makes a `Photo` of a serialised example."""
        layer, raw = _loaded(self.transform)

        def prepare(serialised: tf.Tensor) -> Photo:
            features = layer(tf.io.parse_example(serialised[tf.newaxis], raw))
            return Photo(
                encoded=features["image"][0],
                boxes=tf.reshape(features["boxes"].values, [-1, 4]),
                skus=features["skus"].values,
                ignore=features["ignore"].values > 0,
                weight=features["weight"][0],
            )

        return prepare


@cache
def _loaded(transform: str) -> tuple[Any, dict[str, Any]]:
    """The layer that applies a transform graph, and what it reads; loading takes seconds."""
    graph = tft.TFTransformOutput(transform)
    return graph.transform_features_layer(), graph.raw_feature_spec()

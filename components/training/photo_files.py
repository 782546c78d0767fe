"""Augmented photos as the trainer reads them: prepared by Transform's graph, encoded until cropped.

Transform analyses them and writes no copy: its graph runs here, in the input function.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import tensorflow as tf
import tensorflow_transform as tft

from components.records.features import VARIANT

# How many times as often a photo is drawn that the last release found ambiguous.
AMBIGUOUS_WEIGHT = 2.0
# Files read in turn.
AT_ONCE = 256
# Records held, encoded, to draw the next one from.
MIXED = 512


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
    ambiguous: Sequence[str] = ()  # keys of the photos that the last release found ambiguous

    def records(self) -> tf.data.Dataset:
        """Return the serialised examples, one of each file in turn: the first are of all spans."""
        return self._files().interleave(_file_records, cycle_length=AT_ONCE)

    def first(self, count: int) -> tf.data.Dataset:
        """Return the first photos, as a dataset of `Photo`."""
        return self.records().take(count).map(self.preparation())

    def shuffled(self, seed: int) -> tf.data.Dataset:
        """Return the serialised examples of files in random order, without end, well mixed."""
        paths = self._files().shuffle(max(len(self.paths), 1), seed=seed)
        records = paths.flat_map(_file_records)
        return records.shuffle(MIXED, seed=seed).repeat()

    def _files(self) -> tf.data.Dataset:
        return tf.data.Dataset.from_tensor_slices(tf.constant(list(self.paths), tf.string))

    def preparation(self) -> Callable[[tf.Tensor], Photo]:
        """Return what makes a `Photo` of a serialised example."""
        layer, raw = _loaded(self.transform)
        ambiguous = _Names(self.ambiguous)

        def prepare(serialised: tf.Tensor) -> Photo:
            features = layer(tf.io.parse_example(serialised[tf.newaxis], raw))
            return Photo(
                encoded=features["image"][0],
                boxes=tf.reshape(features["boxes"].values, [-1, 4]),
                skus=features["skus"].values,
                ignore=features["ignore"].values > 0,
                weight=features["weight"][0]
                * tf.where(ambiguous.contain(features["photo"][0]), AMBIGUOUS_WEIGHT, 1.0),
            )

        return prepare


class _Names:
    """A set of photos' keys; a variant of a photo is that photo."""

    def __init__(self, names: Sequence[str]):
        # A table must hold something; no photo's key is empty.
        keys = tf.constant(["", *names])
        self._table = tf.lookup.StaticHashTable(
            tf.lookup.KeyValueTensorInitializer(keys, tf.ones_like(keys, tf.int32)),
            default_value=0,
        )

    def contain(self, name: tf.Tensor) -> tf.Tensor:
        """Say whether the photo `name`, a string, is one of them."""
        photo = tf.strings.regex_replace(name, f"{VARIANT}[0-9]+$", "")
        return self._table.lookup(photo) > 0


def _file_records(path: tf.Tensor) -> tf.data.Dataset:
    return tf.data.TFRecordDataset(path, compression_type="GZIP")


@cache
def _loaded(transform: str) -> tuple[Any, dict[str, Any]]:
    """Return the layer that applies a transform graph, and what it reads; loading takes seconds."""
    graph = tft.TFTransformOutput(transform)
    return graph.transform_features_layer(), graph.raw_feature_spec()

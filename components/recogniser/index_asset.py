"""The catalogue index inside a SavedModel: an asset file, read once when the model is loaded.

Replacing the file in a copy of the SavedModel gives the same weights another catalogue. The file is
parsed by the graph itself, so TensorFlow Serving needs no code of ours.
"""

from pathlib import Path

import tensorflow as tf

from components.recogniser.detect import IndexTensors
from components.recogniser.index import SKU_BYTES


class _LoadedTensor(tf.saved_model.experimental.TrackableResource):
    """A variable that takes its value from a function when the SavedModel is loaded."""

    def __init__(self, read, dtype: tf.DType, shape: list, name: str):
        super().__init__()
        self._read, self._dtype, self._shape, self._name = read, dtype, shape, name
        _ = self.resource_handle
        self._initialize()

    def _create_resource(self):
        return tf.raw_ops.VarHandleOp(
            dtype=self._dtype, shape=self._shape, shared_name=f"catalog_index_{self._name}"
        )

    def _initialize(self):
        tf.raw_ops.AssignVariableOp(resource=self.resource_handle, value=self._read())

    def value(self) -> tf.Tensor:
        value = tf.raw_ops.ReadVariableOp(resource=self.resource_handle, dtype=self._dtype)
        return tf.ensure_shape(value, self._shape)


class IndexAsset(tf.Module):
    """Index tensors and labels read from an index file (see index.py for the layout).

    Args:
      path: the index file; copied into the SavedModel's assets under its own name.
      lattice: T; dims: D; screen_dims: E, as the recogniser that reads it has them.
    """

    def __init__(self, path: Path, lattice: int, dims: int, screen_dims: int):
        super().__init__(name="catalog_index")
        self._asset = tf.saved_model.Asset(str(path))
        self._shape = (lattice, dims, screen_dims)
        self._screen = _LoadedTensor(
            self._read_screen, tf.float32, [None, screen_dims], f"screen_{path}"
        )
        self._templates = _LoadedTensor(
            self._read_templates, tf.int8, [None, lattice, lattice, dims], f"templates_{path}"
        )
        self._hubness = _LoadedTensor(self._read_hubness, tf.float32, [None], f"hubness_{path}")
        self._sku_of_view = _LoadedTensor(
            lambda: tf.unique(self._read_skus()).idx, tf.int32, [None], f"sku_of_view_{path}"
        )
        self._labels = _LoadedTensor(
            lambda: tf.unique(self._read_skus()).y, tf.string, [None], f"labels_{path}"
        )

    def tensors(self) -> IndexTensors:
        """The index as the detection graph takes it."""
        return IndexTensors(
            self._screen.value(),
            self._templates.value(),
            self._hubness.value(),
            self._sku_of_view.value(),
        )

    def labels(self) -> tf.Tensor:
        """`[S]` string: the SKU of each number in `sku_of_view`."""
        return self._labels.value()

    def _body(self) -> tuple[tf.Tensor, tf.Tensor]:
        """All bytes after the header, and the number of views."""
        lattice, dims, screen_dims = self._shape
        data = tf.io.read_file(self._asset.asset_path)
        header = tf.io.decode_raw(tf.strings.substr(data, 0, 8), tf.int64)[0]
        body = tf.strings.substr(data, 8 + tf.cast(header, tf.int32), tf.strings.length(data))
        row = 4 + 4 * screen_dims + lattice * lattice * dims + SKU_BYTES
        return body, tf.strings.length(body) // row

    def _read_hubness(self) -> tf.Tensor:
        body, views = self._body()
        return tf.io.decode_raw(tf.strings.substr(body, 0, 4 * views), tf.float32)

    def _read_screen(self) -> tf.Tensor:
        body, views = self._body()
        size = self._shape[2]
        raw = tf.strings.substr(body, 4 * views, 4 * size * views)
        return tf.reshape(tf.io.decode_raw(raw, tf.float32), [-1, size])

    def _read_templates(self) -> tf.Tensor:
        body, views = self._body()
        lattice, dims, screen_dims = self._shape
        raw = tf.strings.substr(
            body, 4 * (1 + screen_dims) * views, lattice * lattice * dims * views
        )
        return tf.reshape(tf.io.decode_raw(raw, tf.int8), [-1, lattice, lattice, dims])

    def _read_skus(self) -> tf.Tensor:
        body, views = self._body()
        start = tf.strings.length(body) - SKU_BYTES * views
        positions = start + SKU_BYTES * tf.range(views)
        padded = tf.strings.substr(tf.tile([body], [views]), positions, tf.fill([views], SKU_BYTES))
        return tf.strings.regex_replace(padded, "\\x00+$", "")

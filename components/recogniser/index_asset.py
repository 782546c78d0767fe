"""The catalogue index inside a SavedModel: an asset file, read once when the model is loaded.

Replacing the file in a copy of the SavedModel gives the same weights another catalogue. The file is
parsed by the graph itself, so TensorFlow Serving needs no code of ours.
"""

import math
from pathlib import Path

import tensorflow as tf

from components.recogniser.index_tensors import IndexTensors
from components.recogniser.settings import RecogniserSettings
from components.records.skus import SKU_BYTES


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
        path: The index file; copied into the SavedModel's assets under its own name.
        settings: Of the recogniser that reads it.
    """

    def __init__(self, path: Path, settings: RecogniserSettings):
        super().__init__(name="catalog_index")
        self._asset = tf.saved_model.Asset(str(path))
        points, fine = settings.roi_grid, settings.descriptor_grid
        self._template = (points, points, settings.dims)
        self._descriptor = (fine, fine, settings.descriptor_dims)
        self._embedding = embedding = settings.shortlist_dims
        self._embeddings = _LoadedTensor(
            self._read_embeddings, tf.float32, [None, embedding], f"screen_{path}"
        )
        self._templates = _LoadedTensor(
            self._read_templates, tf.int8, [None, *self._template], f"templates_{path}"
        )
        self._descriptors = _LoadedTensor(
            self._read_descriptors, tf.int8, [None, *self._descriptor], f"descriptors_{path}"
        )
        self._hubness = _LoadedTensor(self._read_hubness, tf.float32, [None], f"hubness_{path}")
        self._sku_of_view = _LoadedTensor(
            lambda: tf.unique(self._read_skus()).idx, tf.int32, [None], f"sku_of_view_{path}"
        )
        self._labels = _LoadedTensor(
            lambda: tf.unique(self._read_skus()).y, tf.string, [None], f"labels_{path}"
        )

    def tensors(self) -> IndexTensors:
        """Return the index as the detection graph takes it."""
        return IndexTensors(
            self._embeddings.value(),
            self._templates.value(),
            self._descriptors.value(),
            self._hubness.value(),
            self._sku_of_view.value(),
        )

    def labels(self) -> tf.Tensor:
        """Return the SKU of each number in `sku_of_view`, string `[S]`."""
        return self._labels.value()

    def _body(self) -> tuple[tf.Tensor, tf.Tensor]:
        """Return all bytes after the header, and the number of views."""
        data = tf.io.read_file(self._asset.asset_path)
        header = tf.io.decode_raw(tf.strings.substr(data, 0, 8), tf.int64)[0]
        body = tf.strings.substr(data, 8 + tf.cast(header, tf.int32), tf.strings.length(data))
        row = 4 + 4 * self._embedding + SKU_BYTES
        row += math.prod(self._descriptor) + math.prod(self._template)
        return body, tf.strings.length(body) // row

    def _read_hubness(self) -> tf.Tensor:
        body, views = self._body()
        return tf.io.decode_raw(tf.strings.substr(body, 0, 4 * views), tf.float32)

    def _read_embeddings(self) -> tf.Tensor:
        body, views = self._body()
        raw = tf.strings.substr(body, 4 * views, 4 * self._embedding * views)
        return tf.reshape(tf.io.decode_raw(raw, tf.float32), [-1, self._embedding])

    def _read_descriptors(self) -> tf.Tensor:
        return self._read_cells(4 * (1 + self._embedding), self._descriptor)

    def _read_templates(self) -> tf.Tensor:
        before = 4 * (1 + self._embedding) + math.prod(self._descriptor)
        return self._read_cells(before, self._template)

    def _read_cells(self, before: int, shape: tuple[int, ...]) -> tf.Tensor:
        """Return int8 `[V, *shape]`, which lies behind arrays of `before` bytes a view."""
        body, views = self._body()
        raw = tf.strings.substr(body, before * views, math.prod(shape) * views)
        return tf.reshape(tf.io.decode_raw(raw, tf.int8), [-1, *shape])

    def _read_skus(self) -> tf.Tensor:
        body, views = self._body()
        start = tf.strings.length(body) - SKU_BYTES * views
        positions = start + SKU_BYTES * tf.range(views)
        padded = tf.strings.substr(tf.tile([body], [views]), positions, tf.fill([views], SKU_BYTES))
        return tf.strings.regex_replace(padded, "\\x00+$", "")

"""A catalogue index as the detection graph takes it."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser.index import CatalogIndex


class IndexTensors(NamedTuple):
    """A catalogue index as tensors: V views of S SKUs."""

    embeddings: tf.Tensor  # [V, E] float32, unit rows: shortlist embeddings
    templates: tf.Tensor  # [V, T, T, D] int8, quantised cells
    descriptors: tf.Tensor  # [V, A, A, d] int8, quantised; zero where the background is
    hubness: tf.Tensor  # [V] float32, taken off a view's aligned scores
    sku_of_view: tf.Tensor  # [V] int32


def index_tensors(index: CatalogIndex) -> IndexTensors:
    """Return an index as the graph takes it."""
    arrays = (
        index.embeddings,
        index.templates,
        index.descriptors,
        index.hubness,
        index.sku_of_view,
    )
    return IndexTensors(*map(tf.constant, arrays))

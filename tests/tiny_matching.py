"""Proposals and catalogue indexes made by hand, for tests of the matching."""

import numpy as np
import tensorflow as tf

from components.recogniser.cells import quantise, unit
from components.recogniser.index_tensors import IndexTensors
from components.recogniser.model import Recogniser
from components.recogniser.proposals import Proposals


def random_templates(recogniser: Recogniser, count: int) -> tf.Tensor:
    """Templates `[count, T, T, D]` that have nothing in common."""
    points, dims = recogniser.settings.roi_grid, recogniser.settings.dims
    rng = np.random.default_rng(1)
    return unit(tf.constant(rng.normal(size=[count, points, points, dims]), tf.float32))


def surrounded(recogniser: Recogniser, templates: tf.Tensor) -> tf.Tensor:
    """Features `[N, G, G, D]` of proposals that show exactly these templates, nothing around."""
    margin = recogniser.settings.margin
    return tf.pad(templates, [[0, 0], [margin, margin], [margin, margin], [0, 0]])


def descriptors_alike(recogniser: Recogniser, count: int) -> tf.Tensor:
    """Local descriptors `[count, A, A, d]` that are all one and the same, and so say nothing."""
    points, depth = recogniser.settings.descriptor_grid, recogniser.settings.descriptor_dims
    return unit(tf.ones([count, points, points, depth]))


def proposals_showing(recogniser: Recogniser, templates: tf.Tensor) -> Proposals:
    """Proposals that show exactly these templates."""
    count = templates.shape[0]
    boxes = tf.tile(tf.constant([[0.0, 0.0, 32.0, 32.0]]), [count, 1])
    return Proposals(
        boxes=boxes,
        proposed=boxes,
        pyramid_level=tf.zeros([count], tf.int32),
        objectness=tf.zeros([count]),
        features=surrounded(recogniser, templates),
        descriptors=descriptors_alike(recogniser, count),
        valid=tf.ones([count], tf.bool),
    )


def alike(recogniser: Recogniser, templates: tf.Tensor) -> IndexTensors:
    """An index of SKUs with these templates whose shortlist embeddings are one and the same."""
    count = templates.shape[0]
    embedding = np.eye(1, recogniser.settings.shortlist_dims, dtype=np.float32)
    return IndexTensors(
        embeddings=tf.tile(tf.constant(embedding), [count, 1]),
        templates=quantise(templates),
        descriptors=quantise(descriptors_alike(recogniser, count)),
        hubness=tf.zeros([count]),
        sku_of_view=tf.range(count),
    )

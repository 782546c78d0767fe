"""The graph for phones: fixed photo size, the index as plain inputs, TFLite built-ins only."""

from pathlib import Path

import tensorflow as tf

from components.recogniser.detect import detect
from components.recogniser.index_tensors import IndexTensors
from components.recogniser.model import Recogniser

SIGNATURE = "edge"


def export_edge(recogniser: Recogniser, out_dir: Path) -> None:
    """Write a SavedModel with the one signature `edge`.

    Inputs: `image` uint8 `[1, side, side, 3]`, side being `photo_side`: the photo at the top left,
    resized so that it just fits, the rest filled with grey, as `fit_photo` does; `screen` (the name
    that phones know the shortlist embeddings by), `templates`, `descriptors`, `hubness`,
    `sku_of_view` from the catalogue index. Outputs: `boxes` in pixels of the input, `sku` and
    `runner_up` as numbers of `CatalogIndex.labels`, `scores`, `runner_up_scores`, `ambiguity`,
    `count`; of all products, named or not, `product_boxes`, `product_scores`, `unknown_scores`;
    and `full`, see `postprocess.FoundTensors`.
    """
    settings = recogniser.settings
    side, fine = settings.photo_side, settings.descriptor_grid
    module = tf.Module()
    module.variables_of_recogniser = [variable.value for variable in recogniser.variables]

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, side, side, 3], tf.uint8, name="image"),
            tf.TensorSpec([None, settings.shortlist_dims], tf.float32, name="screen"),
            tf.TensorSpec(
                [None, settings.roi_grid, settings.roi_grid, settings.dims],
                tf.int8,
                name="templates",
            ),
            tf.TensorSpec([None, fine, fine, settings.descriptor_dims], tf.int8, "descriptors"),
            tf.TensorSpec([None], tf.float32, name="hubness"),
            tf.TensorSpec([None], tf.int32, name="sku_of_view"),
        ]
    )
    def edge(image, screen, templates, descriptors, hubness, sku_of_view):
        photo = tf.cast(image, tf.float32)
        index = IndexTensors(screen, templates, descriptors, hubness, sku_of_view)
        found = detect(recogniser, photo, index)
        return {**found.detections._asdict(), **found.products.by_name(), "full": found.full}

    module.edge = edge
    tf.saved_model.save(module, str(out_dir), signatures={SIGNATURE: edge})

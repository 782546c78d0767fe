"""Signatures of the SavedModel that servers load and that the Evaluator judges."""

from pathlib import Path

import tensorflow as tf

from components.recogniser.decode_photo import decode, decode_or_not
from components.recogniser.detect import detect
from components.recogniser.embed_catalog import embed_catalog
from components.recogniser.fit_photo import fit_photo
from components.recogniser.geometry import clipped
from components.recogniser.index_asset import IndexAsset
from components.recogniser.model import Recogniser
from components.recogniser.postprocess import FoundTensors
from components.recogniser.score_map import score_map
from components.recogniser.strides import COARSE_STRIDE
from components.records.feature_keys import IMAGE_ENCODED

SIGNATURES = ("serving_default", "image", "evaluate", "score_map", "embed_catalog")

UNREADABLE = "not a JPEG, PNG, GIF or BMP that decodes"
"""What `serving_default` says of a photo that it cannot read."""


class ServedRecogniser(tf.Module):
    """What a SavedModel holds: the weights, the index asset and one function per signature."""

    def __init__(self, recogniser: Recogniser, index_file: Path):
        super().__init__(name="oneshelf")
        self._recogniser = recogniser
        # Named attributes that tf.Module tracks: the variables are saved with the functions.
        self._variables = [variable.value for variable in recogniser.variables]
        self._background_set = recogniser.background_set
        self._index = IndexAsset(index_file, recogniser.settings)

    # A function of its own, so that the signatures share one traced graph.
    @tf.function(input_signature=[tf.TensorSpec([None, None, 3], tf.uint8)])
    def _detect_photo(self, photo):
        """Return the rows of `answers` for one photo, uint8 `[H, W, 3]`."""
        side = self._recogniser.settings.photo_side
        fitted, scale = fit_photo(photo[tf.newaxis], side)
        found = detect(self._recogniser, fitted, self._index.tensors())
        size = tf.shape(photo)[:2]
        detections, products = (
            each._replace(boxes=clipped(each.boxes / scale, size))
            for each in (found.detections, found.products)
        )
        return answers(FoundTensors(detections, products, found.full), self._index.labels())

    def _specification(self) -> dict[str, tf.TensorSpec]:
        rows = self._recogniser.settings.max_detections
        return {
            "boxes": tf.TensorSpec([rows, 4], tf.float32),
            "skus": tf.TensorSpec([rows], tf.string),
            "scores": tf.TensorSpec([rows], tf.float32),
            "runner_up_skus": tf.TensorSpec([rows], tf.string),
            "runner_up_scores": tf.TensorSpec([rows], tf.float32),
            "ambiguity": tf.TensorSpec([rows], tf.float32),
            "count": tf.TensorSpec([], tf.int32),
            "product_boxes": tf.TensorSpec([rows, 4], tf.float32),
            "product_scores": tf.TensorSpec([rows], tf.float32),
            "unknown_scores": tf.TensorSpec([rows], tf.float32),
            "full": tf.TensorSpec([], tf.bool),
        }

    def _detect_encoded(self, photo: tf.Tensor) -> dict[str, tf.Tensor]:
        return self._detect_photo(decode(photo))

    def _detect_readable(self, photo: tf.Tensor) -> dict[str, tf.Tensor]:
        """As `_detect_encoded`, but a photo that does not decode gets an `error` and no rows."""
        pixels, readable = decode_or_not(photo)
        specification = self._specification()

        def nothing() -> dict[str, tf.Tensor]:
            # Zeros of a string tensor are empty strings.
            return {name: tf.zeros(each.shape, each.dtype) for name, each in specification.items()}

        found = tf.cond(readable, lambda: self._detect_photo(pixels), nothing)
        return {**found, "error": tf.where(readable, "", UNREADABLE)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="photos")])
    def serving_default(self, photos):
        """Detect in encoded photos `[B]` of any size; one that is no photo harms no other."""
        specification = {**self._specification(), "error": tf.TensorSpec([], tf.string)}
        return tf.map_fn(self._detect_readable, photos, fn_output_signature=specification)

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")])
    def image(self, image):
        """Detect in decoded photos `[B, H, W, 3]`."""
        return tf.map_fn(self._detect_photo, image, fn_output_signature=self._specification())

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def evaluate(self, examples):
        """Detect in the photos of serialised tf.Examples `[B]` with `image/encoded`."""
        parsed = tf.io.parse_example(
            examples, {IMAGE_ENCODED: tf.io.FixedLenFeature([], tf.string)}
        )
        return tf.map_fn(
            self._detect_encoded,
            parsed[IMAGE_ENCODED],
            fn_output_signature=self._specification(),
        )

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, None, None, 3], tf.uint8, name="image"),
            tf.TensorSpec([], tf.string, name="sku"),
        ]
    )
    def score_map(self, image, sku):
        """Say where in the photo `[1, H, W, 3]` a SKU is: `map` `[h, w]`, probability per cell."""
        number = tf.cast(tf.argmax(tf.equal(self._index.labels(), sku)), tf.int32)
        tf.debugging.assert_equal(
            tf.gather(self._index.labels(), number), sku, message="SKU is not in the index"
        )
        fitted, scale = fit_photo(image, self._recogniser.settings.photo_side)
        size = tf.cast(tf.shape(image)[1:3], tf.float32) * scale
        height, width = tf.unstack(tf.cast(tf.math.ceil(size / COARSE_STRIDE), tf.int32))
        whole = score_map(self._recogniser, fitted, self._index.tensors(), number)
        return {"map": whole[:height, :width]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="packshots")])
    def embed_catalog(self, packshots):
        """Turn encoded packshots `[V]` into rows of a catalogue index."""
        return embed_catalog(self._recogniser, packshots)


def answers(found_in_photo: FoundTensors, labels: tf.Tensor) -> dict[str, tf.Tensor]:
    """Return detections with SKUs by name, and products, as every signature does."""
    found = found_in_photo.detections
    # Row -1, "no runner-up", reads the empty string put behind the labels.
    named = tf.concat([labels, [""]], axis=0)
    nobody = tf.shape(labels)[0]
    present = found.scores > 0.0
    sku = tf.where(present, found.sku, nobody)
    runner_up = tf.where(tf.logical_and(present, found.runner_up >= 0), found.runner_up, nobody)
    return {
        "boxes": found.boxes,
        "skus": tf.gather(named, sku),
        "scores": found.scores,
        "runner_up_skus": tf.gather(named, runner_up),
        "runner_up_scores": found.runner_up_scores,
        "ambiguity": found.ambiguity,
        "count": found.count,
        **found_in_photo.products.by_name(),
        "full": found_in_photo.full,
    }


def export_served(recogniser: Recogniser, index_file: Path, out_dir: Path) -> None:
    """Write the SavedModel with the index file as its asset."""
    served = ServedRecogniser(recogniser, index_file)
    tf.saved_model.save(
        served, str(out_dir), signatures={name: getattr(served, name) for name in SIGNATURES}
    )

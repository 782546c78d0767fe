"""Signatures of the SavedModel that servers load and that the Evaluator judges."""

from pathlib import Path

import tensorflow as tf

from components.recogniser import geometry
from components.recogniser.detect import Detections, detect, fit_photo
from components.recogniser.hubness import cohort_vectors, hubness
from components.recogniser.index_asset import IndexAsset
from components.recogniser.model import Recogniser
from components.recogniser.packshots import decode_canvas
from components.recogniser.score_map import score_map
from components.records.feature_keys import IMAGE_ENCODED

UNREADABLE = "not a JPEG, PNG, GIF or BMP that decodes"
"""What `serving_default` says of a photo that it cannot read."""


class ServedRecogniser(tf.Module):
    """What a SavedModel holds: the weights, the index asset and one function per signature."""

    def __init__(self, recogniser: Recogniser, index_file: Path):
        super().__init__(name="oneshelf")
        settings = recogniser.settings
        self._recogniser = recogniser
        # Named attributes that tf.Module tracks: the variables are saved with the functions.
        self._variables = [variable.value for variable in recogniser.variables]
        self._cohort = recogniser.cohort
        self._index = IndexAsset(index_file, settings.lattice, settings.dims, settings.screen_dims)

    # A function of its own, so that the signatures share one traced graph.
    @tf.function(input_signature=[tf.TensorSpec([None, None, 3], tf.uint8)])
    def _detect_photo(self, photo):
        """One photo `[H, W, 3]` uint8 to the rows of `answers`."""
        side = self._recogniser.settings.photo_side
        fitted, scale = fit_photo(photo[tf.newaxis], side)
        found = detect(self._recogniser, fitted, self._index.tensors())
        boxes = geometry.clipped(found.boxes / scale, tf.shape(photo)[:2])
        found = found._replace(boxes=boxes)
        return answers(found, self._index.labels())

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
        """Encoded photos of any size `[B]` to detections; one that is no photo harms no other."""
        specification = {**self._specification(), "error": tf.TensorSpec([], tf.string)}
        return tf.map_fn(self._detect_readable, photos, fn_output_signature=specification)

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")])
    def image(self, image):
        """Decoded photos `[B, H, W, 3]` to detections."""
        return tf.map_fn(self._detect_photo, image, fn_output_signature=self._specification())

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def evaluate(self, examples):
        """Serialised tf.Examples `[B]` with `image/encoded` to detections."""
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
        """Where in the photo `[1, H, W, 3]` is this SKU? `map` `[h, w]`: probability per cell."""
        number = tf.cast(tf.argmax(tf.equal(self._index.labels(), sku)), tf.int32)
        tf.debugging.assert_equal(
            tf.gather(self._index.labels(), number), sku, message="SKU is not in the index"
        )
        fitted, scale = fit_photo(image, self._recogniser.settings.photo_side)
        cells = tf.cast(tf.shape(image)[1:3], tf.float32) * scale / 16.0
        whole = score_map(self._recogniser, fitted, self._index.tensors(), number)
        cells = tf.cast(tf.math.ceil(cells), tf.int32)
        return {"map": whole[: cells[0], : cells[1]]}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="packshots")])
    def embed_catalog(self, packshots):
        """Encoded packshots `[V]` to rows of a catalogue index."""
        settings = self._recogniser.settings
        cohort = cohort_vectors(self._recogniser)

        def embed(encoded):
            canvas, box = decode_canvas(encoded, settings.packshot_side)
            template = self._recogniser.templates(canvas[tf.newaxis], box[tf.newaxis])
            vector = self._recogniser.screen(template)[0]
            return (
                vector,
                quantise_templates(template)[0],
                hubness(self._recogniser, template[0], vector, cohort),
            )

        lattice, dims = settings.lattice, settings.dims
        screen, templates, hubs = tf.map_fn(
            embed,
            packshots,
            fn_output_signature=(
                tf.TensorSpec([settings.screen_dims], tf.float32),
                tf.TensorSpec([lattice, lattice, dims], tf.int8),
                tf.TensorSpec([], tf.float32),
            ),
        )
        return {"screen": screen, "templates": templates, "hubness": hubs}


def decode_or_not(encoded: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Decodes a photo, scalar string, to uint8 `[H, W, 3]`, and whether it could be decoded.

    A decoder's failure ends a graph and with it the whole batch; only tf.data steps over failures.
    """
    photos = tf.data.Dataset.from_tensors(encoded).map(lambda each: (decode(each), True))
    nothing = tf.data.Dataset.from_tensors((tf.zeros([1, 1, 3], tf.uint8), False))
    first = photos.ignore_errors().concatenate(nothing).take(1)
    pixels, readable = first.get_single_element()
    return tf.ensure_shape(pixels, [None, None, 3]), readable


def decode(encoded: tf.Tensor) -> tf.Tensor:
    """Decodes a photo, scalar string, to uint8 `[H, W, 3]`; fails where it is none."""
    decoded = tf.io.decode_image(encoded, channels=3, expand_animations=False)
    return tf.ensure_shape(decoded, [None, None, 3])


def quantise_templates(templates: tf.Tensor) -> tf.Tensor:
    """Unit cells `[..., D]` to int8, each cell with its own scale, which readers undo by `unit`."""
    peak = tf.reduce_max(tf.abs(templates), axis=-1, keepdims=True)
    return tf.cast(tf.round(templates * 127.0 / tf.maximum(peak, 1e-6)), tf.int8)


def answers(found: Detections, labels: tf.Tensor) -> dict[str, tf.Tensor]:
    """Detections with SKUs by name, as every signature returns them."""
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
    }


SIGNATURES = ("serving_default", "image", "evaluate", "score_map", "embed_catalog")


def export_saved_model(recogniser: Recogniser, index_file: Path, out_dir: Path) -> None:
    """Writes the SavedModel with the index file as its asset."""
    served = ServedRecogniser(recogniser, index_file)
    tf.saved_model.save(
        served, str(out_dir), signatures={name: getattr(served, name) for name in SIGNATURES}
    )

"""A SavedModel with the signatures of a release and no network, and ways to break it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from components.imaging.decoding import encode_jpeg
from components.recogniser.index import CatalogIndex, write_index

ROWS = 4


@pytest.fixture(scope="session")
def photos() -> list[bytes]:
    """Three photos of two sizes."""
    rng = np.random.default_rng(3)
    sizes = [(48, 64), (64, 48), (48, 64)]
    return [encode_jpeg(rng.integers(0, 255, (*size, 3), np.uint8)) for size in sizes]


@pytest.fixture
def save_model(tmp_path) -> Callable[..., Path]:
    """Saves a model that finds two products in every photo; `fault` names what is wrong with it."""

    def save(fault: str = "") -> Path:
        folder = tmp_path / (fault.replace(" ", "-") or "good")
        save_small_model(folder, fault)
        index = CatalogIndex(
            embeddings=np.ones((2, 8), np.float32),
            templates=np.ones((2, 3, 3, 8), np.int8),
            descriptors=np.ones((2, 4, 4, 8), np.int8),
            hubness=np.ones(2, np.float32),
            skus=("milk", "oat"),
        )
        write_index(folder / "assets" / "catalog.index", index)
        return folder

    return save


def save_small_model(folder: Path, fault: str) -> None:
    import tensorflow as tf

    scores = {"NaN scores": [float("nan"), 0.5], "unsorted": [0.2, 0.7], "over one": [1.4, 0.5]}
    skus = ["milk", "gone"] if fault == "unknown SKU" else ["milk", "oat"]
    right = 5000.0 if fault == "outside the photo" else 12.0

    def one() -> dict[str, tf.Tensor]:
        pad = [0.0] * (ROWS - 2)
        answer = {
            "boxes": tf.constant([[1.0, 2, right, 14], [3, 4, 15, 16], *[[0.0] * 4] * 2]),
            "skus": tf.constant([*skus, "", ""]),
            "scores": tf.constant([*scores.get(fault, [0.9, 0.5]), *pad]),
            "runner_up_skus": tf.constant(["oat", "", "", ""]),
            "runner_up_scores": tf.constant([0.1, 0.0, *pad]),
            "ambiguity": tf.constant([0.2, 0.0, *pad]),
            "product_boxes": tf.constant([[1.0, 2, 12, 14], [3, 4, 15, 16], *[[0.0] * 4] * 2]),
            "product_scores": tf.constant([0.9, 0.6, *pad]),
            "unknown_scores": tf.constant([0.0, 0.1, *pad]),
            "full": tf.constant(False),
            "count": tf.constant(99 if fault == "count too large" else 2),
        }
        if fault == "missing output":
            del answer["ambiguity"]
        return answer

    def batch(size: tf.Tensor) -> dict[str, tf.Tensor]:
        return {
            name: tf.stack([value] * 1) if fault == "one answer" else repeat(value, size)
            for name, value in one().items()
        }

    def repeat(value: tf.Tensor, size: tf.Tensor) -> tf.Tensor:
        return tf.tile(value[None], tf.concat([[size], tf.ones(tf.rank(value), tf.int32)], 0))

    def decoded(encoded: tf.Tensor) -> tf.Tensor:
        return tf.map_fn(
            lambda each: tf.shape(tf.io.decode_image(each, expand_animations=False))[0],
            encoded,
            fn_output_signature=tf.int32,
        )

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="photos")])
    def serving_default(photos):
        if fault == "aborts":
            with tf.control_dependencies([tf.raw_ops.Abort(error_msg="out of luck")]):
                photos = tf.identity(photos)
        if fault == "fails":
            tf.debugging.assert_less(tf.size(photos), 0, message="no photo is welcome")
        return batch(tf.size(decoded(photos)))

    @tf.function(input_signature=[tf.TensorSpec([None, None, None, 3], tf.uint8, name="image")])
    def image(image):
        return batch(tf.shape(image)[0])

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="examples")])
    def evaluate(examples):
        parsed = tf.io.parse_example(
            examples, {"image/encoded": tf.io.FixedLenFeature([], tf.string)}
        )
        return batch(tf.size(decoded(parsed["image/encoded"])))

    @tf.function(
        input_signature=[
            tf.TensorSpec([1, None, None, 3], tf.uint8, name="image"),
            tf.TensorSpec([], tf.string, name="sku"),
        ]
    )
    def score_map(image, sku):
        cells = tf.shape(image)[1:3] // 16
        value = 7.0 if fault == "map beyond one" else 0.5
        return {"map": tf.fill(cells, value) * tf.cast(tf.strings.length(sku) > 0, tf.float32)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="packshots")])
    def embed_catalog(packshots):
        views = tf.size(packshots)
        value = 0.0 if fault == "blank embedding" else 1.0
        return {
            "screen": tf.fill([views, 8], value),
            "templates": tf.ones([views, 3, 3, 8], tf.int8),
            "descriptors": tf.ones([views, 4, 4, 8], tf.int8),
            "hubness": tf.ones([views]),
        }

    signatures = {
        "serving_default": serving_default,
        "image": image,
        "evaluate": evaluate,
        "score_map": score_map,
        "embed_catalog": embed_catalog,
    }
    if fault == "missing signature":
        del signatures["score_map"]
    tf.saved_model.save(tf.Module(), str(folder), signatures=signatures)

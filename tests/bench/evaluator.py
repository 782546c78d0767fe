"""What the Evaluator costs beside the inference that it cannot do without.

Both go through the same photos with the same SavedModel, from loading it to the last answer: the
Evaluator as the pipeline runs it, and a loop over the signature it asks, in batches of its size.
Photos are generated shelves of 960 x 1280 pixels, a few drawings over and over; weights are random.
Starting Beam and TFMA takes a few seconds whatever the number of photos.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow as tf
from speed import random_index
from tables import Figure
from tiny_artifacts import artifact, beam_context, examples, packshot

from components.artifacts.model import ModelArtifact
from components.evaluator.executor import SIGNATURE, SPLIT, Executor
from components.evaluator.settings import EvaluatorSettings
from components.imaging.decoding import encode_jpeg
from components.metrics.costs import Costs
from components.recogniser.backbones import build_backbone
from components.recogniser.model import Recogniser
from components.recogniser.settings import BackboneName, RecogniserSettings
from components.records.catalog_examples import CATALOG_SPLIT
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.scene import Scene
from components.synthesis.scenes.settings import SceneSettings
from components.training.export import export_model

DRAWINGS = 12
WIDTH, HEIGHT = 1280, 960
SKUS = 180


def measure(photos: int, backbone: BackboneName, settings: RecogniserSettings) -> list[Figure]:
    """Time both on so many photos."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        model = artifact("Model", folder / "model")
        export_model(
            Recogniser(build_backbone(backbone, None), settings),
            random_index(SKUS, settings),
            folder / "model",
            operating_threshold=0.5,
            costs=Costs(),
            weights_source="random",
            backbone=backbone,
        )
        shelves = examples(folder / "shelves", {SPLIT: _photos(photos)})
        catalog = examples(folder / "catalog", {CATALOG_SPLIT: _products()})
        evaluation = artifact("ModelEvaluation", folder / "evaluation")
        batch = EvaluatorSettings()
        bare = _bare_inference(
            Path(ModelArtifact(folder / "model").serving), folder / "shelves", batch.batch_size
        )
        began = time.perf_counter()
        Executor(beam_context(folder / "tmp")).Do(
            {"examples": [shelves], "catalog": [catalog], "model": [model]},
            {"evaluation": [evaluation]},
            {"settings": batch.model_dump_json()},
        )
        whole = time.perf_counter() - began
    return [
        Figure(
            f"Evaluator ÷ bare inference, {photos:,} photos",
            whole / bare,
            "<= 1.5",
            "<= 1.15",
            note=f"{whole:.0f} s ÷ {bare:.0f} s",
        )
    ]


def _bare_inference(saved_model: Path, shelves: Path, batch_size: int) -> float:
    began = time.perf_counter()
    signature = tf.saved_model.load(str(saved_model)).signatures[SIGNATURE]
    files = sorted(str(path) for path in shelves.rglob("*.gz"))
    records = tf.data.TFRecordDataset(files, compression_type="GZIP")
    for batch in records.batch(batch_size):
        signature(examples=batch)
    return time.perf_counter() - began


def _photos(count: int) -> Iterator[dict]:
    catalog = make_catalog(5, 12, 3)
    cutouts = [cut_out(packshot.image, packshot.sku) for packshot in catalog]
    scene = SceneSettings(
        photo_width=WIDTH,
        photo_height=HEIGHT,
        min_facing=90,
        max_facing=260,
        flexible_share=0,
        round_share=0,
        fenced_share=0,
    )
    drawings = [
        compose_scene(np.random.default_rng(seed), cutouts, scene) for seed in range(DRAWINGS)
    ]
    encoded = [encode_jpeg(drawing.image) for drawing in drawings]
    for number in range(count):
        at = number % DRAWINGS
        yield _features(number, drawings[at], encoded[at])


def _features(number: int, shelf: Scene, encoded: bytes) -> dict:
    sides = ("xmin", "ymin", "xmax", "ymax")
    boxes = np.asarray(shelf.boxes, np.float32) / np.float32([WIDTH, HEIGHT, WIDTH, HEIGHT])
    none = np.zeros(len(shelf.skus), np.int64)
    return {
        "image/encoded": [encoded],
        "image/source_id": [f"{number:06}".encode()],
        "image/filename": [f"{number:06}.jpg".encode()],
        "image/width": np.array([WIDTH]),
        "image/height": np.array([HEIGHT]),
        **{f"image/object/bbox/{side}": boxes[:, at] for at, side in enumerate(sides)},
        "image/object/class/text": [sku.encode() for sku in shelf.skus],
        "image/object/difficult": none,
        "image/object/is_crowd": none,
        "image/object/held_out": none,
        "image/object/occlusion": np.zeros(len(shelf.skus), np.float32),
    }


def _products() -> Iterator[dict]:
    for product in make_catalog(5, 12, 3):
        yield packshot(product.sku, category=product.category)

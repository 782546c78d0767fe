"""How time grows with the catalogue, and what the matching costs beside the backbone.

Weights are random: they decide what is found and not how long it takes, for as many proposals and
SKUs are looked at in every photo. The photo is a generated shelf of 960 x 1280 pixels. Rounds of
all variants alternate, so that a ratio compares times of the same moments.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tables import Figure
from variants import without_shortlist

from components.edge_export import convert_worker
from components.imaging.letterbox import letterbox
from components.recogniser.backbones import build_backbone
from components.recogniser.detect import detect
from components.recogniser.edge import SIGNATURE, export_edge
from components.recogniser.fit_photo import fit_photo
from components.recogniser.index import CatalogIndex, write_index
from components.recogniser.index_tensors import IndexTensors, index_tensors
from components.recogniser.model import Recogniser
from components.recogniser.settings import BackboneName, RecogniserSettings
from components.runtime.isolated import run_isolated
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.settings import SceneSettings

FACINGS = 60
ROUNDS = 5
CATALOGS = (10, 200, 1000, 10_000)
THREADS = 2


def measure(backbone: BackboneName, settings: RecogniserSettings) -> list[Figure]:
    """Time one backbone on server and phone."""
    keras.utils.set_random_seed(1)
    recogniser = Recogniser(build_backbone(backbone, None), settings)
    photo = busy_shelf()
    server = _server_times(recogniser, photo)
    edge = {
        quantization: _edge_times(recogniser, photo, quantization)
        for quantization in ("float16", "dynamic")
    }
    return [*_server_figures(server), *_edge_figures(edge, backbone), _index_size(settings)]


def busy_shelf() -> np.ndarray:
    """A generated photo, uint8 [960, 1280, 3], of at least `FACINGS` products."""
    cutouts = [cut_out(packshot.image, packshot.sku) for packshot in make_catalog(5, 12, 3)]
    scene = SceneSettings(
        flexible_share=0,
        round_share=0,
        fenced_share=0,
        photo_width=1280,
        photo_height=960,
        min_facing=120,
        max_facing=150,
        handheld_share=0,
        empty_share=0,
    )
    for seed in range(20):
        shelf = compose_scene(np.random.default_rng(seed), cutouts, scene)
        if len(shelf.skus) >= FACINGS:
            return shelf.image
    raise RuntimeError(f"no generated shelf shows {FACINGS} products")


def random_index(views: int, settings: RecogniserSettings) -> CatalogIndex:
    """An index of as many products that do not exist."""
    rng = np.random.default_rng(views)
    embeddings = rng.normal(size=(views, settings.shortlist_dims)).astype(np.float32)
    shape = (views, settings.roi_grid, settings.roi_grid, settings.dims)
    fine = (views, settings.descriptor_grid, settings.descriptor_grid, settings.descriptor_dims)
    return CatalogIndex(
        embeddings=embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True),
        templates=rng.integers(-127, 128, shape, np.int8),
        descriptors=rng.integers(-127, 128, fine, np.int8),
        hubness=np.ones(views, np.float32),
        skus=tuple(f"sku-{number:06}" for number in range(views)),
    )


def _server_times(recogniser: Recogniser, photo: np.ndarray) -> dict[str, float]:
    settings = recogniser.settings
    pixels = tf.constant(photo)

    def detect_photo(index: IndexTensors) -> object:
        return detect(recogniser, fit_photo(pixels[tf.newaxis], settings.photo_side)[0], index)

    whole = tf.function(detect_photo, reduce_retracing=True)
    exhaustive = tf.function(without_shortlist()(detect_photo), reduce_retracing=True)

    @tf.function
    def alone() -> object:
        return recogniser.backbone(tf.cast(pixels, tf.float32)[tf.newaxis], training=False)

    indexes = {views: index_tensors(random_index(views, settings)) for views in CATALOGS}
    runs: dict[str, Callable[[], object]] = {"backbone": alone}
    for views in CATALOGS:
        runs[str(views)] = lambda views=views: whole(indexes[views])
    times = _alternating(runs, ROUNDS)
    return {**times, **_alternating({"exhaustive": lambda: exhaustive(indexes[200])}, 1)}


def _server_figures(times: Mapping[str, float]) -> list[Figure]:
    def ratio(what: str, over: str, under: str, must: str, aim: str) -> Figure:
        note = f"{times[over]:.2f} s ÷ {times[under]:.2f} s"
        return Figure(what, times[over] / times[under], must, aim, note=note)

    return [
        ratio("server: 1,000 SKUs ÷ 10 SKUs", "1000", "10", "<= 1.5", "<= 1.15"),
        ratio("server: 10,000 SKUs ÷ 10 SKUs", "10000", "10", "<= 5", "<= 2"),
        ratio("server: 1,000 SKUs ÷ backbone alone", "1000", "backbone", "<= 2", "<= 1.3"),
        ratio(
            "server: 200 SKUs, shortlist ÷ all SKUs aligned with every proposal",
            "200",
            "exhaustive",
            "<= 0.1",
            "<= 0.03",
        ),
    ]


def _edge_times(recogniser: Recogniser, photo: np.ndarray, quantization: str) -> dict[str, float]:
    """Seconds by number of SKUs, and `size` of the file in megabytes."""
    side = recogniser.settings.photo_side
    fitted = letterbox(photo, side, side).pixels[np.newaxis]
    with tempfile.TemporaryDirectory() as folder:
        model = f"{folder}/model.tflite"
        export_edge(recogniser, Path(folder) / "edge")
        arguments = [f"{folder}/edge", model, quantization]
        outcome = run_isolated(convert_worker.__name__, arguments, 1800)
        if not outcome.ok:
            raise RuntimeError(outcome.complaint)
        interpreter = tf.lite.Interpreter(model, num_threads=THREADS)
        runner = interpreter.get_signature_runner(SIGNATURE)
        runs = {}
        for views in (10, 1000, 10_000):
            index = random_index(views, recogniser.settings)
            given = {"image": fitted, **index.inputs()}
            runs[str(views)] = lambda given=given: runner(**given)
        return {**_alternating(runs, ROUNDS), "size": Path(model).stat().st_size / 1e6}


def _edge_figures(edge: Mapping[str, Mapping[str, float]], backbone: str) -> list[Figure]:
    figures = []
    for quantization, times in edge.items():
        for over, must, aim in (("1000", "<= 1.5", "<= 1.15"), ("10000", "<= 5", "<= 2")):
            figures.append(
                Figure(
                    f"phone, {quantization}: {int(over):,} SKUs ÷ 10 SKUs",
                    times[over] / times["10"],
                    must,
                    aim,
                    note=f"{times[over]:.2f} s ÷ {times['10']:.2f} s",
                )
            )
        asked = {
            ("mobilenetv2", "dynamic"): ("<= 6", "<= 4"),
            ("resnet50v2", "float16"): ("<= 25", "<= 20"),
        }.get((backbone, quantization), ("", ""))
        figures.append(Figure(f"phone, {quantization}: model", times["size"], *asked, unit="MB"))
    return figures


def _index_size(settings: RecogniserSettings) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalog.index"
        write_index(path, random_index(1000, settings))
        size = path.stat().st_size / 1000 / 1024
    return Figure("index per SKU", size, "<= 64", "<= 16", "KB")


def _alternating(runs: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each, after a first run that does not count."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            began = time.perf_counter()
            run()
            if number:
                times[name].append(time.perf_counter() - began)
    return {name: statistics.median(seconds) for name, seconds in times.items()}

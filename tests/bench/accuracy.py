"""What the shortlist, and the step to a phone, cost in mAP@0.5, on test photos of a run.

The model may be of another run: then no product was ever trained on, and its index is made anew.

mAP lost to the shortlist: the run's catalogue is filled up with generated products, variants of
one line among them; every SKU aligned with every proposal is the reference.
mAP lost on the phone: the TFLite model against the SavedModel, each on its own index.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from itertools import islice
from pathlib import Path

import numpy as np
import tensorflow as tf
from rich.progress import track
from tables import Figure
from variants import without_shortlist

from components.artifacts.model import ModelArtifact
from components.augment.companions import companion_features
from components.edge_export.make_edge_folder import export_edge
from components.edge_export.settings import EdgeExportSettings
from components.imaging.decoding import ALREADY_CHECKED, decode_photo
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.predict.edge_predictor import EdgePredictor
from components.predict.server_predictor import ServerPredictor
from components.recogniser.detect import detect
from components.recogniser.embed_packshots import embed_packshots, saved_embedding
from components.recogniser.fit_photo import fit_photo
from components.recogniser.index import read_index
from components.recogniser.index_tensors import index_tensors
from components.recogniser.reindex import reindex
from components.recogniser.weights import load_weights
from components.records.features import Features
from components.records.prediction import Detection
from components.records.tf_example import parse
from components.training.settings import TrainingPlan
from components.training.training_catalog import read_catalog

SKUS = 1000
Detect = Callable[[np.ndarray], Sequence[Detection]]


def measure(root: Path, judged_on: Path, plan: TrainingPlan, photos: int) -> list[Figure]:
    """Measure the newest model of a run.

    Args:
        root: Output folder of the run.
        judged_on: Output folder of the run whose catalogue and test photos are taken.
        plan: Of the model's Trainer.
        photos: Test photos to look at.
    """
    model = ModelArtifact(_newest(root, "Trainer/model"))
    test = _newest(judged_on, "ShelfExampleGen/examples") / "Split-test"
    boxed = (features for features in _features(test) if len(features["image/object/class/text"]))
    chosen = list(islice(boxed, photos))
    catalog = _newest(judged_on, "CatalogExampleGen/examples").rglob("*.gz")
    own = read_catalog(sorted(map(str, catalog))).rows()
    with tempfile.TemporaryDirectory() as folder:
        today = ModelArtifact(Path(folder) / "model")
        skipped = shutil.ignore_patterns(Path(model.serving).name)
        shutil.copytree(model.uri, today.uri, ignore=skipped)
        reindex(Path(model.serving), own, Path(today.serving))
        return [*_shortlist(own, model, plan, chosen), *_phone(today, chosen)]


def _shortlist(
    own: Sequence[tuple[str, bytes]],
    model: ModelArtifact,
    plan: TrainingPlan,
    photos: Sequence[Features],
) -> list[Figure]:
    from components.recogniser.backbones import build_backbone
    from components.recogniser.model import Recogniser

    recogniser = Recogniser(build_backbone(plan.backbone.name, None), plan.recogniser)
    load_weights(recogniser, Path(model.weights))
    families = -(-(SKUS - len(own)) // 3)
    others = [
        (features["product/sku"][0].decode(), features["image/encoded"][0])
        for features in companion_features(families)
    ]
    index = embed_packshots(saved_embedding(Path(model.serving)), [*own, *others])
    tensors = index_tensors(index)
    value = {}
    for name, variant in (("shortlist", nullcontext), ("all SKUs aligned", without_shortlist)):

        @tf.function(input_signature=[tf.TensorSpec([None, None, 3], tf.uint8)])
        def found(photo: tf.Tensor) -> tuple:
            fitted, scale = fit_photo(photo[tf.newaxis], recogniser.settings.photo_side)
            answer = detect(recogniser, fitted, tensors)
            named = answer.detections
            return named.boxes / scale, named.sku, named.scores, named.count

        def look(photo: np.ndarray, found: Callable = found) -> list[Detection]:
            boxes, sku, scores, count = (part.numpy() for part in found(photo))
            return [
                Detection(index.labels[sku[row]], tuple(boxes[row].tolist()), float(scores[row]))
                for row in range(count)
            ]

        with variant():
            value[name] = _map50(look, photos, name)
    shortlist, exhaustive = value.values()
    note = f"mAP@0.5 {exhaustive:.3f} without, {shortlist:.3f} with; {len(photos)} photos"
    what = f"mAP@0.5 lost to the shortlist, {len(index.labels):,} SKUs"
    lost = 100 * (exhaustive - shortlist)
    return [Figure(what, lost, "<= 1", "<= 0.2", "points", note)]


def _phone(model: ModelArtifact, photos: Sequence[Features]) -> list[Figure]:
    labels = read_index(Path(model.index)).labels
    server = _map50(ServerPredictor(Path(model.serving), 0.5, {}).detect, photos, "SavedModel")
    note = f"{len(photos)} photos, {len(labels):,} SKUs"
    figures = [Figure("mAP@0.5 of the SavedModel", server, note=note)]
    for quantization, must, aim in (
        ("float16", "<= 0.5", "<= 0.1"),
        ("dynamic", "<= 2", "<= 1"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            settings = EdgeExportSettings(quantization=quantization)
            export_edge(model, {}, settings, Path(folder))
            phone = _map50(EdgePredictor(Path(folder)).detect, photos, f"TFLite {quantization}")
        note = f"mAP@0.5 {server:.3f} on the server, {phone:.3f} on the phone"
        what = f"mAP@0.5 lost to TFLite, {quantization}"
        figures.append(Figure(what, 100 * (server - phone), must, aim, "points", note))
    return figures


def _map50(look: Detect, photos: Sequence[Features], what: str) -> float:
    judge = DetectionMetrics(0.5)
    tallies = []
    for features in track(photos, description=what):
        pixels = decode_photo(features["image/encoded"][0], ALREADY_CHECKED)
        found = look(pixels)
        detections = Detections(
            boxes=np.array([each.box for each in found], float).reshape(-1, 4),
            skus=np.array([each.sku for each in found], object),
            scores=np.array([each.score for each in found], float),
            runner_up_skus=np.full(len(found), "", object),
            runner_up_scores=np.zeros(len(found)),
            ambiguity=np.zeros(len(found)),
        )
        tallies.append(judge.tally(PhotoRecord(_truth(features), detections)))
    return judge.summarise(tallies).metrics["map50"]


def _truth(features: Features) -> PhotoTruth:
    width, height = int(features["image/width"][0]), int(features["image/height"][0])
    edges = [features[f"image/object/bbox/{edge}"] for edge in ("xmin", "ymin", "xmax", "ymax")]
    truth = Truth(
        boxes=np.stack(edges, axis=1).astype(float) * (width, height, width, height),
        skus=np.array([sku.decode() for sku in features["image/object/class/text"]], object),
        difficult=np.asarray(features["image/object/difficult"], bool),
        crowd=np.asarray(features["image/object/is_crowd"], bool),
        new=np.asarray(features["image/object/held_out"], bool),
    )
    name = features["image/source_id"][0].decode()
    return PhotoTruth(name, name, width, height, truth)


def _features(folder: Path) -> Iterator[Features]:
    files = sorted(str(path) for path in folder.glob("*.gz"))
    for record in tf.data.TFRecordDataset(files, compression_type="GZIP"):
        yield parse(record.numpy())


def _newest(root: Path, name: str) -> Path:
    """Return the folder of the last execution of a stage."""
    stage, output = name.split("/")
    return max((root / "pipeline" / stage / output).iterdir(), key=lambda path: int(path.name))

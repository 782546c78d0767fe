"""A product enters the catalogue: an index, no training, and it is found."""

import csv
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest

from components.imaging.decoding import encode_jpeg
from components.records.boxes import iou
from components.releases.edge_folder import LABELS_FILE, write_labels
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.settings import SceneSettings

pytestmark = pytest.mark.tfx

EASY = SceneSettings(
    min_facing=90,
    max_facing=140,
    handheld_share=0,
    distractor_share=0,
    occlusion=0,
    glare=0,
    blur=0,
    light=0,
    flexible_share=0,
    round_share=0,
    fenced_share=0,
)
THRESHOLD = 0.3


@pytest.fixture(scope="module")
def products():
    """One product each of seven families that no training has seen; the last is the new one."""
    return make_catalog(seed=20_240, families=7, variants=1)


@pytest.fixture(scope="module")
def release_dir(products, tmp_path_factory) -> Path:
    """A release with the shipped weights that knows all but the last product."""
    from components.artifacts.model import INDEX_FILE
    from components.recogniser.embed_catalog import embedding_of
    from components.recogniser.embed_packshots import embed_packshots
    from components.recogniser.index import write_index
    from components.recogniser.served import export_served
    from components.recogniser.settings import BackboneSettings, RecogniserSettings
    from components.recogniser.weights import build_recogniser
    from components.releases.registry import Registry
    from components.releases.release_record import ReleaseRecord

    settings = RecogniserSettings(photo_scales=2, proposals=80, max_detections=100)
    recogniser = build_recogniser(BackboneSettings(weights="start"), settings).recogniser
    index = embed_packshots(
        embedding_of(recogniser), [(each.sku, encode_jpeg(each.image)) for each in products[:-1]]
    )
    index_file = tmp_path_factory.mktemp("index") / INDEX_FILE
    write_index(index_file, index)
    registry = Registry(tmp_path_factory.mktemp("releases"))
    staging = registry.stage(1, "test")
    export_served(recogniser, index_file, staging.serving)
    staging.edge.mkdir()
    write_labels(staging.edge / LABELS_FILE, index.labels, {})
    record = ReleaseRecord(
        version=1,
        parent=None,
        created=datetime(2024, 5, 1, tzinfo=timezone.utc),
        content_hash="content",
        operating_threshold=THRESHOLD,
        model={"model_hash": "start"},
        metrics={},
        gates=(),
    )
    registry.publish(staging, record)
    return registry.root


@pytest.fixture
def catalogue(products, tmp_path) -> Path:
    """`products.csv` with all seven."""
    with (tmp_path / "products.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["sku", "name", "category", "image"])
        for each in products:
            (tmp_path / f"{each.sku}.jpg").write_bytes(encode_jpeg(each.image))
            table.writerow([each.sku, each.name, each.category, f"{each.sku}.jpg"])
    return tmp_path / "products.csv"


def test_a_new_product_is_found_without_training(release_dir, products, catalogue, tmp_path):
    from components.predict.build_index import build_index
    from components.predict.load_predictor import load_predictor
    from components.predict.predictor import predict_with

    new = products[-1].sku
    cutouts = [cut_out(each.image, each.sku) for each in products]
    scene = compose_scene(np.random.default_rng(7), cutouts, EASY)
    photo = tmp_path / "shelf.jpg"
    photo.write_bytes(encode_jpeg(scene.image))
    whole = (scene.boxes[:, 1] > 1) & (scene.boxes[:, 3] < scene.image.shape[0])
    shown = scene.boxes[whole & (np.array(scene.skus) == new)]
    assert len(shown) == 3

    (before,) = predict_with(load_predictor(release_dir, "serving"), [photo])
    built = build_index(release_dir, catalogue, tmp_path / "index")
    (after,) = predict_with(load_predictor(release_dir, "serving", built.folder), [photo])

    assert new not in before.counts
    found = [each.box for each in after.detections if each.sku == new and each.score >= THRESHOLD]
    assert (iou(shown, np.array(found).reshape(-1, 4)) >= 0.5).any(axis=1).all()

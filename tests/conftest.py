"""Fixtures that several folders of tests share."""

import json
import os
import shutil
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import settings
from tiny import draw_packshot, tiny_settings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")

# The same examples every time, so that a red run says something about the change before it.
# `--hypothesis-profile=explore` draws new ones.
settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("explore", deadline=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def tiny_model_dir(tmp_path_factory) -> Path:
    """What the Trainer writes, with random weights: Format-Serving, Format-Edge, settings.json."""
    import cv2
    import keras
    import numpy as np

    from components.metrics.costs import Costs
    from components.recogniser.embed_catalog import embedding_of
    from components.recogniser.embed_packshots import embed_packshots
    from components.recogniser.settings import BackboneSettings
    from components.recogniser.weights import build_recogniser
    from components.training.export import export_model

    keras.utils.set_random_seed(1)
    recogniser = build_recogniser(BackboneSettings(weights="random"), tiny_settings()).recogniser
    # Untrained, it finds all places alike, so that rounding would say which are looked at.
    sharp = np.array([30_000, 1, 1, 1, 1], np.float32)
    recogniser.propose_out.kernel.assign(recogniser.propose_out.kernel * sharp)
    rows = [
        (f"sku-{number}", cv2.imencode(".png", draw_packshot(number)[..., ::-1])[1].tobytes())
        for number in range(4)
    ]
    folder = tmp_path_factory.mktemp("tiny_model")
    export_model(
        recogniser,
        embed_packshots(embedding_of(recogniser), rows),
        folder,
        operating_threshold=0.5,
        costs=Costs(),
        weights_source="random",
        backbone="efficientnet_lite0",
    )
    return folder


@pytest.fixture(scope="session")
def tiny_saved_model(tiny_model_dir) -> Path:
    """The SavedModel of `tiny_model_dir`: four SKUs, sku-0 to sku-3."""
    return tiny_model_dir / "Format-Serving"


@pytest.fixture(scope="session")
def release_dir(tiny_model_dir, tmp_path_factory) -> Path:
    """A releases folder with one release of `tiny_model_dir`; not to be changed."""
    from components.artifacts.model import ModelArtifact
    from components.edge_export.make_edge_folder import export_edge
    from components.edge_export.settings import EdgeExportSettings
    from components.releases.registry import Registry
    from components.releases.release_record import ReleaseRecord

    registry = Registry(tmp_path_factory.mktemp("releases"))
    staging = registry.stage(1, "test")
    model = ModelArtifact(tiny_model_dir)
    shutil.copytree(model.serving, staging.serving)
    products = {
        f"sku-{number}": {"name": f"Product {number}", "category": "Tea"} for number in range(4)
    }
    export_edge(model, products, EdgeExportSettings(quantization="none"), staging.edge)
    record = ReleaseRecord(
        version=1,
        parent=None,
        created=datetime(2024, 5, 1, tzinfo=timezone.utc),
        content_hash="content",
        operating_threshold=0.5,
        model=json.loads((tiny_model_dir / "settings.json").read_text()),
        metrics={},
        gates=(),
    )
    registry.publish(staging, record)
    return registry.root

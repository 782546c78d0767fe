"""A release whose models are real, tiny and untrained."""

import shutil
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest

from components.imaging.decoding import encode_jpeg


@pytest.fixture(scope="session")
def blocks() -> list[bytes]:
    """Two pictures of coloured blocks, of the very size of the model's input."""
    rng = np.random.default_rng(11)
    pictures = rng.integers(0, 255, (2, 16, 16, 3), np.uint8)
    return [encode_jpeg(np.kron(each, np.ones((8, 8, 1), np.uint8))) for each in pictures]


@pytest.fixture(scope="session")
def release_dir(tiny_model_dir, tmp_path_factory) -> Path:
    """A releases folder with one release; not to be changed."""
    import json

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

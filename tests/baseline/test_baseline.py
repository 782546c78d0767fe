"""The baseline answers for today's catalogue with yesterday's weights."""

import json
import shutil
from datetime import datetime, timezone
from pathlib import Path

import numpy as np
import pytest
from tiny_artifacts import packshot

from components.releases.errors import DamagedRelease, ReleaseError
from components.releases.registry import Registry
from components.releases.release_record import ReleaseRecord

pytestmark = pytest.mark.tfx


@pytest.fixture
def releases(tmp_path, tiny_saved_model) -> Path:
    """A releases folder with one release: the tiny model of conftest, SKUs sku-0 to sku-3."""
    registry = Registry(tmp_path / "releases")
    staging = registry.stage(registry.allot(), "run")
    shutil.copytree(tiny_saved_model, staging.serving)
    record = ReleaseRecord(
        version=staging.version,
        parent=None,
        created=datetime(2024, 5, 1, tzinfo=timezone.utc),
        content_hash="abc",
        operating_threshold=0.37,
        model={"operating_threshold": 0.5, "weights_source": "random"},
        metrics={},
        gates=(),
    )
    registry.publish(staging, record)
    return registry.root


@pytest.fixture
def packshots():
    """Today's catalogue: one old SKU and one that the release has never seen."""
    import cv2

    rng = np.random.default_rng(7)
    pictures = rng.integers(0, 255, (2, 96, 72, 3), dtype=np.uint8)
    encoded = [cv2.imencode(".png", picture)[1].tobytes() for picture in pictures]
    return list(zip(["sku-0", "brand-new"], encoded, strict=True))


@pytest.fixture
def run(tmp_path, packshots):
    """Return a function that runs the executor and returns the output artifact."""
    import tensorflow as tf
    from tfx.types.standard_artifacts import Examples, Model

    from components.baseline.executor import Executor
    from components.records.example_files import mark_as_examples
    from components.records.tf_example import serialize

    catalog = Examples()
    catalog.uri = str(tmp_path / "catalog")
    mark_as_examples(catalog, ["catalog"])
    folder = Path(catalog.uri) / "Split-catalog"
    folder.mkdir(parents=True)
    with tf.io.TFRecordWriter(str(folder / "data_tfrecord-00000-of-00001.gz"), "GZIP") as file:
        for sku, encoded in packshots:
            file.write(serialize(packshot(sku, encoded)))

    def execute(releases):
        model = Model()
        model.uri = str(tmp_path / "model")
        Path(model.uri).mkdir()
        Executor().Do({"catalog": [catalog]}, {"model": [model]}, {"releases": str(releases)})
        return model

    return execute


def test_current_release_with_an_index_of_todays_catalogue(run, releases):
    from components.recogniser.index import read_index

    model = run(releases)
    assert model.get_int_custom_property("absent") == 0
    assert model.get_int_custom_property("release") == 1
    index = read_index(Path(model.uri) / "Format-Serving" / "assets" / "catalog.index")
    assert set(index.skus) == {"sku-0", "brand-new"}
    settings = json.loads((Path(model.uri) / "settings.json").read_text())
    assert settings == {"operating_threshold": 0.37, "weights_source": "random"}


def test_nothing_released_yet(run, tmp_path):
    model = run(tmp_path / "releases")
    assert model.get_int_custom_property("absent") == 1
    assert not model.has_custom_property("release")
    assert [path.name for path in Path(model.uri).iterdir()] == ["ABSENT.txt"]


def test_damaged_release_is_refused(run, releases):
    (releases / "1" / "serving" / "1" / "saved_model.pb").write_bytes(b"something else")
    with pytest.raises(DamagedRelease, match=r"saved_model\.pb has changed"):
        run(releases)


def test_current_that_names_no_release(run, releases):
    (releases / "current").write_text("7\n")
    with pytest.raises(ReleaseError, match="names version 7"):
        run(releases)

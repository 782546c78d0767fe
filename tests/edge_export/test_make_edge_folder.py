import dataclasses
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from tiny_artifacts import examples, packshot

from components.edge_export.settings import EdgeExportSettings
from components.imaging.decoding import encode_jpeg
from components.releases.edge_folder import hash_file, read_labels, read_settings

pytestmark = pytest.mark.tfx

SETTINGS = EdgeExportSettings(quantization="none", parity_photos=2)


@pytest.fixture(scope="module")
def photos():
    """Pictures of the very size of the model's input: server and phone see the same pixels."""
    rng = np.random.default_rng(5)
    blocks = rng.integers(0, 255, (2, 16, 16, 3), np.uint8)
    return [encode_jpeg(np.kron(each, np.ones((8, 8, 1), np.uint8))) for each in blocks]


@pytest.fixture(scope="module")
def exported(tiny_model_dir, photos, tmp_path_factory):
    """What the executor writes: the folder that holds `edge` and `check`."""
    from tfx.types import standard_artifacts

    from components.artifacts.types import EdgeCheckArtifact, EdgeModelArtifact
    from components.edge_export.executor import Executor

    folder = tmp_path_factory.mktemp("exported")
    catalog = [packshot("sku-1", name="The first")]
    shelves = [{"image/encoded": [data]} for data in (*photos, *photos)]
    model, edge, check = standard_artifacts.Model(), EdgeModelArtifact(), EdgeCheckArtifact()
    model.uri = str(tiny_model_dir)
    edge.uri, check.uri = str(folder / "edge"), str(folder / "check")
    Executor().Do(
        {
            "model": [model],
            "catalog": [examples(folder / "catalog", {"catalog": catalog})],
            "examples": [examples(folder / "shelves", {"test": shelves})],
        },
        {"edge_model": [edge], "edge_check": [check]},
        {"settings": SETTINGS.model_dump_json(), "code_hash": ""},
    )
    return folder


def test_the_folder_is_all_that_a_phone_needs(exported, tiny_model_dir):
    edge = exported / "edge"
    assert sorted(path.name for path in edge.iterdir()) == [
        "catalog.index",
        "labels.txt",
        "model.tflite",
        "predict.py",
        "products.csv",
        "settings.json",
    ]
    settings = read_settings(edge)
    assert settings.operating_threshold == 0.5
    assert (settings.photo_height, settings.photo_width) == (128, 128)
    trained = json.loads((tiny_model_dir / "settings.json").read_text())
    assert settings.model_hash == trained["model_hash"]
    assert settings.sha256 == {
        name: hash_file(edge / name)
        for name in ("model.tflite", "catalog.index", "labels.txt", "products.csv", "predict.py")
    }
    assert read_labels(edge / "labels.txt") == {
        "sku-0": "sku-0",
        "sku-1": "The first",
        "sku-2": "sku-2",
        "sku-3": "sku-3",
    }
    served = tiny_model_dir / "Format-Serving" / "assets" / "catalog.index"
    assert (edge / "catalog.index").read_bytes() == served.read_bytes()


def test_phone_and_server_agree(exported):
    check = json.loads((exported / "check" / "check.json").read_text())

    assert check["photos"] == 2
    assert check["compared"] > 0
    assert check["parity"] == 1
    assert check["max_score_difference"] < 0.01
    assert check["quantization"] == "none"
    assert check["size_bytes"] == (exported / "edge" / "model.tflite").stat().st_size
    assert check["latency_ms"] > 0
    assert check["memory_bytes"] > 0


def test_a_converter_that_aborts_is_a_failure_with_a_message(tiny_model_dir, tmp_path, monkeypatch):
    from components.artifacts.model import ModelArtifact
    from components.edge_export.make_edge_folder import ExportFailed, export_edge

    (tmp_path / "aborting_converter.py").write_text(
        "import os, sys\n"
        "print('LLVM ERROR: Failed to infer result type(s).', file=sys.stderr, flush=True)\n"
        "os.abort()\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])

    with pytest.raises(ExportFailed) as failure:
        model = ModelArtifact(tiny_model_dir)
        export_edge(model, {}, SETTINGS, tmp_path / "edge", "aborting_converter")

    assert str(failure.value) == (
        "the conversion to TFLite failed: was ended by SIGABRT | "
        "LLVM ERROR: Failed to infer result type(s)."
    )
    assert not (tmp_path / "edge" / "settings.json").exists()


def test_a_model_that_fails_on_photos_fails_the_check(exported, tiny_saved_model, photos, tmp_path):
    from components.edge_export.make_edge_folder import ExportFailed, check_edge
    from components.releases.edge_folder import hash_file, read_settings, write_settings

    folder = tmp_path / "edge"
    shutil.copytree(exported / "edge", folder)
    (folder / "model.tflite").write_bytes(b"no model")
    settings = read_settings(folder)
    hashes = {**settings.sha256, "model.tflite": hash_file(folder / "model.tflite")}
    write_settings(folder, dataclasses.replace(settings, sha256=hashes))

    with pytest.raises(ExportFailed, match=r"the edge model failed on photos: .*not a TFLite"):
        check_edge(folder, tiny_saved_model, photos, 0.5, SETTINGS)


def test_without_a_photo_there_is_no_parity(tmp_path):
    from components.edge_export.make_edge_folder import check_edge

    with pytest.raises(ValueError, match="needs a photo"):
        check_edge(tmp_path, tmp_path, [], 0.5, SETTINGS)


def test_the_component_states_its_channels():
    from tfx import types
    from tfx.types import standard_artifacts

    from components.edge_export.component import EdgeExport

    component = EdgeExport(
        model=types.Channel(type=standard_artifacts.Model),
        catalog=types.Channel(type=standard_artifacts.Examples),
        examples=types.Channel(type=standard_artifacts.Examples),
        settings="{}",
        code_hash="0",
    )

    assert component.outputs["edge_model"].type_name == "oneshelf.EdgeModel"
    assert component.outputs["edge_check"].type_name == "oneshelf.EdgeCheck"


def test_threads_and_time_limit_reach_the_process_that_measures(tmp_path, monkeypatch):
    from components.edge_export import make_edge_folder
    from components.runtime.isolated import Outcome

    asked = {}

    def run(module, arguments, timeout_seconds):
        asked.update(json.loads(Path(arguments[0]).read_text()), timeout=timeout_seconds)
        return Outcome("", "was stopped")

    monkeypatch.setattr(make_edge_folder, "run_isolated", run)
    settings = EdgeExportSettings(threads=3, timeout_seconds=7)

    with pytest.raises(make_edge_folder.ExportFailed, match="was stopped"):
        make_edge_folder.check_edge(tmp_path, tmp_path, [b"one", b"two"], 0.5, settings)
    assert (asked["target"], len(asked["photos"])) == ("edge", 2)
    assert (asked["threads"], asked["timeout"]) == (3, 7)

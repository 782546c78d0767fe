"""Predicting with a release: both targets, the index override, and what is refused."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from same_answers import same_detections

from components.releases.edge_folder import hash_file
from components.releases.errors import DamagedRelease, NoRelease

pytestmark = pytest.mark.tfx


@pytest.fixture
def photos(blocks, tmp_path):
    paths = []
    for number, data in enumerate(blocks):
        path = tmp_path / f"photo-{number}.jpg"
        path.write_bytes(data)
        paths.append(path)
    return paths


@pytest.fixture(scope="module")
def predictors(release_dir):
    from components.predict.load_predictor import load_predictor

    return {target: load_predictor(release_dir, target) for target in ("serving", "edge")}


@pytest.fixture
def packshots(tmp_path):
    """A catalogue of two products that the release does not know."""
    from components.imaging.decoding import encode_jpeg

    folder = tmp_path / "catalogue"
    folder.mkdir()
    rows = ["sku,name,category,image"]
    for number in (7, 8):
        picture = np.full((96, 72, 3), 255, np.uint8)
        picture[8:88, 12:60] = (30 * number, 20, 255 - 30 * number)
        (folder / f"{number}.jpg").write_bytes(encode_jpeg(picture))
        rows.append(f"new-{number},New product {number},,{number}.jpg")
    (folder / "products.csv").write_text("\n".join(rows) + "\n")
    return folder / "products.csv"


def test_server_and_phone_say_the_same(predictors, photos):
    from components.predict.predictor import predict_with

    server = list(predict_with(predictors["serving"], photos))
    phone = list(predict_with(predictors["edge"], photos))

    for ours, theirs in zip(server, phone, strict=True):
        assert ours.error is None
        assert ours.detections
        same_detections(ours.detections, theirs.detections)


@pytest.mark.parametrize("target", ["serving", "edge"])
def test_names_are_for_people(predictors, target):
    assert predictors[target].names["sku-2"] == "Product 2"


def test_an_index_of_other_products_takes_their_place(release_dir, packshots, photos, tmp_path):
    from components.predict.build_index import build_index
    from components.predict.load_predictor import load_predictor
    from components.predict.predictor import predict_with

    steps = []
    built = build_index(
        release_dir, packshots, tmp_path / "index", on_progress=lambda *at: steps.append(at)
    )

    assert built.serving is None
    assert (built.stamp.skus, built.stamp.views, built.stamp.release) == (2, 2, 1)
    assert steps[-1] == (2, 2)
    for target in ("serving", "edge"):
        predictor = load_predictor(release_dir, target, built.folder)
        assert predictor.names == {"new-7": "New product 7", "new-8": "New product 8"}
        found = {
            each.sku for record in predict_with(predictor, photos) for each in record.detections
        }
        assert found
        assert found <= {"new-7", "new-8"}


def test_a_serving_version_has_the_new_index_and_the_old_weights(release_dir, packshots, tmp_path):
    from components.predict.build_index import build_index
    from components.recogniser.index import read_index
    from components.releases.registry import Registry

    releases = tmp_path / "releases"
    shutil.copytree(release_dir, releases)
    first = build_index(releases, packshots, tmp_path / "index", serving=True)
    second = build_index(releases / "1", packshots, tmp_path / "index", serving=True)

    third = build_index(releases, packshots, tmp_path / "index")

    assert (first.older, second.older, third.older) == ((), (2,), (2, 3))
    assert first.serving == tmp_path / "index" / "serving" / "2"
    assert second.serving == tmp_path / "index" / "serving" / "3"
    assert Registry(releases).allot() == 4
    served = releases / "1" / "serving" / "1"
    for version in (first.serving, second.serving):
        assert read_index(version / "assets" / "catalog.index").skus == ("new-7", "new-8")
        for name in ("saved_model.pb", "variables/variables.data-00000-of-00001"):
            assert (version / name).read_bytes() == (served / name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "index").iterdir()) == [
        "catalog.index",
        "index.json",
        "labels.txt",
        "products.csv",
        "serving",
    ]


def test_a_release_outside_its_folder_has_no_numbers_to_give(release_dir, packshots, tmp_path):
    from components.predict.build_index import build_index

    copy = tmp_path / "elsewhere" / "1"
    shutil.copytree(release_dir / "1", copy)
    with pytest.raises(NoRelease, match="lies in no releases folder"):
        build_index(copy, packshots, tmp_path / "index", serving=True)
    assert not (tmp_path / "index").exists()
    assert list(copy.parent.iterdir()) == [copy]


@pytest.fixture
def index_dir(release_dir, tmp_path):
    """The release's own index as `oneshelf index` would write it."""
    from components.predict.index_stamp import model_hash_of
    from components.releases.registry import resolve

    folder = tmp_path / "own-index"
    folder.mkdir()
    for name in ("catalog.index", "labels.txt"):
        shutil.copyfile(release_dir / "1" / "edge" / name, folder / name)
    stamp = {
        "model_hash": model_hash_of(resolve(release_dir)),
        "release": 1,
        "skus": 4,
        "views": 4,
        "sha256": hash_file(folder / "catalog.index"),
    }
    (folder / "index.json").write_text(json.dumps(stamp))
    return folder


def test_an_index_of_the_same_weights_is_taken(release_dir, index_dir):
    from components.predict.load_predictor import load_predictor

    assert load_predictor(release_dir, "edge", index_dir).names["sku-3"] == "Product 3"


def test_an_index_of_another_model_is_refused(release_dir, index_dir):
    from components.predict.index_stamp import IndexMismatch
    from components.predict.load_predictor import load_predictor

    stamp = {**json.loads((index_dir / "index.json").read_text()), "model_hash": "other"}
    (index_dir / "index.json").write_text(json.dumps(stamp))

    asked = release_dir / "1"
    said = f"{index_dir}: made with the weights of release 1 of another folder, which are not those"
    with pytest.raises(IndexMismatch, match=f"{said} of {asked}; .* --release {asked}`"):
        load_predictor(release_dir, "serving", index_dir)


def test_an_index_changed_behind_its_stamp_is_refused(release_dir, index_dir):
    from components.predict.index_stamp import IndexMismatch
    from components.predict.load_predictor import load_predictor

    with (index_dir / "catalog.index").open("ab") as file:
        file.write(b"x")

    with pytest.raises(IndexMismatch, match=r"catalog\.index: missing or changed"):
        load_predictor(release_dir, "edge", index_dir)


def test_a_folder_that_is_no_index_is_refused(release_dir, tmp_path):
    from components.predict.index_stamp import IndexMismatch
    from components.predict.load_predictor import load_predictor

    with pytest.raises(IndexMismatch, match=r"index\.json: cannot be read .* `oneshelf index`"):
        load_predictor(release_dir, "serving", tmp_path)


def test_an_index_does_not_replace_a_folder_of_something_else(release_dir, packshots):
    from components.predict.build_index import IndexMismatch, build_index

    with pytest.raises(IndexMismatch, match="holds something other than an index"):
        build_index(release_dir, packshots, packshots.parent)
    assert packshots.exists()


def test_every_bad_packshot_is_named_before_anything_is_written(release_dir, packshots, tmp_path):
    from components.predict.build_index import build_index
    from components.records.problems import InputError

    whole = (packshots.parent / "7.jpg").read_bytes()
    for name in ("7.jpg", "8.jpg"):
        (packshots.parent / name).write_bytes(whole[: len(whole) // 2])

    with pytest.raises(InputError) as failure:
        build_index(release_dir, packshots, tmp_path / "index")

    assert [problem.row for problem in failure.value.problems] == [2, 3]
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("target", ["serving", "edge"])
def test_a_release_in_an_object_store_says_the_same(release_dir, predictors, photos, target):
    from fsspec.implementations.memory import MemoryFileSystem

    from components.predict.load_predictor import load_predictor
    from components.predict.predictor import predict_with
    from components.releases.storage import folder_at

    folder_at("memory://shop").fill(release_dir)
    try:
        remote = load_predictor("memory://shop", target)
        assert list(predict_with(remote, photos)) == list(predict_with(predictors[target], photos))
    finally:
        MemoryFileSystem.store.clear()


def test_a_damaged_release_is_refused(release_dir, tmp_path):
    from components.predict.load_predictor import load_predictor

    copy = tmp_path / "releases"
    shutil.copytree(release_dir, copy)
    with (copy / "1" / "edge" / "model.tflite").open("ab") as file:
        file.write(b"x")

    with pytest.raises(DamagedRelease, match=r"edge/model\.tflite has changed"):
        load_predictor(copy)


def test_without_a_release_there_is_no_prediction(tmp_path):
    from components.predict.load_predictor import load_predictor

    with pytest.raises(NoRelease):
        load_predictor(tmp_path)


def test_labels_of_another_index_are_refused(release_dir, tmp_path):
    from components.predict.edge_predictor import EdgePredictor
    from components.releases.edge_folder import BadEdgeFolder

    folder = tmp_path / "edge"
    shutil.copytree(release_dir / "1" / "edge", folder)
    (folder / "labels.txt").write_text("sku-0\n")

    with pytest.raises(BadEdgeFolder, match="lists other SKUs than"):
        EdgePredictor(folder)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("model.tflite", None, "no such file"),
        ("model.tflite", b"junk", "has changed since it was released"),
        ("catalog.index", b"junk", "not a catalogue index"),
    ],
)
def test_an_incomplete_edge_folder_is_refused(release_dir, tmp_path, name, data, said):
    from components.predict.edge_predictor import EdgePredictor
    from components.releases.edge_folder import BadEdgeFolder

    folder = tmp_path / "edge"
    shutil.copytree(release_dir / "1" / "edge", folder)
    (folder / name).unlink()
    if data is not None:
        (folder / name).write_bytes(data)

    with pytest.raises(BadEdgeFolder, match=said):
        EdgePredictor(folder)


def test_without_an_interpreter_the_remedy_is_named(release_dir, monkeypatch):
    from components.predict import edge_predictor as edge

    monkeypatch.setattr(edge, "_INTERPRETERS", (("no_such_interpreter", "Interpreter"),))

    with pytest.raises(edge.NoInterpreter, match="pip install ai-edge-litert"):
        edge.EdgePredictor(release_dir / "1" / "edge")


@pytest.mark.parametrize("target", ["serving", "edge"])
@pytest.mark.parametrize("size", [(16, 400), (400, 16), (33, 47), (1200, 900)])
def test_photos_of_any_size_get_boxes_inside_them(predictors, size, target):
    photo = np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8)

    found = predictors[target].detect(photo).detections

    assert found
    for each in found:
        xmin, ymin, xmax, ymax = each.box
        assert 0 <= xmin < xmax <= size[1]
        assert 0 <= ymin < ymax <= size[0]


def test_a_saved_model_that_does_not_load_is_refused_in_one_line(tmp_path):
    from components.predict.server_predictor import BadSavedModel, ServerPredictor

    with pytest.raises(BadSavedModel, match="cannot be loaded") as failure:
        ServerPredictor(tmp_path, 0.5, {})

    assert "\n" not in str(failure.value)


def test_an_index_of_another_shape_is_refused_by_the_phone(release_dir, tmp_path):
    from components.predict.edge_predictor import EdgePredictor
    from components.recogniser.index import read_index, write_index
    from components.releases.edge_folder import BadEdgeFolder

    folder = tmp_path / "edge"
    shutil.copytree(release_dir / "1" / "edge", folder)
    index = read_index(folder / "catalog.index")
    wider = replace(index, embeddings=np.pad(index.embeddings, ((0, 0), (0, 3))))
    write_index(folder / "catalog.index", wider)

    with pytest.raises(BadEdgeFolder, match="its 'screen' does not fit"):
        EdgePredictor(folder)


# Stands in for a start of the program; what it says on standard output is the last line's truth.
WITHOUT_TENSORFLOW = """
import sys
sys.argv[0] = "oneshelf"
from pipeline.commands.main import app
app(standalone_mode=False)
heavy = {"tensorflow", "tfx", "keras", "apache_beam", "matplotlib", "openpyxl"}
sys.exit(f"imported: {sorted(heavy & set(sys.modules))}" if heavy & set(sys.modules) else 0)
"""


def test_predict_answers_with_the_phone_s_model_and_without_tensorflow(release_dir, photos):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TENSORFLOW, "predict", "--release", release_dir, photos[0]],
        capture_output=True,
        text=True,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["release"] == 1


def test_a_release_without_a_phone_s_model_answers_with_the_server_s(release_dir, monkeypatch):
    from components.predict import load_predictor as subject
    from components.predict.server_predictor import ServerPredictor

    monkeypatch.setattr(subject, "MODEL_FILE", "none.tflite")
    assert isinstance(subject.load_predictor(release_dir), ServerPredictor)


@pytest.mark.parametrize(("target", "lines"), [("serving", 1), ("edge", 0)])
def test_what_takes_a_while_to_load_is_said(release_dir, target, lines):
    from components.predict.load_predictor import load_release

    said = []
    load_release(release_dir, target, say=said.append)
    assert len(said) == lines
    assert all("loading the server's model of release 1" in line for line in said)

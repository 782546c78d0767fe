"""Groups in what is predicted: of the catalogue's column, and of packs that look the same."""

import dataclasses
import json
import subprocess
import sys

import pytest

from components.imaging.decoding import encode_jpeg

pytestmark = pytest.mark.tfx


@pytest.fixture
def photo(blocks, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(blocks[0])
    return path


@pytest.fixture
def catalog(tmp_path):
    """Writes a catalogue of four packs, each with the group given for it."""
    from tiny import draw_packshot

    def write(*groups: str, packs=(7, 8, 9, 10)):
        folder = tmp_path / "catalogue"
        folder.mkdir()
        lines = ["sku,name,category,image,group"]
        for number, (group, pack) in enumerate(zip(groups, packs, strict=True)):
            picture = draw_packshot(pack)
            picture[0, 0] = 254 - number  # or it would be the very picture of another one
            (folder / f"{number}.jpg").write_bytes(encode_jpeg(picture))
            lines.append(f"p-{number},Pack {number},Tea,{number}.jpg,{group}")
        (folder / "products.csv").write_text("\n".join(lines) + "\n")
        return folder / "products.csv"

    return write


@pytest.mark.parametrize("target", ["serving", "edge"])
def test_a_group_of_the_catalogue_is_answered_and_nothing_else_changes(
    release_dir, photo, catalog, tmp_path, target, monkeypatch
):
    from components.predict.build_index import build_index
    from components.predict.load_predictor import load_predictor
    from components.predict.predictor import predict_with

    built = build_index(release_dir, catalog("cola", "cola", "", ""), tmp_path / "index")
    predictor = load_predictor(release_dir, target, built.folder)
    assert {sku: predictor.groups[sku] for sku in ("p-0", "p-1")} == {"p-0": "cola", "p-1": "cola"}
    (record,) = predict_with(predictor, [photo], threshold=0.0)
    of_cola = [each for each in record.detections if each.group == "cola"]
    assert of_cola
    assert all(each.sku in ("p-0", "p-1") for each in of_cola)
    assert all(each.score <= each.group_score <= 1 for each in of_cola)
    assert record.group_counts["cola"] >= 1

    predictor.groups = {}
    (plain,) = predict_with(predictor, [photo], threshold=0.0)
    assert plain.group_counts is None
    stripped = [dataclasses.replace(each, group="", group_score=None) for each in record.detections]
    assert list(plain.detections) == stripped
    assert plain.counts == record.counts
    assert set(json.loads(record.to_json())) - set(json.loads(plain.to_json())) == {"group_counts"}


def test_packs_that_look_the_same_become_a_group_of_the_index(release_dir, catalog, tmp_path):
    from components.artifacts.product_table import read_products
    from components.predict.build_index import build_index

    table = catalog("", "", "", "mine", packs=(7, 7, 8, 7))
    built = build_index(release_dir, table, tmp_path / "index")
    assert built.alike["p-0"] == built.alike["p-1"] == "like p-0"
    assert "p-3" not in built.alike
    products = read_products(built.folder / "products.csv")
    assert products["p-0"]["group"] == "like p-0"
    assert products["p-3"]["group"] == "mine"


def test_the_script_of_an_edge_folder_answers_with_groups(release_dir, photo, tmp_path):
    """As long as the table of products lies beside it."""
    import shutil

    edge = tmp_path / "edge"
    shutil.copytree(release_dir / "1/edge", edge)
    lines = ["sku,name,category,group", *(f"sku-{n},Product {n},Tea,all" for n in range(4))]
    (edge / "products.csv").write_text("\n".join(lines) + "\n")
    said = subprocess.run(
        [sys.executable, str(edge / "predict.py"), str(photo)],
        capture_output=True,
        text=True,
        check=True,
    )
    record = json.loads(said.stdout)
    assert record["detections"]
    assert {each["group"] for each in record["detections"]} == {"all"}
    assert set(record["group_counts"]) <= {"all"}

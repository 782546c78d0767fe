"""`oneshelf shelf`: what a store sees, and which exit code a script gets."""

import csv
import json
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from components.predict.given_photos import given_photos
from components.predict.load_predictor import LoadedRelease
from components.predict.read_answers import read_answers
from components.records.prediction import Detection, PredictionRecord
from pipeline.commands import shelf_answers as command
from pipeline.commands.main import app


@pytest.fixture
def bay(tmp_path, monkeypatch):
    """A folder with answers for a photo of a row of A, B, D, and a planogram of A, B, C."""
    monkeypatch.chdir(tmp_path)
    found = tuple(
        Detection(sku, (60.0 + at * 80, 100.0, 130.0 + at * 80, 200.0), 0.9, shown=True)
        for at, sku in enumerate("ABD")
    )
    record = PredictionRecord("bay.jpg", 400, 300, found, {"A": 1, "B": 1, "D": 1})
    (tmp_path / "found.jsonl").write_text(record.to_json() + "\n")
    (tmp_path / "bay.csv").write_text("row,position,sku\n1,1,A\n1,2,B\n1,3,C\n")
    (tmp_path / "products.csv").write_text("sku,name,brand\nA,Apple tea,Moo\nC,Cocoa,Moo\n")
    return tmp_path


def shelf(*words: str):
    return CliRunner().invoke(app, ["shelf", *words], env={"COLUMNS": "200"})


def test_what_to_do_is_printed(bay):
    result = shelf("found.jsonl", "--planogram", "bay.csv", "--catalog", "products.csv")
    assert result.exit_code == 0
    assert "bay.jpg: 1 row, 3 facings" in result.output
    assert "planogram: 3 items: 2 ok, 1 missing" in result.output
    assert "compliance: 0.667 (2 of 3 facings shown are in their places)" in result.output
    assert "put 1 × Cocoa (C) at row 1, position 3, where D stands" in result.output


@pytest.mark.parametrize(
    ("kinds", "code"), [(["missing"], 1), (["low", "unknown"], 0), (["low", "extra"], 1)]
)
def test_a_script_is_told_by_the_exit_code_of_what_it_asks(bay, kinds, code):
    asked = [word for kind in kinds for word in ("--fail-on", kind)]
    assert shelf("found.jsonl", "--planogram", "bay.csv", *asked).exit_code == code


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--fail-on", "missing"], "--fail-on missing: nothing says what is to be there; "
         "--planogram or --expected"),
        (["--expected", "products.csv", "--fail-on", "extra"], "--fail-on extra: nothing says what "
         "is to be there; --planogram"),
    ],
)  # fmt: skip
def test_what_cannot_be_wrong_is_not_asked_for(bay, words, sentence):
    result = shelf("found.jsonl", *words)
    assert result.exit_code == 2
    assert result.output == f"{sentence}\n"


def test_where_nothing_was_looked_at_nothing_passes(bay):
    empty = PredictionRecord("dark.jpg", 400, 300)
    (bay / "found.jsonl").write_text(empty.to_json() + "\n")
    asked = ("found.jsonl", "--planogram", "bay.csv")
    assert (
        "nothing of the planogram is on the photos, so nothing was judged" in shelf(*asked).output
    )
    assert shelf(*asked).exit_code == 0
    assert shelf(*asked, "--fail-on", "missing").exit_code == 1


def test_a_photo_that_could_not_be_read_is_told_and_is_wrong_input(bay):
    broken = PredictionRecord("bad.jpg", error="is no photo")
    (bay / "found.jsonl").write_text(broken.to_json() + "\n")
    result = shelf("found.jsonl", "--planogram", "bay.csv")
    assert result.exit_code == 2
    assert "bad.jpg: is no photo" in result.output


def test_photos_are_looked_at_with_a_release(bay, monkeypatch):
    found = read_answers(bay / "found.jsonl")
    predictor = SimpleNamespace(operating_threshold=0.5)
    loaded = LoadedRelease(predictor, {"C": {"name": "Cocoa of the release"}})
    monkeypatch.setattr(command, "load_release", lambda *_: loaded)
    monkeypatch.setattr(command, "predict_with", lambda *_: found)
    result = shelf("bay.jpg", "--release", "releases", "--planogram", "bay.csv")
    assert result.exit_code == 0
    assert "put 1 × Cocoa of the release (C)" in result.output
    assert "SKU 'A' is not in the catalogue" in result.output


def test_without_a_catalogue_a_planogram_may_call_products_by_another_code(bay):
    fixture = {"Id": "1", "Y": 20, "X": 0}
    products = [{"Id": n, "Name": sku, "W": 8, "H": 10} for n, sku in enumerate("ABC")]
    positions = [
        {"ProductId": n, "FixtureId": "1", "X": n * 8, "Y": 10} for n in range(len(products))
    ]
    document = {"Products": products, "Fixtures": [fixture], "Positions": positions}
    (bay / "bay.json").write_text(json.dumps(document))
    assert "planogram: 3 items: 2 ok, 1 missing" in (
        shelf("found.jsonl", "--planogram", "bay.json").output
    )


def test_what_was_taken_otherwise_in_a_planogram_is_told(bay):
    (bay / "bay.csv").write_bytes("row,position,sku,name\n1,1,A,Thé\n".encode("cp1252"))
    result = shelf("found.jsonl", "--planogram", "bay.csv")
    assert "warning: bay.csv: is not in UTF-8, and read as Windows-1252" in result.output


def test_an_expected_product_that_the_catalogue_lacks_is_told(bay):
    (bay / "list.csv").write_text("sku\nB\nC\n")
    words = ("found.jsonl", "--expected", "list.csv", "--catalog", "products.csv")
    assert "list.csv: SKU 'B' is not in the catalogue" in shelf(*words).output


def test_all_answers_go_into_a_folder_and_may_be_written_again(bay):
    for _ in range(2):
        words = ("found.jsonl", "--planogram", "bay.csv", "--out", "answers")
        assert shelf(*words).exit_code == 0
    names = {path.name for path in (bay / "answers").iterdir()}
    assert names == {
        "shelf.json", "shelf.xlsx", "to_do.html",
        "to_do.csv", "items.csv", "facings.csv", "share.csv", "counts.csv",
        "gaps.csv", "predictions.jsonl",
    }  # fmt: skip
    document = json.loads((bay / "answers" / "shelf.json").read_text())
    assert document["to_do"][0]["sku"] == "C"
    with (bay / "answers" / "items.csv").open() as file:
        assert [row["status"] for row in csv.DictReader(file)] == ["ok", "ok", "missing"]


def test_a_photo_that_is_there_is_drawn_on_and_printed(bay):
    Image.new("RGB", (800, 600), "grey").save(bay / "bay.jpg")
    result = shelf("found.jsonl", "--planogram", "bay.csv", "--out", "answers")
    assert result.exit_code == 0
    drawing = np.asarray(Image.open(bay / "answers" / "bay.shelf.jpg"))
    assert drawing.shape == (600, 800, 3)
    # Boxes are of a photo half as large: the place of C has a frame on the photo as it is.
    assert np.ptp(drawing[190:410, 430:600]) > 100
    assert np.ptp(drawing[450:, 650:]) < 20
    text = (bay / "answers" / "to_do.html").read_text()
    assert text.count("data:image/jpeg;base64,") == 3  # the photo, and a detail of either line
    assert "put 1 × C at row 1, position 3, where D stands" in text


def test_gaps_are_not_looked_for_where_the_photo_is_gone_which_is_told(bay):
    result = shelf("found.jsonl", "--fail-on", "gap")
    assert "bay.jpg: gaps are not looked for (" in result.output
    assert result.exit_code == 1


def test_gaps_need_no_planogram(bay):
    Image.new("RGB", (800, 600), "grey").save(bay / "bay.jpg")
    assert shelf("found.jsonl", "--fail-on", "gap").exit_code == 0


def test_answers_of_an_earlier_visit_are_compared_with(bay):
    assert shelf("found.jsonl", "--out", "last-week").exit_code == 0
    for before in ("last-week", "last-week/shelf.json", "found.jsonl"):
        result = shelf("found.jsonl", "--before", before, "--out", "answers")
        assert result.exit_code == 0
        assert "since the earlier visit: no change" in result.output
        document = json.loads((bay / "answers" / "shelf.json").read_text())
        assert document["changes"] == []
        assert (bay / "answers" / "changes.csv").exists()


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("empty", "--before empty: holds no predictions.jsonl; name a folder that --out named, or "
         "what `oneshelf predict --json` wrote"),
        ("gone", "--before gone: is no file; name a folder that --out named, or what `oneshelf "
         "predict --json` wrote"),
    ],
)  # fmt: skip
def test_an_earlier_visit_that_is_none_is_wrong_input(bay, before, sentence):
    (bay / "empty").mkdir()
    result = shelf("found.jsonl", "--before", before)
    assert result.exit_code == 2
    assert result.output == f"{sentence}\n"


def test_answers_of_the_earlier_visit_are_not_written_over(bay):
    assert shelf("found.jsonl", "--out", "answers").exit_code == 0
    result = shelf("found.jsonl", "--before", "answers", "--out", "answers")
    assert result.exit_code == 2
    assert "answers/predictions.jsonl would be written over" in result.output


def test_without_a_plan_the_shares_are_printed(bay):
    lines = shelf("found.jsonl", "--catalog", "products.csv").output.split("\n")
    assert [line.split() for line in lines if "%" in line] == [
        ["(not", "said)", "2", "66.7%", "66.7%"],
        ["Moo", "1", "33.3%", "33.3%"],
    ]


def test_a_name_is_no_markup_of_the_terminal(bay):
    (bay / "products.csv").write_text("sku,name\nA,[bold]A\nB,B\nC,[/x]\\x1b[31mC\nD,D\n")
    result = shelf("found.jsonl", "--planogram", "bay.csv", "--catalog", "products.csv")
    assert result.exit_code == 0
    assert "[/x]" in result.output


def test_photos_that_are_gone_cannot_be_joined_which_is_said(bay):
    said = "bay.jpg, bay.jpg: not compared with the other photos (no such file), so what they and"
    assert said in shelf("found.jsonl", "found.jsonl").output
    assert "not compared" not in shelf("found.jsonl").output


def test_photos_that_overlap_become_one_bay(bay):
    rng = np.random.default_rng(0)
    wall = np.kron(rng.integers(0, 255, (40, 80, 3)), np.ones((10, 10, 1))).astype(np.uint8)
    boxes = [(60.0 + at * 120, 100.0, 160.0 + at * 120, 250.0) for at in range(6)]
    lines = []
    for name, left in (("one", 0), ("two", 300)):
        Image.fromarray(wall[:, left : left + 500]).save(bay / f"{name}.png")
        found = tuple(
            Detection("ABCDEF"[at], (x - left, y, right - left, foot), 0.9, shown=True)
            for at, (x, y, right, foot) in enumerate(boxes)
            if x >= left and right <= left + 500
        )
        lines.append(PredictionRecord(f"{name}.png", 500, 400, found).to_json())
    (bay / "found.jsonl").write_text("\n".join(lines) + "\n")
    (bay / "bay.csv").write_text("row,position,sku\n1,1,A\n1,2,B\n1,3,C\n1,4,X\n1,5,E\n1,6,F\n")
    result = shelf("found.jsonl", "--planogram", "bay.csv", "--out", "answers")
    assert "bay (joined from one.png, two.png): 1 row, 6 facings" in result.output
    assert "planogram: 6 items: 5 ok, 1 missing" in result.output
    document = json.loads((bay / "answers" / "shelf.json").read_text())
    assert [(each["sku"], each["shown"]) for each in document["counts"]] == [
        (sku, 1) for sku in "ABCDEF"
    ]
    assert [photo["shelf"] for photo in document["photos"]] == ["bay", "bay"]
    last = document["rows"][0]["facings"][-1]
    assert (last["photo"], last["box"], last["shelf"]) == ("two.png", [360, 100, 460, 250], "bay")
    assert last["shelf_box"][0] == pytest.approx(660, abs=3)
    assert Image.open(bay / "answers" / "bay.shelf.jpg").width == pytest.approx(800, abs=4)


def test_a_photo_that_is_gone_is_told_and_names_are_no_markup(bay):
    (bay / "bay.csv").write_text("row,position,sku,name\n1,1,<b>,<script>\n1,2,B,\n1,3,D,\n")
    result = shelf("found.jsonl", "--planogram", "bay.csv", "--out", "answers")
    assert "bay.jpg: no drawing of it (no such file)" in result.output
    text = (bay / "answers" / "to_do.html").read_text()
    assert "&lt;script&gt;" in text
    assert "<script>" not in text


def test_its_drawings_are_taken_for_no_photos(bay):
    Image.new("RGB", (800, 600), "grey").save(bay / "bay.jpg")
    shelf("found.jsonl", "--out", ".")
    given = given_photos([bay])
    assert [path.name for path in given.photos] == ["bay.jpg"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["bay.jpg"], "bay.jpg: is a photo or a folder: name a release to look at it with"),
        (["found.jsonl", "--index", "today"], "--index: is for photos"),
        (["found.jsonl", "--out", "bay.csv"], "--out bay.csv: is a file; name a folder"),
        (["none.jsonl"], "none.jsonl: the file does not exist; check the path"),
        (["found.jsonl", "--out", "/proc/answers"], "/proc/answers: cannot hold answers"),
        (
            ["bay.jpg", "--release", "none", "--planogram", "none.csv"],
            "none.csv: the file does not",
        ),
        (["found.jsonl", "--planogram", "none.psa"], "none.psa: the file does not exist"),
        (
            ["found.jsonl", "--planogram", "products.csv"],
            "products.csv, row 1: no column 'row' (there are: sku, name, brand)",
        ),
        (["found.jsonl", "--expected", "items.csv", "--out", "."], "items.csv would be written"),
    ],
)
def test_what_does_not_go_together_is_a_sentence(bay, words, sentence):
    (bay / "items.csv").write_text("sku\nA\n")
    result = shelf(*words)
    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())


def test_a_planned_product_that_the_catalogue_lacks_is_told(bay):
    result = shelf("found.jsonl", "--planogram", "bay.csv", "--catalog", "products.csv")
    assert "bay.csv, row 3: SKU 'B' is not in the catalogue" in result.output

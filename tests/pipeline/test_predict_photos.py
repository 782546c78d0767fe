"""What predictions look like to people, and to programs."""

import csv
import io
import json
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import openpyxl
import pytest

from components.predict.load_predictor import LoadedRelease
from components.records.prediction import Detection, PredictionRecord
from pipeline.commands import predict_photos as use
from pipeline.errors import WrongInput

FOUND = PredictionRecord("shelf.jpg", 1280, 960, counts={"4711": 2, "4712": 1})
PRODUCTS = {"4711": {"name": "Milk", "category": "Dairy", "brand": "Moo"}}
GREY = np.full((96, 128, 3), 150, np.uint8)
NO_PHOTO = PredictionRecord("broken.jpg", error="is no photo")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def predict(monkeypatch):
    def to(terminal, photos=(), threshold=None, photo=GREY, found=FOUND, **outputs) -> use.Answered:
        @contextmanager
        def seen():
            yield terminal

        def answers(predictor, files, on_photo, asked, judge):
            assert asked == (0.5 if threshold is None else threshold)
            return [judge(photo, found), NO_PHOTO]

        predictor = SimpleNamespace(operating_threshold=0.5, names={"4711": "Milk"})
        monkeypatch.setattr(use, "without_noise", seen)
        monkeypatch.setattr(use, "load_release", lambda *_: LoadedRelease(predictor, PRODUCTS))
        monkeypatch.setattr(use, "predict_with", answers)
        return use.predict_photos("releases", photos, None, None, threshold, use.Outputs(**outputs))

    return to


def test_a_pipe_gets_json(predict):
    terminal = io.StringIO()
    assert predict(terminal).unreadable == 1
    lines = [json.loads(line) for line in terminal.getvalue().splitlines()]
    assert [line["photo"] for line in lines] == ["shelf.jpg", "broken.jpg"]


def test_a_terminal_gets_counts(predict):
    terminal = Terminal()
    assert predict(terminal).unreadable == 1
    assert terminal.getvalue() == "shelf.jpg: 2 × Milk (4711), 1 × 4712\nbroken.jpg: is no photo\n"


def test_products_without_a_name_are_counted_and_a_photo_of_too_many_is_told(predict):
    stranger = Detection("unknown_product", (0.0, 0.0, 90.0, 120.0), 0.8, shown=True)
    terminal = Terminal()
    predict(terminal, found=replace(FOUND, detections=(stranger,), full=True))
    said = "1 × not in the catalogue; there may be more: photograph this shelf in parts"
    assert terminal.getvalue().splitlines()[0] == f"shelf.jpg: 2 × Milk (4711), 1 × 4712, {said}"


def test_of_a_bad_photo_is_said_what_to_do(predict, tmp_path):
    terminal = Terminal()
    predict(terminal, photo=GREY // 20, json=tmp_path / "lines.jsonl")
    said = "too dark: turn on the flash, or step aside if the shadow is yours"
    assert terminal.getvalue().splitlines()[1] == f"shelf.jpg: {said}"
    line = json.loads((tmp_path / "lines.jsonl").read_text().splitlines()[0])
    check = line["photo_check"]
    assert (check["fault"], check["sentence"]) == ("dark", said)
    assert check["score"] < 0.1


def test_json_in_a_file_leaves_counts_for_whoever_watches(predict, tmp_path):
    terminal = io.StringIO()
    predict(terminal, json=tmp_path / "lines.jsonl")
    assert terminal.getvalue().startswith("shelf.jpg: 2 × Milk (4711)")
    assert len((tmp_path / "lines.jsonl").read_text().splitlines()) == 2


def test_a_threshold_of_ones_own_is_handed_on(predict):
    predict(io.StringIO(), threshold=0.8)


@pytest.mark.parametrize("threshold", [-0.1, 1.5, float("nan"), float("inf")])
def test_a_threshold_that_is_no_probability_is_refused(predict, threshold):
    with pytest.raises(WrongInput, match=r"--threshold .*: is no probability; give one from 0"):
        predict(io.StringIO(), threshold=threshold)


def test_of_a_folder_its_photos_are_taken_and_the_rest_is_named(predict, tmp_path):
    (tmp_path / "b.jpg").touch()
    (tmp_path / "notes.txt").touch()
    answered = predict(io.StringIO(), [tmp_path])
    assert answered.photos == 1
    assert answered.remarks == ("left out: 1 files that are no photos (notes.txt)",)


def test_a_table_has_a_row_per_photo_and_product(predict, tmp_path):
    (tmp_path / "expected.csv").write_text("sku\n4711\n")
    predict(
        io.StringIO(),
        csv=tmp_path / "counts.csv",
        xlsx=tmp_path / "counts.xlsx",
        expected=tmp_path / "expected.csv",
    )
    with (tmp_path / "counts.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["photo"], row["sku"], row["count"], row["error"]) for row in rows] == [
        ("shelf.jpg", "4711", "2", ""),
        ("shelf.jpg", "4712", "1", ""),
        ("broken.jpg", "", "", "is no photo"),
    ]
    assert (rows[0]["name"], rows[0]["category"], rows[0]["brand"]) == ("Milk", "Dairy", "Moo")
    sheet = openpyxl.load_workbook(tmp_path / "counts.xlsx").active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()][1][3:8] == [
        *("4711", "Milk", "Dairy", "Moo", 2)
    ]


def test_a_list_of_what_is_expected_needs_a_table(predict, tmp_path):
    with pytest.raises(WrongInput, match="name one with --csv or --xlsx"):
        predict(io.StringIO(), expected=tmp_path / "expected.csv")


def test_a_table_that_cannot_be_written_is_one_line(predict, tmp_path):
    for kind in ("csv", "xlsx"):
        with pytest.raises(WrongInput, match=r"gone/counts: cannot be written \(No such file"):
            predict(io.StringIO(), **{kind: tmp_path / "gone" / "counts"})


def test_a_table_of_another_kind_beside_the_photos_stops_nothing(predict, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "photos.csv").write_text("name,size\nshelf.jpg,3\n")
    answered = predict(io.StringIO(), csv=tmp_path / "t.csv")
    (remark,) = answered.remarks
    assert remark.startswith("warning: photos.csv, row 1: no column 'image'")
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 4


def test_a_name_of_a_photo_steers_no_terminal(predict):
    terminal = Terminal()
    predict(terminal, found=replace(FOUND, photo="a\x1b[2J\n.jpg"))
    assert terminal.getvalue().startswith("a\\x1b[2J\\n.jpg: 2 × Milk (4711)")

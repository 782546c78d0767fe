"""What predictions look like to people, and to programs."""

import io
import json
from contextlib import contextmanager

import pytest

from components.predict.build_index import BuiltIndex, IndexStamp
from components.records.prediction import PredictionRecord
from pipeline.commands import use_release as use

FOUND = PredictionRecord("shelf.jpg", 1280, 960, counts={"4711": 2, "4712": 1})
NO_PHOTO = PredictionRecord("broken.jpg", error="is no photo")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def predict(monkeypatch):
    def to(terminal, json_file=None) -> int:
        @contextmanager
        def seen():
            yield terminal

        monkeypatch.setattr(use, "without_noise", seen)
        monkeypatch.setattr(use, "load_predictor", lambda *_: None)
        monkeypatch.setattr(use, "predict_with", lambda *_: [FOUND, NO_PHOTO])
        return use.predict_photos("releases", [], None, json_file, None, "serving")

    return to


def test_a_pipe_gets_json(predict):
    terminal = io.StringIO()
    assert predict(terminal) == 1
    lines = [json.loads(line) for line in terminal.getvalue().splitlines()]
    assert [line["photo"] for line in lines] == ["shelf.jpg", "broken.jpg"]


def test_a_terminal_gets_counts(predict):
    terminal = Terminal()
    assert predict(terminal) == 1
    assert terminal.getvalue() == "shelf.jpg: 2 × 4711, 1 × 4712\nbroken.jpg: is no photo\n"


def test_json_in_a_file_leaves_counts_for_whoever_watches(predict, tmp_path):
    terminal = io.StringIO()
    predict(terminal, tmp_path / "lines.jsonl")
    assert terminal.getvalue().startswith("shelf.jpg: 2 × 4711")
    assert len((tmp_path / "lines.jsonl").read_text().splitlines()) == 2


def test_a_new_index_tells_serving_versions_that_keep_the_old_one(monkeypatch, tmp_path):
    terminal = io.StringIO()

    @contextmanager
    def seen():
        yield terminal

    stamp = IndexStamp("c0ffee", release=1, skus=3, views=4, sha256="")
    built = BuiltIndex(tmp_path / "today", stamp, None, older=(2, 3))
    monkeypatch.setattr(use, "without_noise", seen)
    monkeypatch.setattr(use, "build_index", lambda *_: built)
    use.write_index("releases", tmp_path / "products.csv", tmp_path / "today", serving=False)
    assert terminal.getvalue().splitlines()[1] == (
        f"{tmp_path}/today/serving/2, 3: still with the index of then; --serving writes a version "
        "with this one"
    )

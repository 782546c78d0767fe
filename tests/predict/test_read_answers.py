"""Answers of `oneshelf predict`, read again."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.predict.read_answers import read_answers
from components.records.prediction import Detection, PredictionRecord
from components.records.problems import InputError

FOUND = PredictionRecord(
    "shelf.jpg", 100, 80, (Detection("tea", (1.0, 2.0, 30.0, 40.0), 0.9, shown=True),), {"tea": 1}
)


def test_what_predict_wrote_is_read_as_it_was(tmp_path):
    broken = PredictionRecord("bad.jpg", error="is no photo")
    file = tmp_path / "found.jsonl"
    file.write_text(f"{FOUND.to_json()}\n\n{broken.to_json()}\n")
    assert read_answers(file) == [FOUND, broken]


def spoilt(**changes: object) -> str:
    entry = json.loads(FOUND.to_json())
    entry["detections"][0].update(changes.pop("detection", {}))
    return json.dumps({**entry, **changes})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{}", "row 1: is no answer for a photo"),
        ("[1]", "row 1: is no answer for a photo"),
        ("{", "row 1: is no answer for a photo"),
        (spoilt(width="wide"), "row 1: width and height are no lengths in pixels"),
        (spoilt(photo=7), "row 1: photo is no name"),
        (spoilt(detection={"box": [1, 2, 1, 9]}), "row 1: the box of detection 1 is none"),
        (spoilt(detection={"box": [1, 2, "x", 9]}), "row 1: the box of detection 1 is none"),
        (spoilt(detection={"sku": None}), "row 1: the SKU of detection 1 is no text"),
        (
            spoilt(detection={"score": float("nan")}),
            "row 1: the score of detection 1 is no number",
        ),
    ],
)
def test_what_it_did_not_write_is_refused_with_its_line(tmp_path, line, sentence):
    file = tmp_path / "found.jsonl"
    file.write_text(line + "\n")
    with pytest.raises(InputError) as refused:
        read_answers(file)
    assert str(refused.value).replace(f"{tmp_path}/", "") == (
        f"found.jsonl, {sentence}; give the file that `oneshelf predict --json` wrote"
    )


def test_an_empty_file_holds_no_answer(tmp_path):
    (tmp_path / "found.jsonl").write_text("\n")
    with pytest.raises(InputError, match="holds no answer"):
        read_answers(tmp_path / "found.jsonl")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=120))
def test_whatever_it_holds_it_is_read_or_refused(tmp_path, data):
    (tmp_path / "found.jsonl").write_bytes(data)
    with pytest.raises(InputError):
        read_answers(tmp_path / "found.jsonl")

import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.records.prediction import (
    Detection,
    PredictionRecord,
    RunnerUp,
    count_products,
    read_record,
    write_records,
)

MILK = Detection("milk", (1.04, 2.0, 30.06, 40.0), 0.93456, RunnerUp("oat", 0.05), 0.1)
OAT = Detection("oat", (50.0, 2.0, 80.0, 40.0), 0.4)


def test_a_record_is_the_line_of_the_design():
    record = PredictionRecord("shelf/a.jpg", 1280, 960, (MILK, OAT), {"milk": 1})

    assert json.loads(record.to_json()) == {
        "photo": "shelf/a.jpg",
        "width": 1280,
        "height": 960,
        "detections": [
            {
                "sku": "milk",
                "box": [1.0, 2.0, 30.1, 40.0],
                "score": 0.9346,
                "runner_up": {"sku": "oat", "score": 0.05},
                "ambiguity": 0.1,
            },
            {
                "sku": "oat",
                "box": [50.0, 2.0, 80.0, 40.0],
                "score": 0.4,
                "runner_up": None,
                "ambiguity": 0.0,
            },
        ],
        "counts": {"milk": 1},
    }


def test_an_error_is_all_that_is_said_of_a_bad_photo():
    record = PredictionRecord("b.jpg", error="truncated JPEG")

    assert json.loads(record.to_json()) == {"photo": "b.jpg", "error": "truncated JPEG"}
    assert read_record(record.to_json()) == record


def test_counts_take_what_reaches_the_threshold():
    assert count_products([MILK, OAT, OAT], 0.4) == {"milk": 1, "oat": 2}
    assert count_products([MILK, OAT], 0.41) == {"milk": 1}
    assert count_products([], 0.0) == {}


def test_a_score_that_is_no_number_is_not_written_as_one():
    broken = PredictionRecord("a", 9, 9, (Detection("milk", (0, 0, 1, 1), float("nan")),))

    with pytest.raises(ValueError, match="JSON"):
        broken.to_json()


def test_records_are_lines_in_their_order():
    out = io.StringIO()

    written = write_records([PredictionRecord("b", error="x"), PredictionRecord("a", 3, 4)], out)

    assert written == 2
    assert [read_record(line).photo for line in out.getvalue().splitlines()] == ["b", "a"]


@pytest.mark.parametrize("line", ["", "[]", '{"photo": "a"}', '{"photo": "a", "width": 3}'])
def test_other_lines_are_refused(line):
    with pytest.raises(ValueError, match="not a prediction record"):
        read_record(line)


coordinate = st.integers(0, 50_000).map(lambda tenths: tenths / 10)
share = st.integers(0, 10_000).map(lambda parts: parts / 10_000)
detection = st.builds(
    Detection,
    sku=st.text(min_size=1),
    box=st.tuples(coordinate, coordinate, coordinate, coordinate),
    score=share,
    runner_up=st.none() | st.builds(RunnerUp, st.text(min_size=1), share),
    ambiguity=share,
)


@given(st.text(), st.lists(detection, max_size=3))
def test_what_is_written_reads_back(photo, detections):
    record = PredictionRecord(photo, 640, 480, tuple(detections), {"milk": 2})

    line = record.to_json()

    assert "\n" not in line
    assert read_record(line) == record


def test_a_file_name_that_is_no_utf8_can_be_written_and_reads_back():
    record = PredictionRecord(os.fsdecode(b"shelf-\xff.jpg"), error="no such file")

    record.to_json().encode("utf-8")

    assert read_record(record.to_json()) == record

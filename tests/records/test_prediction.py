import io
import json
import os
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.records.prediction import (
    Detection,
    Origin,
    PredictionRecord,
    RunnerUp,
    count_products,
    count_unknown,
    read_record,
    shown_at,
    write_records,
)

MILK = Detection("milk", (1.04, 2.0, 30.06, 40.0), 0.93456, RunnerUp("oat", 0.05), 0.1)
OAT = Detection("oat", (50.0, 2.0, 80.0, 40.0), 0.4)


def test_a_record_is_the_line_of_the_design():
    found = shown_at((MILK, OAT), 0.5, {"milk": "Milk 3%"})
    record = PredictionRecord(
        "shelf/a.jpg", 1280, 960, found, {"milk": 1}, None, Origin(7, "c0ffee"), 0.5
    )

    assert json.loads(record.to_json()) == {
        "photo": "shelf/a.jpg",
        "release": 7,
        "index": "c0ffee",
        "threshold": 0.5,
        "width": 1280,
        "height": 960,
        "detections": [
            {
                "number": 1,
                "sku": "milk",
                "name": "Milk 3%",
                "shown": True,
                "box": [1.0, 2.0, 30.1, 40.0],
                "score": 0.9346,
                "runner_up": {"sku": "oat", "score": 0.05},
                "ambiguity": 0.1,
            },
            {
                "number": 2,
                "sku": "oat",
                "name": "oat",
                "shown": False,
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
    aside = replace(OAT, box=(90.0, 2.0, 120.0, 40.0))
    assert count_products([MILK, OAT, aside], 0.4) == {"milk": 1, "oat": 2}
    assert count_products([MILK, OAT], 0.41) == {"milk": 1}
    assert count_products([], 0.0) == {}


def test_one_product_counts_once_whatever_an_index_holds_twice():
    best, twin = (Detection(sku, (0.0, 0.0, 20.0, 40.0), 0.5) for sku in ("milk", "mylk"))
    beside = Detection("mylk", (15.0, 0.0, 35.0, 40.0), 0.5)

    shown = [each.shown for each in shown_at([best, twin, beside], 0.5, {})]

    assert shown == [True, False, True]
    assert count_products([best, twin, beside], 0.5) == {"milk": 1, "mylk": 1}


def test_a_place_that_is_not_shown_takes_none_from_others():
    wide = Detection("milk", (0.0, 0.0, 20.0, 40.0), 0.9)
    between = Detection("oat", (9.0, 0.0, 24.0, 40.0), 0.8)
    right = Detection("tea", (14.0, 0.0, 34.0, 40.0), 0.7)

    assert count_products([wide, between, right], 0.5) == {"milk": 1, "oat": 1, "tea": 1}
    near = replace(between, box=(4.0, 0.0, 24.0, 40.0))
    assert count_products([wide, near, right], 0.5) == {"milk": 1, "tea": 1}


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
    name=st.text(),
    shown=st.none() | st.booleans(),
)


@given(
    st.text(),
    st.lists(detection, max_size=3),
    st.tuples(st.none() | st.integers(1), st.text()),
    st.none() | share,
)
def test_what_is_written_reads_back(photo, detections, release_and_index, threshold):
    origin = Origin(*release_and_index)
    record = PredictionRecord(
        photo, 640, 480, tuple(detections), {"milk": 2}, None, origin, threshold
    )

    line = record.to_json()

    assert "\n" not in line
    assert read_record(line) == record


def test_a_file_name_that_is_no_utf8_can_be_written_and_reads_back():
    record = PredictionRecord(os.fsdecode(b"shelf-\xff.jpg"), error="no such file")

    record.to_json().encode("utf-8")

    assert read_record(record.to_json()) == record


STRANGER = Detection("unknown_product", (100.0, 2.0, 130.0, 40.0), 0.8)


def test_a_product_of_no_sku_is_shown_and_never_counted():
    found = shown_at((MILK, STRANGER), 0.5, {})
    assert (found[1].shown, found[1].name) == (True, "not in the catalogue")
    assert count_products((MILK, STRANGER), 0.5) == {"milk": 1}
    assert count_unknown(found) == 1


def test_a_record_says_where_there_may_be_more():
    record = PredictionRecord("a.jpg", 4, 3, full=True)
    assert json.loads(record.to_json())["full"] is True
    assert read_record(record.to_json()).full
    assert "full" not in json.loads(PredictionRecord("a.jpg", 4, 3).to_json())

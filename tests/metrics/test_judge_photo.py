"""Judged photos: the format of `oneshelf predict`, with truth and outcomes."""

import json

import pytest

from components.artifacts.judged_photos import PREDICTIONS_FILES, read_judged_photos
from components.metrics.judge_photo import judge_photo
from components.records.prediction import read_record

LEFT, RIGHT = [0, 0, 10, 10], [20, 0, 30, 10]


@pytest.fixture
def line(make_record, make_truth, make_detections):
    record = make_record(
        make_truth([LEFT, RIGHT], ["a", "a"], new=[1]),
        make_detections(
            [LEFT, RIGHT, [float("nan"), 0, 1, 1], RIGHT],
            ["a", "b", "a", "a"],
            [0.9, 0.8, 0.7, 0.3],
            runner_ups=[None, ("a", 0.5), None, None],
            ambiguity=[0, 0.77, 0, 0],
        ),
    )
    return judge_photo(record, 0.5).to_json_line()


def test_a_prediction_reader_understands_it(line):
    record = read_record(line)
    assert [found.sku for found in record.detections] == ["a", "b", "a"]
    assert record.detections[1].runner_up.sku == "a"
    assert record.counts == {"a": 1, "b": 1}


def test_every_box_is_judged(line):
    entry = json.loads(line)
    assert [each["outcome"] for each in entry["detections"]] == ["right", "wrong", "below"]
    assert entry["truth"] == [
        {"sku": "a", "box": LEFT, "new": False, "outcome": "found", "mistaken_for": None},
        {"sku": "a", "box": RIGHT, "new": True, "outcome": "missed", "mistaken_for": 1},
    ]


def test_shards_are_read_as_one(line, tmp_path):
    for shard in range(2):
        path = tmp_path / f"{PREDICTIONS_FILES}-0000{shard}-of-00002.jsonl"
        path.write_text(f"{line}\n{line}\n")
    assert len(list(read_judged_photos(str(tmp_path)))) == 4


def test_a_missed_product_names_the_detection_that_stands_there(
    make_record, make_truth, make_detections
):
    record = make_record(
        make_truth([LEFT, RIGHT], ["a", "c"]),
        make_detections([LEFT, RIGHT], ["a", "b"], [0.9, 0.8]),
    )
    assert [each.mistaken_for for each in judge_photo(record, 0.5).truth] == [None, 1]

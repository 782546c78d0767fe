"""The summary document: written, read, refused."""

import pydantic
import pytest

from components.artifacts.evaluation_summary import SUMMARY_FILE, Product, Summary, load_summary
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.metric_names import METRIC_NAMES


@pytest.fixture
def summary(make_record, make_truth, make_detections):
    metrics = DetectionMetrics(0.5)
    box = [[0, 0, 10, 10]]
    record = make_record(make_truth(box, ["a"]), make_detections(box, ["a"], [0.9]))
    model = metrics.summarise([metrics.tally(record)])
    return Summary(
        **dict(model), baseline=model, products={"a": Product(name="Cola", category="drinks")}
    )


def test_round_trip(summary, tmp_path):
    (tmp_path / SUMMARY_FILE).write_text(summary.model_dump_json())
    assert load_summary(str(tmp_path)) == summary


def test_unfinished_evaluation(tmp_path):
    with pytest.raises(FileNotFoundError, match="did not finish"):
        load_summary(str(tmp_path))


def test_no_number_can_be_missing_in_disguise(summary):
    with pytest.raises(pydantic.ValidationError):
        Summary(**{**dict(summary), "metrics": {"map50": float("nan")}})


def test_every_metric_is_explained():
    assert {metric.better for metric in METRIC_NAMES.values()} == {"higher", "lower"}
    meanings = [metric.meaning for metric in METRIC_NAMES.values()]
    assert all(meanings)
    titles = [metric.title for metric in METRIC_NAMES.values()]
    assert all(titles)
    assert len(set(titles)) == len(METRIC_NAMES)

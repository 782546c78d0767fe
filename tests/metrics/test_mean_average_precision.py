import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.mean_average_precision import mean_average_precisions
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth

SKUS = ("a", "b", "c", "unknown_product")


def _boxes(random, count):
    corner = random.integers(0, 40, (count, 2))
    return np.concatenate([corner, corner + random.integers(5, 25, (count, 2))], axis=1).astype(
        float
    )


def _record(random, number):
    truths, found = random.integers(0, 6), random.integers(0, 12)
    truth = Truth(
        _boxes(random, truths),
        random.choice(np.array(SKUS, object), truths),
        difficult=random.random(truths) < 0.2,
        crowd=random.random(truths) < 0.2,
        new=np.zeros(truths, bool),
    )
    boxes = _boxes(random, found)
    near = min(truths, found)
    boxes[:near] = truth.boxes[:near] + random.integers(-2, 3, (near, 4))
    detections = Detections(
        boxes,
        random.choice(np.array(SKUS[:3], object), found),
        random.integers(1, 20, found) / 20,
        np.full(found, "", object),
        np.zeros(found),
        np.zeros(found),
    )
    return PhotoRecord(PhotoTruth(str(number), str(number), 64, 64, truth), detections)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_they_are_those_that_the_evaluator_reports(seed):
    random = np.random.default_rng(seed)
    records = [_record(random, number) for number in range(random.integers(1, 6))]
    new_skus = frozenset({"c"})
    judge = DetectionMetrics(0.5, new_skus)
    metrics = judge.summarise([judge.tally(record) for record in records]).metrics
    expected = {name: metrics[name] for name in metrics if name.startswith("map50")}
    assert mean_average_precisions(records, new_skus) == pytest.approx(expected)


def test_without_photos_there_is_none():
    assert mean_average_precisions([], frozenset()) == {}

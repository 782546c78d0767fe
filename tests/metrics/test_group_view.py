"""Both accuracies: of the SKU, and of its group."""

import numpy as np
import pytest

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.group_view import at_group
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth

HERE, AWAY = [0.0, 0.0, 10.0, 20.0], [40.0, 0.0, 50.0, 20.0]
GROUPS = {"cola-1": "cola", "cola-2": "cola"}


def photo(truths, found) -> PhotoRecord:
    """A photo of (SKU, box) truths, and detections (SKU, box, score)."""
    count = len(truths)
    truth = Truth(
        boxes=np.array([box for _, box in truths], float).reshape(-1, 4),
        skus=np.array([sku for sku, _ in truths], object),
        difficult=np.zeros(count, bool),
        crowd=np.zeros(count, bool),
        new=np.zeros(count, bool),
    )
    detections = Detections(
        boxes=np.array([box for _, box, _ in found], float).reshape(-1, 4),
        skus=np.array([sku for sku, _, _ in found], object),
        scores=np.array([score for _, _, score in found], float),
        runner_up_skus=np.array([""] * len(found), object),
        runner_up_scores=np.zeros(len(found)),
        ambiguity=np.zeros(len(found)),
    )
    return PhotoRecord(PhotoTruth("a", "a.jpg", 100, 100, truth), detections)


def metrics(record, groups) -> dict[str, float]:
    judge = DetectionMetrics(0.5, groups=groups)
    return judge.summarise([judge.tally(record)]).metrics


def test_a_coin_flip_within_a_group_is_found_as_the_group():
    flip = photo(
        [("cola-1", HERE), ("milk", AWAY)],
        [("cola-2", HERE, 0.45), ("cola-1", HERE, 0.44), ("milk", AWAY, 0.9)],
    )
    found = metrics(flip, GROUPS)
    assert found["recall_at_threshold"] == 0.5
    assert found["group_recall_at_threshold"] == 1.0
    assert found["group_precision_at_threshold"] == 1.0


def test_a_wrong_member_is_the_right_group():
    found = metrics(photo([("cola-1", HERE)], [("cola-2", HERE, 0.9)]), GROUPS)
    assert (found["precision_at_threshold"], found["group_precision_at_threshold"]) == (0.0, 1.0)


def test_a_wrong_group_stays_wrong_and_a_member_elsewhere_stays_itself():
    record = photo([("cola-1", HERE)], [("milk", HERE, 0.9), ("cola-2", AWAY, 0.8)])
    found = metrics(record, GROUPS)
    assert found["group_precision_at_threshold"] == found["group_recall_at_threshold"] == 0.0
    assert at_group(record, GROUPS).detections.skus.tolist() == ["milk", "group:cola"]


def test_a_group_called_like_a_product_is_not_that_product():
    record = photo([("milk", HERE)], [("cola-1", HERE, 0.9)])
    assert metrics(record, {"cola-1": "milk"})["group_recall_at_threshold"] == 0.0


def test_without_groups_there_is_nothing_by_group():
    record = photo([("cola-1", HERE)], [("cola-1", HERE, 0.9)])
    assert not [name for name in metrics(record, {}) if name.startswith("group_")]


def test_groups_change_no_figure_of_skus():
    record = photo(
        [("cola-1", HERE), ("milk", AWAY)], [("cola-2", HERE, 0.45), ("milk", AWAY, 0.9)]
    )
    with_groups, without = metrics(record, GROUPS), metrics(record, {})
    assert {name: with_groups[name] for name in without} == pytest.approx(without)


def test_an_empty_photo_has_no_groups():
    assert len(at_group(photo([], []), GROUPS).detections) == 0

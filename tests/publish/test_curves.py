"""The report draws the curves that the evaluation counted."""

import dataclasses

import numpy as np

from components.artifacts.evaluation_summary import Summary
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.publish.report.render_report import render_report

REGION, APART = [0, 0, 60, 20], [80, 0, 100, 20]
IN_REGION = [[0, 0, 20, 20], [20, 0, 40, 20], [40, 0, 60, 20]]


def _with_a_crowd() -> PhotoRecord:
    """A photo with a region of any number of milk and one bottle apart; all four are found."""
    truth = Truth(
        boxes=np.array([REGION, APART], float),
        skus=np.array(["milk", "milk"], object),
        difficult=np.zeros(2, bool),
        crowd=np.array([True, False]),
        new=np.zeros(2, bool),
    )
    detections = Detections(
        boxes=np.array([*IN_REGION, APART], float),
        skus=np.array(["milk"] * 4, object),
        scores=np.array([0.9, 0.8, 0.7, 0.6]),
        runner_up_skus=np.array([""] * 4, object),
        runner_up_scores=np.zeros(4),
        ambiguity=np.zeros(4),
    )
    return PhotoRecord(PhotoTruth("photo", "photo.jpg", 100, 20, truth), detections)


def test_detections_in_a_crowd_region_are_neither_right_nor_wrong(make_content):
    metrics = DetectionMetrics(0.5)
    judged = metrics.summarise([metrics.tally(_with_a_crowd())])
    assert judged.metrics["precision_at_threshold"] == 1
    (curve,) = judged.precision_recall
    assert (curve.recall, curve.precision, curve.at_threshold) == ((1,), (1,), (1, 1))
    summary = Summary(**dict(judged), baseline=None, products={})
    report = render_report(dataclasses.replace(make_content(), summary=summary))
    assert "seen products at the operating threshold: recall 1.000, precision 1.000" in report


def test_the_summary_of_an_older_run_has_no_curves(make_content):
    content = make_content()
    older = content.summary.model_dump()
    del older["precision_recall"], older["baseline"]["precision_recall"]
    report = render_report(dataclasses.replace(content, summary=Summary.model_validate(older)))
    assert "Precision over recall" not in report
    assert "The operating threshold." in report

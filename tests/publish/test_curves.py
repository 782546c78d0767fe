import numpy as np
import pytest

from components.publish.curves import precision_recall

THRESHOLD = 0.5


def _line(truth, detections, source_id="photo"):
    """A photo of 100 x 100 with products at given places along a row: (place, sku, …) each."""

    def box(place):
        return [20.0 * place, 0.0, 20.0 * place + 18, 90.0]

    return {
        "source_id": source_id,
        "photo": "photo.jpg",
        "width": 100,
        "height": 100,
        "label": "",
        "truth": [
            {"sku": sku, "box": box(place), "new": new, "outcome": outcome}
            for place, sku, new, outcome in truth
        ],
        "detections": [
            {"sku": sku, "box": box(place), "score": score, "runner_up": None, "ambiguity": 0.0}
            for place, sku, score in detections
        ],
    }


def test_the_curve_counts_from_the_best_score_down():
    line = _line(
        truth=[(0, "a", False, "found"), (1, "b", False, "found"), (2, "a", False, "missed")],
        detections=[(0, "a", 0.9), (4, "b", 0.8), (1, "b", 0.7), (2, "b", 0.3)],
    )
    (curve,) = precision_recall([line], THRESHOLD, {"n"})
    assert curve.name == "seen"
    np.testing.assert_allclose(curve.recall, [1 / 3, 1 / 3, 2 / 3, 2 / 3])
    np.testing.assert_allclose(curve.precision, [1, 2 / 3, 2 / 3, 1 / 2])
    assert curve.at_threshold == pytest.approx((2 / 3, 2 / 3))


def test_seen_and_new_skus_have_curves_of_their_own():
    line = _line(
        truth=[(0, "a", False, "found"), (1, "n", True, "missed")],
        detections=[(0, "a", 0.9), (1, "a", 0.8)],
    )
    seen, new = precision_recall([line], THRESHOLD, {"n"})
    np.testing.assert_allclose(seen.precision, [1])
    np.testing.assert_allclose(new.recall, [0])


def test_ignored_products_neither_help_nor_hurt():
    line = _line(
        truth=[(0, "a", False, "found"), (1, "a", False, "ignored")],
        detections=[(1, "a", 0.95), (0, "a", 0.9)],
    )
    (curve,) = precision_recall([line], THRESHOLD, {"n"})
    np.testing.assert_allclose(curve.precision, [1])
    np.testing.assert_allclose(curve.recall, [1])


def test_a_blind_model_has_an_empty_curve_and_no_point():
    (curve,) = precision_recall([_line([(0, "a", False, "missed")], [])], THRESHOLD, {"n"})
    assert len(curve.recall) == 0
    assert curve.at_threshold is None


def test_without_annotated_products_there_is_no_curve():
    assert precision_recall([_line([], [(0, "a", 0.9)])], THRESHOLD, {"n"}) == []


def test_the_curve_ends_at_the_recall_that_the_summary_states(lines, make_summary):
    summary = make_summary(compared=False)
    seen, new = precision_recall(
        iter(lines), THRESHOLD, {row.sku for row in summary.skus if row.new}
    )
    truths = {"seen": 0, "new": 0}
    for row in summary.skus:
        truths["new" if row.new else "seen"] += row.truths
    found = seen.recall[-1] * truths["seen"] + new.recall[-1] * truths["new"]
    assert found / sum(truths.values()) == pytest.approx(summary.metrics["recall50"])

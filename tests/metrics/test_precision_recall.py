"""The curves of precision over recall agree with the counts of all other metrics."""

import pytest

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.precision_recall import MOST_POINTS

NEW = "n"


def _box(place):
    return [20 * place, 0, 20 * place + 18, 90]


@pytest.fixture
def curves_of(make_record, make_truth, make_detections):
    """Return a function that makes the curves of one photo with products along a row.

    Truths are (place, SKU), detections (place, SKU, score).
    """

    def run(truths, detections, difficult=()):
        skus = [sku for _, sku in truths]
        truth = make_truth(
            [_box(place) for place, _ in truths],
            skus,
            difficult=difficult,
            new=[row for row, sku in enumerate(skus) if sku == NEW],
        )
        found = make_detections(
            [_box(place) for place, _, _ in detections],
            [sku for _, sku, _ in detections],
            [score for _, _, score in detections],
        )
        metrics = DetectionMetrics(0.5, frozenset({NEW}))
        return metrics.summarise([metrics.tally(make_record(truth, found))]).precision_recall

    return run


def test_the_curve_counts_from_the_best_score_down(curves_of):
    (curve,) = curves_of(
        [(0, "a"), (1, "b"), (2, "a")],
        [(0, "a", 0.9), (4, "b", 0.8), (1, "b", 0.7), (2, "b", 0.3)],
    )
    assert curve.subset == "seen"
    assert curve.recall == pytest.approx([1 / 3, 1 / 3, 2 / 3, 2 / 3])
    assert curve.precision == pytest.approx([1, 2 / 3, 2 / 3, 1 / 2])
    assert curve.at_threshold == pytest.approx((2 / 3, 2 / 3))


def test_the_mark_is_the_precision_at_the_threshold_and_not_the_best_one_below_it(curves_of):
    (curve,) = curves_of(
        [(0, "a"), (1, "b"), (2, "a")],
        [(4, "a", 0.9), (0, "a", 0.4), (1, "b", 0.3)],
    )
    assert curve.precision == pytest.approx([2 / 3] * 3)
    assert curve.at_threshold == (0, 0)


def test_seen_and_new_skus_have_curves_of_their_own(curves_of):
    seen, new = curves_of([(0, "a"), (1, NEW)], [(0, "a", 0.9), (1, "a", 0.8)])
    assert (seen.subset, new.subset) == ("seen", "new")
    assert seen.precision == (1,)
    assert new.recall == (0,)


def test_ignored_products_neither_help_nor_hurt(curves_of):
    (curve,) = curves_of([(0, "a"), (1, "a")], [(1, "a", 0.95), (0, "a", 0.9)], difficult=[1])
    assert curve.precision == (1,)
    assert curve.recall == (1,)


def test_a_blind_model_has_an_empty_curve_and_no_point(curves_of):
    (curve,) = curves_of([(0, "a")], [])
    assert curve.recall == ()
    assert curve.at_threshold is None


def test_without_annotated_products_there_is_no_curve(curves_of):
    assert curves_of([], [(0, "a", 0.9)]) == ()


def test_a_long_curve_keeps_its_ends_and_some_hundred_points_between(
    make_record, make_truth, make_detections
):
    metrics = DetectionMetrics(0.5)
    box = [_box(0)]
    tallies = [
        metrics.tally(
            make_record(
                make_truth(box, ["a"]),
                make_detections(box, ["a"], [1 - number / 2000]),
                source_id=f"photo-{number:04}",
            )
        )
        for number in range(1000)
    ]
    (curve,) = metrics.summarise(tallies).precision_recall
    assert len(curve.recall) == MOST_POINTS == len(curve.precision)
    assert curve.recall[0] == pytest.approx(1 / 1000)
    assert curve.recall[-1] == 1

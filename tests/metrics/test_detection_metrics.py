"""Metrics of whole evaluations, on numbers that can be worked out by hand."""

import itertools
import pickle

import numpy as np
import pytest

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.metric_names import METRIC_NAMES, UNBOXED
from components.metrics.photo_record import Detections, Products

BOXES = [[20 * i, 0, 20 * i + 10, 10] for i in range(10)]


@pytest.fixture
def summarise():
    """Return a function that summarises records at the threshold 0.5."""

    def run(*records, new_skus=(), groups=None):
        metrics = DetectionMetrics(0.5, frozenset(new_skus), groups=groups or {})
        return metrics.summarise([metrics.tally(record) for record in records])

    return run


def _rows(summary, subset="all"):
    return {row.name: row for row in summary.slices if row.subset == subset}


def test_no_photos_at_all(summarise):
    summary = summarise()
    assert summary.metrics == {}
    assert summary.counts.photos == 0


def test_every_metric_that_can_appear_is_in_the_closed_list(
    summarise, make_record, make_truth, make_detections
):
    skus = ["old", "new", "old", "new", "old", "new"]
    ambiguity = [0.1, 0.1, 0.6, 0.6, 0.9, 0.9]
    summary = summarise(
        make_record(
            make_truth(BOXES[:9], [*skus, "old", "new", "unknown_product"], new=[1, 3, 5, 7]),
            make_detections(BOXES[:7], [*skus, "new"], [0.9] * 7, ambiguity=[*ambiguity, 0.1]),
            label="old",
            products=Products(np.array(BOXES[:9], float), np.ones(9), np.zeros(9)),
        ),
        make_record(source_id="negative"),
        new_skus={"new"},
        groups={"old": "both", "new": "both"},
    )
    boxed = {name for name in METRIC_NAMES if not name.endswith(UNBOXED)}
    assert summary.metrics.keys() == boxed


def test_rates_at_the_threshold(summarise, make_record, make_truth, make_detections):
    summary = summarise(
        make_record(
            make_truth(BOXES[:4], ["a", "a", "b", "c"]),
            make_detections(BOXES[:4], ["a", "a", "a", "c"], [0.9, 0.8, 0.7, 0.4]),
        ),
        make_record(None, make_detections(BOXES[:3], ["a", "b", "c"], [0.9, 0.5, 0.4]), "negative"),
    )
    metrics = summary.metrics
    assert metrics["precision_at_threshold"] == pytest.approx(2 / 5)
    assert metrics["recall_at_threshold"] == pytest.approx(2 / 4)
    assert metrics["recall50"] == pytest.approx(3 / 4)
    assert metrics["false_positives_per_negative"] == 2
    # Photo 1: one a too many, b and c missing. Photo 2: an a and a b too many.
    assert metrics["count_error"] == pytest.approx(5 / 4)
    assert [(c.true, c.predicted, c.n, c.share) for c in summary.confusions] == [("b", "a", 1, 1.0)]
    by_sku = {row.sku: row for row in summary.skus}
    assert (by_sku["a"].truths, by_sku["a"].shown) == (2, 4)
    assert by_sku["a"].precision_at_threshold == pytest.approx(2 / 4)
    assert (by_sku["c"].recall50, by_sku["c"].recall_at_threshold) == (1, 0)
    assert by_sku["c"].precision_at_threshold is None
    assert (summary.counts.photos, summary.counts.negatives, summary.counts.boxes) == (2, 1, 4)


def test_map_of_seen_and_new_skus(summarise, make_record, make_truth, make_detections):
    summary = summarise(
        make_record(
            make_truth(BOXES[:3], ["old", "new", "newer"], new=[1, 2]),
            make_detections(BOXES[:2], ["old", "new"], [0.9, 0.9]),
        ),
        new_skus={"new", "newer"},
    )
    metrics = summary.metrics
    assert metrics["map50_seen"] == pytest.approx(1)
    assert metrics["map50_new"] == pytest.approx(0.5)
    assert metrics["map50"] == pytest.approx(2 / 3)
    assert metrics["missed.new.share"] == pytest.approx(0.5)
    assert [row.sku for row in summary.skus if row.new] == ["new", "newer"]


def test_ambiguity_slices(summarise, make_record, make_truth, make_detections):
    # Edges belong to the slice above them; the tail below the threshold to none.
    summary = summarise(
        make_record(
            make_truth(BOXES[:6], ["a"] * 6),
            make_detections(
                BOXES[:6],
                ["a", "b", "a", "b", "b", "a"],
                [0.9, 0.9, 0.9, 0.9, 0.9, 0.1],
                runner_ups=[None, ("a", 0.5), None, ("a", 0.8), ("c", 0.8), None],
                ambiguity=[0, 0.49, 0.5, 0.8, 1, 0],
            ),
        )
    )
    rows = _rows(summary)
    clear, unsure, flip = (rows[f"ambiguity.{name}"] for name in ("clear", "unsure", "coin_flip"))
    assert [row.n for row in (clear, unsure, flip)] == [2, 1, 2]
    assert [row.precision for row in (clear, unsure, flip)] == [0.5, 1, 0]
    assert [row.error_rate for row in (clear, unsure, flip)] == [0.5, 0, 1]
    assert [row.top2 for row in (clear, unsure, flip)] == [1, 1, 0.5]
    assert [row.share for row in (clear, unsure, flip)] == pytest.approx([0.4, 0.2, 0.4])
    assert (rows["missed"].n, rows["missed"].share) == (4, pytest.approx(4 / 6))
    assert summary.metrics["ambiguity.coin_flip.top2"] == 0.5


@pytest.mark.parametrize(
    ("sku", "difficult", "judged"), [("a", True, False), ("unknown_product", False, True)]
)
def test_a_name_of_a_difficult_product_is_in_no_rate_and_one_of_an_unknown_product_is_wrong(
    summarise, make_record, make_truth, make_detections, sku, difficult, judged
):
    summary = summarise(
        make_record(
            make_truth(BOXES[:2], ["a", sku], difficult=[1] if difficult else []),
            make_detections(BOXES[:2], ["a", "a"], [0.9, 0.9], ambiguity=[0, 0.9]),
        )
    )
    assert summary.metrics["precision_at_threshold"] == (0.5 if judged else 1)
    assert summary.metrics["count_error"] == judged
    assert sum(row.n for row in summary.reliability) == 1 + judged
    assert _rows(summary)["ambiguity.coin_flip"].n == judged
    assert summary.metrics["map50"] == pytest.approx(1)


def test_calibration_error(summarise, make_record, make_truth, make_detections):
    # Bin [0.8, 0.867): 3 of 4 right at 0.85. Bin [0.2, 0.267): 0 of 1 right at 0.25.
    summary = summarise(
        make_record(
            make_truth(BOXES[:3], ["a"] * 3),
            make_detections(BOXES[:5], ["a"] * 5, [0.85, 0.85, 0.85, 0.85, 0.25]),
        )
    )
    assert summary.metrics["ece"] == pytest.approx((4 * 0.10 + 1 * 0.25) / 5)
    assert {row.n for row in summary.reliability} == {0, 1, 4}
    assert len(summary.reliability) == 15


def test_score_of_exactly_one_is_in_the_last_bin(
    summarise, make_record, make_truth, make_detections
):
    summary = summarise(
        make_record(make_truth(BOXES[:1], ["a"]), make_detections(BOXES[:1], ["a"], [1.0]))
    )
    assert summary.reliability[-1].n == 1


def test_labelled_photos(summarise, make_record, make_detections):
    skus = ["a", "b", "c", "d", "e", "f"]
    scores = [0.9, 0.8, 0.7, 0.6, 0.5, 0.4]
    summary = summarise(
        *(
            make_record(None, make_detections(BOXES[:6], skus, scores), f"photo-{label}", label)
            for label in ("a", "e", "f", "z")
        )
    )
    # All boxes are of one size, so none stands out.
    asked = {"top1": 0.25, "top5": 0.5}
    assert summary.metrics == {**asked, **{f"subject_{name}": asked[name] for name in asked}}


def test_the_subject_of_a_photo_is_large(summarise, make_record, make_detections):
    small, large = [0, 0, 8, 8], [10, 10, 42, 42]
    found = make_detections(np.array([small, large], float), ["behind", "held"], [0.9, 0.6])
    summary = summarise(make_record(None, found, "photo", "held"))
    assert (summary.metrics["top1"], summary.metrics["subject_top1"]) == (0, 1)


def test_model_that_says_nothing(summarise, make_record, make_truth):
    summary = summarise(make_record(make_truth(BOXES[:2], ["a", "b"]), Detections()))
    assert summary.metrics["map50"] == 0
    assert summary.metrics["missed.share"] == 1
    assert "ece" not in summary.metrics


def test_tallies_merge_in_any_order_and_travel(make_record, make_truth, make_detections):
    metrics = DetectionMetrics(0.5)
    # Equal scores in different photos: only a fixed order of photos makes the result one.
    tallies = [
        metrics.tally(
            make_record(
                make_truth(BOXES[:2], ["a", "a"]),
                make_detections(BOXES[i : i + 2], ["a", "a"], [0.9, 0.9]),
                source_id=f"photo-{i}",
            )
        )
        for i in range(3)
    ]
    summaries = {
        metrics.summarise(pickle.loads(pickle.dumps(order))).model_dump_json()
        for order in itertools.permutations(tallies)
    }
    assert len(summaries) == 1

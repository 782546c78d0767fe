"""What becomes of one photo's detections and truths."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth
from components.metrics.tally import ConfusedDetection, label_rank, prominence, tally
from components.records.prediction import Detection, count_products

# Three places side by side, and one detection's worth of box in each.
LEFT, MIDDLE, RIGHT = [0, 0, 10, 10], [20, 0, 30, 10], [40, 0, 50, 10]


@pytest.fixture
def tally_of(make_record, make_truth, make_detections):
    """Return a function that tallies one photo at the threshold 0.5."""

    def run(truth, detections, new_skus=(), label=""):
        record = make_record(make_truth(**truth), make_detections(**detections), label=label)
        return tally(record, 0.5, frozenset(new_skus))

    return run


def test_second_detection_of_a_product_is_false_and_counts_no_second_time(tally_of):
    result = tally_of(
        {"boxes": [LEFT], "skus": ["a"]},
        {"boxes": [LEFT, LEFT], "skus": ["a", "a"], "scores": [0.6, 0.9]},
    )
    assert result.scores.tolist() == [0.9, 0.6]
    assert result.true[0].tolist() == [True, False]
    assert result.shown.tolist() == result.judged.tolist() == [True, False]
    assert result.count_error == 0


def test_of_two_products_at_one_place_the_better_is_shown_and_counted(tally_of):
    result = tally_of(
        {"boxes": [LEFT], "skus": ["b"]},
        {"boxes": [LEFT, LEFT], "skus": ["a", "b"], "scores": [0.9, 0.8]},
    )
    assert result.true[0].tolist() == [False, True]
    assert result.shown.tolist() == [True, False]
    assert result.truth_found.tolist() == [False]
    assert result.confused == (ConfusedDetection("b", "a", tuple(LEFT), 0.9, ""),)
    assert result.count_error == 2


def test_what_is_not_shown_takes_no_product_from_what_is(tally_of):
    """A box of b behind a better one of a, and another b, each at the place of the one product."""
    result = tally_of(
        {"boxes": [[0, 0, 20, 10]], "skus": ["b"]},
        {
            "boxes": [[0, 0, 10, 10], [0, 0, 12, 10], [8, 0, 20, 10]],
            "skus": ["a", "b", "b"],
            "scores": [0.9, 0.8, 0.7],
        },
    )
    assert result.shown.tolist() == [True, False, True]
    assert result.true[0].tolist() == [False, True, False]
    assert result.right.tolist() == [False, False, True]
    assert result.truth_found.tolist() == [True]


@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.integers(0, 12), st.sampled_from("abc"), st.floats(0, 1)),
        max_size=12,
    ),
    st.floats(0, 1),
)
def test_what_is_judged_is_what_predict_counts(found, threshold):
    boxes = [(4.0 * x, 4.0 * y, 4.0 * x + 10, 4.0 * y + 10) for x, y, _, _ in found]
    detections = Detections(
        np.array(boxes, float).reshape(-1, 4),
        np.array([sku for _, _, sku, _ in found], object),
        np.array([score for *_, score in found], float),
        np.array([""] * len(found), object),
        np.zeros(len(found)),
        np.zeros(len(found)),
    )
    result = tally(
        PhotoRecord(PhotoTruth("1", "1.jpg", 100, 100), detections), threshold, frozenset()
    )
    predicted = sorted(
        (Detection(sku, box, score) for box, (_, _, sku, score) in zip(boxes, found, strict=True)),
        key=lambda each: -each.score,
    )
    assert Counter(result.skus[result.shown]) == count_products(predicted, threshold)
    at_any = result.judged & (result.scores >= threshold)
    assert (at_any == result.shown).all()


def test_names_of_an_unknown_product_are_wrong_and_average_precision_leaves_one_of_each_out(
    tally_of,
):
    result = tally_of(
        {"boxes": [LEFT], "skus": ["unknown_product"]},
        {"boxes": [LEFT] * 3, "skus": ["a", "b", "a"], "scores": [0.9, 0.8, 0.7]},
    )
    assert result.ignored[0].tolist() == [True, True, False]
    assert not result.true.any()
    assert not result.excused.any()
    assert not result.right.any()
    # The best of them is shown.
    assert result.judged.tolist() == [True, False, False]
    assert result.count_error == 1
    assert len(result.truth_skus) == 0


def test_crowd_absorbs_any_number_inside_it_but_only_of_its_sku(tally_of):
    region = [0, 0, 50, 10]
    result = tally_of(
        {"boxes": [region], "skus": ["a"], "crowd": [0]},
        {"boxes": [LEFT, MIDDLE, RIGHT], "skus": ["a", "a", "b"], "scores": [0.9, 0.8, 0.7]},
    )
    assert result.ignored[0].tolist() == [True, True, False]


def test_difficult_truth_blames_nobody(tally_of):
    result = tally_of(
        {"boxes": [LEFT, MIDDLE], "skus": ["a", "a"], "difficult": [1]},
        {"boxes": [LEFT, MIDDLE], "skus": ["a", "a"], "scores": [0.9, 0.8]},
    )
    assert result.true[0].tolist() == [True, False]
    assert result.ignored[0].tolist() == [False, True]
    assert result.truth_found.tolist() == [True]
    assert result.count_error == 0


def test_detections_below_the_threshold_find_nothing_for_users(tally_of):
    result = tally_of(
        {"boxes": [LEFT], "skus": ["a"]},
        {"boxes": [LEFT], "skus": ["a"], "scores": [0.49]},
    )
    assert result.true[0].tolist() == [True]
    assert result.shown.tolist() == [False]
    assert result.truth_found.tolist() == [False]
    assert result.count_error == 1


def test_confusion_and_runner_up(tally_of):
    result = tally_of(
        {"boxes": [LEFT, MIDDLE, RIGHT], "skus": ["a", "a", "b"]},
        {
            "boxes": [LEFT, MIDDLE, RIGHT],
            "skus": ["b", "b", "b"],
            "scores": [0.9, 0.8, 0.7],
            "runner_ups": [("a", 0.8), ("c", 0.7), None],
        },
    )
    assert result.confused == (
        ConfusedDetection("a", "b", tuple(LEFT), 0.9, runner_up="a"),
        ConfusedDetection("a", "b", tuple(MIDDLE), 0.8, runner_up="c"),
    )
    assert result.top2.tolist() == [True, False, True]
    assert result.count_error == 4


def test_runner_up_of_a_product_that_was_found_does_not_count(tally_of):
    result = tally_of(
        {"boxes": [LEFT], "skus": ["a"]},
        {
            "boxes": [LEFT, LEFT],
            "skus": ["a", "b"],
            "scores": [0.9, 0.8],
            "runner_ups": [None, ("a", 0.5)],
        },
    )
    assert result.top2.tolist() == [True, False]
    assert result.confused == ()


def test_a_detection_concerns_the_product_at_its_place_or_else_its_own_sku(tally_of):
    result = tally_of(
        {"boxes": [LEFT, MIDDLE], "skus": ["new-1", "old-1"], "new": [0]},
        {
            "boxes": [LEFT, MIDDLE, RIGHT, [60, 0, 70, 10]],
            "skus": ["old-1", "new-1", "new-1", "old-1"],
            "scores": [0.9, 0.8, 0.7, 0.6],
        },
        new_skus={"new-1"},
    )
    assert result.new.tolist() == [True, False, True, False]


def test_numbers_that_are_none_are_left_out_and_counted(tally_of):
    nan = float("nan")
    result = tally_of(
        {"boxes": [LEFT], "skus": ["a"]},
        {
            "boxes": [LEFT, [nan, 0, 1, 1], LEFT],
            "skus": ["a"] * 3,
            "scores": [nan, 0.9, 0.8],
        },
    )
    assert result.invalid == 2
    assert result.scores.tolist() == [0.8]


def test_photo_with_a_label_and_no_boxes_says_nothing_about_boxes(tally_of):
    result = tally_of(
        {"boxes": [], "skus": []},
        {"boxes": [LEFT], "skus": ["a"], "scores": [0.9]},
        label="a",
    )
    assert (result.boxed, result.negative, result.label_rank) == (False, False, 0)
    assert len(result.scores) == 0
    assert result.count_error == 0


@pytest.mark.parametrize(("label", "rank"), [("a", 0), ("b", 2), ("c", 1), ("d", -1)])
def test_label_rank_counts_distinct_skus_and_runner_ups(make_detections, label, rank):
    detections = make_detections(
        [LEFT, LEFT, MIDDLE],
        ["a", "a", "b"],
        [0.9, 0.8, 0.3],
        runner_ups=[("c", 0.4), None, None],
    )
    assert label_rank(detections, label, np.ones(len(detections.scores))) == rank


def test_prominence_is_the_root_of_the_share_of_the_photo_that_a_box_covers():
    boxes = np.array([[0, 0, 50, 20], [-50, 0, 25, 40], [90, 0, 90, 9], [120, 0, 140, 40]], float)
    assert prominence(boxes, 100, 40).tolist() == [0.5, 0.5, 0, 0]
    assert prominence(np.zeros((0, 4)), 100, 40).shape == (0,)

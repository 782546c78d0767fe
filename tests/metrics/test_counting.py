"""Counting on photos of which nobody drew boxes, on numbers that can be worked out by hand."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.judge_photo import judge_photo
from components.metrics.metric_names import METRIC_NAMES, UNBOXED
from components.metrics.product_counts import product_counts

BOXES = [[20 * i, 0, 20 * i + 10, 10] for i in range(5)]
COUNTS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 3))


@pytest.fixture
def counted(make_record, make_detections):
    """Return a function that makes a photo with counts, and detections of the SKUs given."""

    def make(counts, shown, source_id="counted", scores=None, **of_photo):
        detections = make_detections(BOXES[: len(shown)], shown, scores or [0.9] * len(shown))
        record = make_record(None, detections, source_id, **of_photo)
        return replace(record, photo=replace(record.photo, counts=counts))

    return make


@pytest.fixture
def summarise():
    def run(*records, new_skus=(), categories=None):
        metrics = DetectionMetrics(0.5, frozenset(new_skus), categories or {})
        return metrics.summarise([metrics.tally(record) for record in records])

    return run


def unboxed(summary):
    return {
        name.removeprefix("count_").removesuffix(UNBOXED): value
        for name, value in summary.metrics.items()
        if name.endswith(UNBOXED)
    }


def test_what_is_shown_is_counted_against_the_list(counted, summarise):
    summary = summarise(counted({"a": 3, "b": 1, "c": 0}, ["a", "a", "b", "d"]))
    whole = summary.counting.whole
    assert (whole.photos, whole.pairs, whole.products, whole.counted) == (1, 4, 4, 4)
    assert (whole.error, whole.exact) == (2, 2)
    assert unboxed(summary) == {"error": 0.5, "mae": 0.5, "exact": 0.5, "total_error": 0}


def test_detections_below_the_threshold_are_not_counted(counted, summarise):
    summary = summarise(counted({"a": 1}, ["a", "a"], scores=[0.9, 0.49]))
    assert unboxed(summary) == {"error": 0, "mae": 0, "exact": 1, "total_error": 0}


def test_of_two_at_one_place_one_is_counted(counted, summarise, make_detections):
    record = counted({"a": 1}, [])
    twice = make_detections([BOXES[0], BOXES[0]], ["b", "a"], [0.6, 0.9])
    summary = summarise(replace(record, detections=twice))
    assert unboxed(summary) == {"error": 0, "mae": 0, "exact": 1, "total_error": 0}


def test_products_outside_the_catalogue_are_counted_on_neither_side(counted, summarise):
    summary = summarise(counted({"unknown_product": 5, "a": 1}, ["a", "unknown_product"]))
    assert unboxed(summary) == {"error": 0, "mae": 0, "exact": 1, "total_error": 0}


def test_a_photo_of_zeros_shows_what_is_invented(counted, summarise):
    summary = summarise(counted({"a": 0}, ["b"]))
    assert unboxed(summary) == {"mae": 0.5, "exact": 0.5}
    assert summary.counting.whole.count_error is None


def test_no_other_metric_judges_a_photo_that_is_only_counted(
    counted, summarise, make_record, make_truth, make_detections
):
    boxed = make_record(
        make_truth(BOXES[:2], ["a", "b"]), make_detections(BOXES[:2], ["a", "b"], [0.9, 0.8])
    )
    alone = summarise(boxed)
    both = summarise(boxed, counted({"a": 0}, ["a", "c", "c"], store="s", span=3))
    others = {name: value for name, value in both.metrics.items() if not name.endswith(UNBOXED)}
    assert others == alone.metrics
    assert both.skus == alone.skus
    assert both.attribute_slices == alone.attribute_slices
    assert both.slices == alone.slices
    assert both.reliability == alone.reliability
    assert (both.counts.photos, both.counts.boxed, both.counts.negatives) == (2, 1, 0)


def test_boxed_photos_stand_beside_for_comparison(
    counted, summarise, make_record, make_truth, make_detections
):
    boxed = make_record(
        make_truth(BOXES[:3], ["a", "a", "b"]), make_detections(BOXES[:1], ["a"], [0.9])
    )
    summary = summarise(boxed, counted({"a": 1}, ["a"]))
    assert (summary.counting.boxed.products, summary.counting.boxed.error) == (3, 2)
    assert summary.metrics["count_error"] == pytest.approx(2 / 3)
    assert summary.metrics["count_exact"] == 0
    assert summarise(boxed).counting is None
    assert summarise(counted({"a": 1}, ["a"])).counting.boxed is None


def test_slices_part_the_pairs(counted, summarise):
    summary = summarise(
        counted({"a": 1, "b": 2}, ["a", "b"], "one", store="s1", span=1),
        counted({"a": 1}, ["a", "a"], "two", store="s2", span=1),
        new_skus={"b"},
        categories={"a": "tea", "b": "milk"},
    )
    found = {each.name: (each.photos, each.pairs, each.error) for each in summary.counting.slices}
    assert found == {
        "sku.new": (1, 1, 1),
        "sku.seen": (2, 2, 1),
        "category.milk": (1, 1, 1),
        "category.tea": (2, 2, 1),
        "store.s1": (1, 2, 1),
        "store.s2": (1, 1, 1),
        "span.1": (2, 3, 2),
    }
    assert [(each.name, each.error) for each in summary.counting.skus] == [("a", 1), ("b", 1)]


@given(COUNTS, st.lists(st.sampled_from("abcd"), max_size=6))
def test_right_too_many_and_too_few_account_for_all(true, shown):
    counts = product_counts(true, shown)
    assert sum(each.true for each in counts) == sum(true.values())
    assert sum(each.counted for each in counts) == len(shown)
    assert sum(each.error for each in counts) >= abs(sum(true.values()) - len(shown))


def test_a_judged_photo_says_what_stands_there_and_blames_no_box(counted):
    judged = judge_photo(counted({"a": 2}, ["a", "b"], scores=[0.9, 0.4]), 0.5)
    assert judged.true_counts == {"a": 2}
    assert [each.outcome for each in judged.detections] == ["counted", "below"]


def test_every_metric_of_counting_has_its_meaning():
    for name in ("count_error", "count_mae", "count_exact", "count_total_error"):
        assert {name, f"{name}{UNBOXED}"} <= METRIC_NAMES.keys()

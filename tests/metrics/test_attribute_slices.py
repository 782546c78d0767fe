"""mAP and recall by what is true of the products."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.photo_record import Detections, PhotoRecord, PhotoTruth, Truth
from components.metrics.slice_names import (
    AMBIGUITY,
    CLOSED,
    OCCLUSIONS,
    SIZES,
    nearest_slice,
    slice_measures,
    slice_title,
)

BOXES = [[20 * i, 0, 20 * i + 10, 10] for i in range(5)]


@pytest.fixture
def slices_of():
    """Return a function that gives the slices of some records by name, at the threshold 0.5."""

    def run(*records, categories=(), new_skus=()):
        metrics = DetectionMetrics(0.5, frozenset(new_skus), dict(categories))
        summary = metrics.summarise([metrics.tally(record) for record in records])
        return {row.name: row for row in summary.attribute_slices}

    return run


def test_without_data_the_closed_slices_are_there_and_empty(slices_of):
    found = slices_of()
    assert tuple(found) == CLOSED
    assert all(
        (row.n, row.map50, row.recall_at_threshold) == (0, None, None) for row in found.values()
    )


def test_occlusion_is_parted_at_a_tenth_and_four_tenths(
    slices_of, make_record, make_truth, make_detections
):
    # As stored: in single precision 0.4 is a little more than 0.4.
    hidden = np.float32([0.0, 0.1, 0.11, 0.4, 0.41]).astype(float)
    found = slices_of(
        make_record(
            make_truth(BOXES, ["a"] * 5, occlusion=hidden),
            make_detections(BOXES[:4], ["a"] * 4, [0.9, 0.9, 0.9, 0.4]),
        )
    )
    by_degree = [found[f"occlusion.{degree}"] for degree in ("none", "partial", "heavy")]
    assert [row.n for row in by_degree] == [2, 2, 1]
    assert [row.recall_at_threshold for row in by_degree] == [1, 0.5, 0]
    # At any score both partly hidden ones are found.
    assert [row.map50 for row in by_degree] == pytest.approx([1, 1, 0])


def test_size_is_relative_to_the_photo(slices_of, make_record, make_truth, make_detections):
    # Of a photo of 100 x 100: 0.25%, 1%, and 4% of it.
    boxes = [[0, 0, 5, 5], [20, 0, 30, 10], [40, 0, 60, 20]]
    found = slices_of(
        make_record(make_truth(boxes, ["a"] * 3), make_detections(boxes[1:], ["a"] * 2, [0.9] * 2))
    )
    assert {size: found[f"size.{size}"].n for size in SIZES} == dict.fromkeys(SIZES, 1)
    assert [found[f"size.{size}"].map50 for size in SIZES] == pytest.approx([0, 1, 1])


def test_a_false_alarm_counts_where_its_own_size_lies(
    slices_of, make_record, make_truth, make_detections
):
    large, small = [0, 0, 40, 40], [60, 60, 64, 64]
    alarm = [80, 80, 84, 84]
    found = slices_of(
        make_record(
            make_truth([large, small], ["a", "a"]),
            make_detections([alarm, large, small], ["a"] * 3, [0.9, 0.8, 0.7]),
        )
    )
    assert found["size.large"].map50 == pytest.approx(1)
    assert found["size.small"].map50 == pytest.approx(0.5)


def test_a_wrong_name_counts_where_the_product_at_its_place_belongs(
    slices_of, make_record, make_truth, make_detections
):
    def map50(wrong):
        """Both products "a" are found, and one more "a" is said to be at `wrong`."""
        found = slices_of(
            make_record(
                make_truth(BOXES[:3], ["a", "a", "b"], occlusion=[0, 0.9, 0.9]),
                make_detections([wrong, *BOXES[:2]], ["a"] * 3, [0.9, 0.8, 0.7]),
            )
        )
        # "b" is not found, which halves the heavily hidden ones.
        return found["occlusion.none"].map50, found["occlusion.heavy"].map50

    assert map50(BOXES[2]) == pytest.approx((1, 0.25))
    # Where there is no product, nobody knows how hidden it would be.
    assert map50(BOXES[4]) == pytest.approx((0.5, 0.25))


def test_difficult_products_count_in_their_own_slice_only(
    slices_of, make_record, make_truth, make_detections
):
    found = slices_of(
        make_record(
            make_truth(BOXES[:3], ["a", "a", "a"], difficult=[1, 2]),
            make_detections(BOXES[:2], ["a", "a"], [0.9, 0.8]),
        )
    )
    assert (found["difficult"].n, found["difficult"].recall_at_threshold) == (2, 0.5)
    assert found["difficult"].map50 == pytest.approx(0.5, abs=0.01)
    assert (found["sku.seen"].n, found["occlusion.none"].n) == (1, 1)


def test_crowds_and_strangers_are_in_no_slice(slices_of, make_record, make_truth):
    found = slices_of(
        make_record(
            make_truth(BOXES[:3], ["a", "unknown_product", "a"], crowd=[0], difficult=[1], new=[0]),
            store="north",
            span=1,
        )
    )
    assert {name: row.n for name, row in found.items() if row.n} == {
        "sku.seen": 1,
        "size.medium": 1,
        "occlusion.none": 1,
        "store.north": 1,
        "span.1": 1,
    }


def test_categories_stores_spans_and_new_products(
    slices_of, make_record, make_truth, make_detections
):
    found = slices_of(
        make_record(
            make_truth(BOXES[:3], ["tea", "cola", "soda"], new=[2]),
            make_detections(BOXES[:2], ["tea", "cola"], [0.9, 0.9]),
            "photo-1",
            store="south",
            span=2,
        ),
        make_record(
            make_truth(BOXES[:1], ["tea"]),
            make_detections(BOXES[:1], ["cola"], [0.9]),
            "photo-2",
            store="north",
            span=10,
        ),
        make_record(source_id="negative", store="west", span=3),
        categories={"tea": "hot", "cola": "cold", "soda": "cold", "water": "still"},
        new_skus={"soda"},
    )
    assert tuple(found) == (
        "sku.seen",
        "sku.new",
        "category.cold",
        "category.hot",
        *CLOSED[2:],
        "store.north",
        "store.south",
        "span.2",
        "span.10",
    )
    assert (found["sku.new"].n, found["sku.new"].map50) == (1, 0)
    assert (found["category.hot"].n, found["category.hot"].skus) == (2, 1)
    assert found["category.hot"].map50 == pytest.approx(51 / 101)
    assert found["category.hot"].recall_at_threshold == pytest.approx(0.5)
    assert (found["store.north"].n, found["store.north"].map50) == (1, 0)
    assert (found["store.south"].n, found["store.south"].skus) == (3, 3)
    assert found["store.south"].map50 == pytest.approx(2 / 3)
    assert found["span.10"] == found["store.north"].model_copy(update={"name": "span.10"})


@st.composite
def photos(draw) -> list[PhotoRecord]:
    """Photos whose products do not overlap, each found exactly or not at all."""
    records = []
    for number in range(draw(st.integers(1, 3))):
        rows = draw(
            st.lists(
                st.tuples(
                    st.sampled_from(["a", "b", "unknown_product"]),
                    st.sampled_from([2, 8, 19]),
                    st.sampled_from([0, 0.1, 0.3, 0.4, 0.9]),
                    st.booleans(),
                    st.booleans(),
                    st.sampled_from([None, 0.2, 0.9]),
                ),
                max_size=5,
            )
        )
        sides = np.array([row[1] for row in rows], float)
        left = 20.0 * np.arange(len(rows))
        boxes = np.stack([left, 0 * left, left + sides, sides], axis=1).reshape(-1, 4)
        skus = np.array([row[0] for row in rows], object)
        truth = Truth(
            boxes,
            skus,
            difficult=np.array([row[3] for row in rows], bool),
            crowd=np.zeros(len(rows), bool),
            new=np.array([row[4] and row[0] == "b" for row in rows], bool),
            occlusion=np.array([row[2] for row in rows], float),
        )
        scores = np.array([np.nan if row[5] is None else row[5] for row in rows], float)
        said = np.flatnonzero(~np.isnan(scores) & (skus != "unknown_product"))
        empty = np.full(len(said), "", object)
        nothing = np.zeros(len(said))
        found = Detections(boxes[said], skus[said], scores[said], empty, nothing, nothing)
        photo = PhotoTruth(
            f"{number}", "", 100, 100, truth, store=draw(st.sampled_from(["n", "s"])), span=number
        )
        records.append(PhotoRecord(photo, found))
    return records


@given(photos())
def test_each_family_of_slices_parts_the_products(records):
    metrics = DetectionMetrics(0.5, categories={"a": "x", "b": "y"})
    summary = metrics.summarise([metrics.tally(record) for record in records])
    for family in ("sku", "category", "size", "occlusion", "store", "span"):
        rows = [row for row in summary.attribute_slices if row.name.startswith(f"{family}.")]
        assert sum(row.n for row in rows) == summary.counts.boxes
        found = sum(row.n * row.recall_at_threshold for row in rows if row.n)
        if summary.counts.boxes:
            recall = found / summary.counts.boxes
            assert recall == pytest.approx(summary.metrics["recall_at_threshold"])


@pytest.mark.parametrize("name", [*CLOSED, "category.Tea & more", "store.12", "span.3"])
def test_slices_of_products_have_a_map_and_a_title(name):
    assert slice_measures(name) == ("map50", "recall_at_threshold")
    assert slice_title(name, "map50").startswith("mAP@0.5, ")


@pytest.mark.parametrize("name", AMBIGUITY)
def test_slices_of_detections_have_a_precision_and_a_title(name):
    assert "precision" in slice_measures(name)
    assert slice_title(name, "precision")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("occlusion.heavvy", "occlusion.heavy"),
        ("size.Large", "size.large"),
        ("store", "store.X"),
        ("category.", "category.X"),
        ("span.one", "span.N"),
        ("ambiguity.coinflip", "ambiguity.coin_flip"),
    ],
)
def test_names_that_no_slice_can_have(wrong, right):
    assert slice_measures(wrong) == ()
    assert nearest_slice(wrong) == right


def test_bounds_leave_no_gap():
    for bounds in (SIZES, OCCLUSIONS):
        ends = list(bounds.values())
        assert [each[1] for each in ends[:-1]] == [each[0] for each in ends[1:]]

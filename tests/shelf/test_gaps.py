"""Gaps: empty width in a row that a facing would fill."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from tiny_shelf import SIZE, TOP_BOARD, shelf_record

from components.planograms.planogram import PlannedItem, Planogram
from components.records.prediction import PredictionRecord
from components.shelf.answers import Answers, answers_of
from components.shelf.facings import shelf_of
from components.shelf.gaps import gaps_of, runs_of
from components.shelf.spans import Span, spans_of
from components.shelf.strips import LOOKS, Strip

_WALL, _RAIL = (196, 192, 188), (120, 122, 128)


def picture(record: PredictionRecord, *others: tuple[float, float, float, float]) -> np.ndarray:
    """Return a photo of what was found, and of other packs that were not."""
    rng = np.random.default_rng(0)
    pixels: np.ndarray = np.full((int(SIZE[1]), int(SIZE[0]), 3), _WALL, np.uint8)
    for board in {box[3] for box in (each.box for each in record.detections)}:
        pixels[int(board) : int(board) + 24] = _RAIL
    for left, top, right, foot in (*(each.box for each in record.detections), *others):
        pack = rng.integers(0, 255, (12, 6, 3)).astype(np.uint8)
        size = int(right - left), int(foot - top)
        part = slice(int(top), int(top) + size[1]), slice(int(left), int(left) + size[0])
        pixels[part] = cv2.resize(pack, size, interpolation=cv2.INTER_NEAREST)
    return cv2.GaussianBlur(pixels, (0, 0), 0.8)


def found(record: PredictionRecord, *others: tuple[float, float, float, float]) -> Answers:
    return answers_of([record], None, {}, {}, picture_of=lambda _: picture(record, *others))


def test_empty_width_between_facings_is_a_gap_with_what_may_belong_there():
    answers = found(shelf_record("AAA  AAB", "CCCCCCCC"))
    [gap] = answers.gaps
    assert (gap.row, gap.left.place, gap.right.place, gap.facings) == (1, 3, 4, 2)
    assert gap.box == pytest.approx((286, TOP_BOARD - 150, 450, TOP_BOARD), abs=25)
    assert gap.expected[0][0] == "A"
    assert gap.expected[0][1] > 0.5
    [task] = answers.tasks
    assert task.kind == "gap"
    assert task.what == (
        "fill the gap in row 1, after place 3 and before place 4 of the picture: A may belong there"
    )


def test_between_two_products_either_may_belong_in_a_gap():
    [gap] = found(shelf_record("AAAA BBB")).gaps
    assert [sku for sku, _ in gap.expected] == ["A", "B"]
    assert sum(chance for _, chance in gap.expected) < 1


def test_a_product_that_was_not_found_is_no_gap():
    assert found(shelf_record("AAA AAB"), (294, TOP_BOARD - 150, 364, TOP_BOARD)).gaps == ()


def test_a_narrow_space_is_no_gap():
    record = shelf_record("AAAAABB")
    apart = tuple(
        replace(each, box=(each.box[0] + 25, each.box[1], each.box[2] + 25, each.box[3]))
        if number > 3 else each
        for number, each in enumerate(record.detections)
    )  # fmt: skip
    assert found(replace(record, detections=apart)).gaps == ()


def test_what_is_empty_up_to_the_edge_of_the_photo_is_no_gap():
    assert found(shelf_record("  AAAA", "BBBBBBBBBBBBBB")).gaps == ()


@pytest.mark.parametrize(
    ("empty", "ends"),
    [
        ((0.9, 0.9, 0.9, 0.9), None),  # up to the edge of the photo
        ((0.0, 0.0, 0.9, 0.9), (100, 200)),  # up to something that was not found
        ((0.0, 0.0, 0.3, 0.3), None),  # nowhere sure enough
        ((0.0, 0.3, 0.9, 0.9), (50, 200)),  # what is less sure is part of it
    ],
)
def test_a_gap_ends_at_something_on_either_side(empty, ends):
    [facing] = shelf_of(shelf_record("   A")).facings
    span = Span(1, None, replace(facing, box=(200, 50, 270, 200)), 0, 200, 0.0)
    strips = [Strip(x, x + 50.0, 50.0, 200.0, np.zeros(LOOKS)) for x in (0.0, 50.0, 100.0, 150.0)]
    runs = [run.box[::2] for run in runs_of(span, strips, np.array(empty))]
    assert runs == ([] if ends is None else [ends])


@pytest.mark.parametrize("size", [(1e-3, 1e-3), (70, 1e-3), (1e6, 150), (70, 1e6)])
def test_boxes_of_any_size_are_looked_at_in_a_moment(size):
    record = shelf_record("AAA  AAB", "CCCCCCCC")
    odd = [
        replace(each, box=(each.box[0], each.box[1], each.box[0] + size[0], each.box[1] + size[1]))
        for each in record.detections[:4]
    ]
    odd_record = replace(record, detections=(*odd, *record.detections[4:]))
    began = time.perf_counter()
    gaps_of(odd_record, shelf_of(odd_record), picture(record))
    assert time.perf_counter() - began < 5


def test_a_photo_without_facings_has_no_gaps():
    empty = PredictionRecord("bay.jpg", 400, 300)
    assert gaps_of(empty, shelf_of(empty), np.zeros((300, 400, 3), np.uint8)) == ()
    assert found(empty).gaps == ()


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_gaps_are_found_on_smaller_and_larger_copies_of_a_photo(scale):
    record = shelf_record("AAA  AAB", "CCCCCCCC")
    pixels = cv2.resize(picture(record), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert len(gaps_of(record, shelf_of(record), pixels)) == 1


def test_a_gap_that_the_planogram_explains_is_told_once():
    plan = Planogram(tuple(PlannedItem("", 1, at, sku) for at, sku in enumerate("ABXCDE", 1)))
    record = shelf_record("AB CDE")
    answers = answers_of([record], plan, {}, {}, picture_of=lambda _: picture(record))
    [gap] = answers.gaps
    assert gap.planned
    assert gap.expected == (("X", 1.0),)
    assert [task.kind for task in answers.tasks] == ["missing"]


def test_between_two_bays_of_a_photo_is_no_gap():
    shelf = shelf_of(shelf_record("AA    BB", "CC    DD"))
    two = replace(shelf, rows=(*shelf.rows, *shelf.rows), in_bay=(2, 2))
    sides = {(span.row, span.left is None, span.right is None) for span in spans_of(two)}
    assert {row for row, _, open_end in sides if open_end} <= {3, 4}
    assert {row for row, open_start, _ in sides if open_start} <= {1, 2}

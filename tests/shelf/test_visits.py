"""Two visits to a bay compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_gaps import picture
from tiny_shelf import seen, shelf_record

from components.records.prediction import PredictionRecord
from components.shelf.answer_tables import tables
from components.shelf.answers import answers_of
from components.shelf.answers_json import to_json
from components.shelf.change_marks import change_marks
from components.shelf.facings import shelf_of
from components.shelf.laid_upon import laid_upon, moved
from components.shelf.places import Visit, visit_of
from components.shelf.visits import compare_visits, noise_of


def visit(*rows: str, pixels: bool = True, photo: str = "bay.jpg") -> Visit:
    record = shelf_record(*rows, photo=photo)
    return Visit(record, shelf_of(record), picture(record) if pixels else None)


def viewed(record: PredictionRecord, **view: float) -> PredictionRecord:
    """Return what a phone that is held otherwise shows of the same."""
    boxes = seen(np.array([each.box for each in record.detections]), **view)
    found = [
        replace(each, box=tuple(box))
        for each, box in zip(record.detections, boxes.tolist(), strict=True)
    ]
    return replace(record, detections=tuple(found))


@pytest.mark.parametrize("view", [{}, {"tilt": 6.0}, {"aside": 0.15, "tilt": -3.0}])
def test_a_photo_is_laid_upon_another_by_products_in_both(view):
    record = shelf_record("AABBBCCD", "EEEFFGGG", "HHIIJJKK")
    there = viewed(record, **view)
    laid = laid_upon(shelf_of(record), shelf_of(there))
    assert laid is not None
    assert len(laid.same) == 24
    box, other = record.detections[0].box, there.detections[0].box
    middle = np.array([[(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]])
    expected = [(other[0] + other[2]) / 2, (other[1] + other[3]) / 2]
    assert moved(middle, laid.warp)[0] == pytest.approx(expected, abs=15)


def test_photos_with_too_little_in_common_are_not_laid_upon_each_other():
    one, other = (shelf_of(shelf_record(row)) for row in ("ABCD", "AEFG"))
    assert laid_upon(one, other) is None
    assert compare_visits([visit("ABCD")], [visit("AEFG", photo="new.jpg")]).alone == ("new.jpg",)


def test_where_nothing_changed_nothing_is_told():
    rows = ("AABBBCCD", "EEEFFGGG")
    assert compare_visits([visit(*rows)], [visit(*rows)]).changes == ()


def test_what_went_is_told_with_its_place():
    before = visit("AABBBCCD", "EEEFFGGG", "HHHHIIII")
    after = visit("AA BBCCD", "EEEFFGGG", "HHHHIIII")
    [change] = compare_visits([before], [after]).changes
    assert (change.kind, change.sku, change.before, change.after) == ("fewer", "B", 3, 2)
    assert change.noise < 0.5
    assert change.box == pytest.approx(before.record.detections[2].box, abs=10)


def test_what_came_is_told_with_its_place():
    before = visit("AA BBCCD", "EEEFFGGG", "HHHHIIII")
    after = visit("AAXBBCCD", "EEEFFGGG", "HHHHIIII")
    [change] = compare_visits([before], [after]).changes
    assert (change.kind, change.sku, change.before, change.after) == ("came", "X", 0, 1)
    assert change.box == after.record.detections[2].box


def test_the_pixels_make_a_change_surer():
    rows = ("AABBBCCD", "EEEFFGGG", "HHHHIIII"), ("AA BBCCD", "EEEFFGGG", "HHHHIIII")
    noises = []
    for pixels in (True, False):
        before, after = (visit(*some, pixels=pixels) for some in rows)
        told = compare_visits([before], [after]).changes
        noises.append(told[0].noise if told else 0.5)
    assert noises[0] < noises[1]


def test_unseen_facings_of_a_product_are_no_witnesses_of_each_other():
    before = visit("AABBBCCD", "EEEFFGGG", "HHHHIIII", pixels=False)
    after = [visit(row, "EEEFFGGG", "HHHHIIII", pixels=False) for row in ("AA BBCCD", "AA   CCD")]
    one, all_ = (compare_visits([before], [each]).changes for each in after)
    assert all_[0].after == 0
    assert one[0].noise == pytest.approx(all_[0].noise, abs=0.01)


def test_a_facing_that_only_one_photo_can_show_is_no_change():
    before = shelf_record("AABBBCCD", "EEEFFGGG")
    shifted = [
        replace(each, box=(each.box[0] - 130, each.box[1], each.box[2] - 130, each.box[3]))
        for each in before.detections
        if each.box[0] > 130
    ]
    after = replace(before, detections=tuple(shifted))
    visits = [Visit(record, shelf_of(record)) for record in (before, after)]
    assert compare_visits(visits[:1], visits[1:]).changes == ()


@pytest.mark.parametrize(
    ("steps", "way", "noise"),
    [
        ([(-1, 0.9)], -1, 0.1),
        ([(-1, 0.9), (-1, 0.8)], -1, 0.02),
        ([(-1, 0.9), (-1, 0.5), (1, 1.0)], -1, 0.55),
        ([], 1, 1.0),
    ],
)
def test_noise_is_the_chance_that_nothing_went_that_way(steps, way, noise):
    assert noise_of(steps, way) == pytest.approx(noise)


def test_changes_are_in_the_answers():
    after = shelf_record("AA BBCCD", "EEEFFGGG", "HHHHIIII")
    answers = answers_of(
        [after], None, {}, {}, picture_of=lambda _: picture(after),
        before=[visit("AABBBCCD", "EEEFFGGG", "HHHHIIII")],
    )  # fmt: skip
    assert '"changes"' in to_json(answers)
    header, [row] = tables(answers)["changes"]
    assert dict(zip(header, row, strict=True))["kind"] == "fewer"
    assert answers.since is not None
    [mark] = change_marks(answers.since, answers.shelves[0])
    assert (mark.label, mark.dashed) == ("-1", True)


@pytest.mark.parametrize("box", [(-900, -900, -800, -700), (0, 0, 1e6, 1e6), (5, 5, 5.001, 6)])
def test_boxes_beyond_the_photo_are_no_trouble(box):
    before = visit("AABBBCCD", "EEEFFGGG", "HHHHIIII")
    record = before.record
    odd = (replace(record.detections[0], box=box), *record.detections[1:])
    after = Visit(
        replace(record, detections=odd), shelf_of(replace(record, detections=odd)), before.pixels
    )
    for one, other in ((before, after), (after, before)):
        assert len(compare_visits([one], [other]).alone) <= 1


def test_large_photos_are_kept_smaller():
    record = shelf_record("AB")
    kept = visit_of(record, shelf_of(record), np.zeros((30, 4000, 3), np.uint8))
    assert kept.pixels is not None
    assert kept.pixels.shape == (15, 2000, 3)

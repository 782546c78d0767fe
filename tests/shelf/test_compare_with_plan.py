"""What is missing, low, misplaced, extra or unknown, and what the photo does not show."""

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_shelf import shelf_record

from components.planograms.planogram import Area, PlannedItem, Planogram
from components.records.prediction import RunnerUp
from components.shelf.compare import PlanogramAnswer, compare
from components.shelf.facings import shelf_of


def plan(*rows: str, bay: str = "", places: bool = False) -> list[PlannedItem]:
    """Return items of rows such as `AABC`: letters side by side are facings of one item."""
    items = []
    for number, letters in enumerate(rows, start=1):
        at, position = 0, 0
        while at < len(letters):
            facings = len(letters[at:]) - len(letters[at:].lstrip(letters[at]))
            position += 1
            area = Area(at * 10.0, facings * 10.0) if places else None
            items.append(PlannedItem(bay, number, position, letters[at], facings, area=area))
            at += facings
    return items


def compared(planned: Sequence[PlannedItem], *photos: Sequence[str]) -> PlanogramAnswer:
    shelves = [shelf_of(shelf_record(*rows, photo=f"{n}.jpg")) for n, rows in enumerate(photos)]
    return compare(Planogram(tuple(planned)), shelves)


def statuses(comparison: PlanogramAnswer) -> str:
    return " ".join(f"{each.item.sku}:{each.status}" for each in comparison.items)


def test_a_shelf_as_planned_is_all_ok():
    comparison = compared(plan("AABC", "DDEE"), ("AABC", "DDEE"))
    assert {each.status for each in comparison.items} == {"ok"}
    assert comparison.odd == ()
    assert comparison.compliance == 1


def test_missing_and_low():
    comparison = compared(plan("AABCCC", "DDEE"), ("AA CC ", "DDEE"))
    assert statuses(comparison) == "A:ok B:missing C:low D:ok E:ok"
    low = comparison.items[2]
    assert (low.asked, low.in_place) == (3, 2)
    assert comparison.compliance == pytest.approx(8 / 10)


def test_two_products_that_swapped_places_are_misplaced_each_with_where_it_stands():
    comparison = compared(plan("ABCD", "EFGH"), ("ABGD", "EFCH"))
    assert statuses(comparison) == "A:ok B:ok C:misplaced D:ok E:ok F:ok G:misplaced H:ok"
    wrong = {each.item.sku: each.elsewhere[0] for each in comparison.items if each.elsewhere}
    assert [(wrong[sku].row, wrong[sku].place) for sku in "CG"] == [(2, 3), (1, 3)]
    assert [each.kind for each in comparison.odd] == ["misplaced", "misplaced"]


def test_extra_is_what_nobody_planned_and_more_than_planned():
    comparison = compared(plan("ABC", "DEF"), ("ABBC", "DEFX"))
    assert statuses(comparison) == "A:ok B:ok C:ok D:ok E:ok F:ok"
    assert [(each.kind, each.facing.sku) for each in comparison.odd] == [
        ("extra", "B"),
        ("extra", "X"),
    ]


def test_an_unknown_product_stands_in_place_of_what_is_missing():
    comparison = compared(plan("ABC", "DEF"), ("A?C", "DEF"))
    assert statuses(comparison) == "A:ok B:missing C:ok D:ok E:ok F:ok"
    assert comparison.items[1].instead[0].unknown
    assert [each.kind for each in comparison.odd] == ["unknown"]


def test_a_row_above_the_picture_is_not_missing():
    comparison = compared(plan("ABC", "DEF", "GHI"), ("DEF", "GHI"))
    assert statuses(comparison).startswith("A:not_shown B:not_shown C:not_shown D:ok")
    assert comparison.compliance == 1


def test_an_empty_row_between_others_is_missing():
    comparison = compared(plan("ABC", "DEF", "GHI"), ("ABC", "   ", "GHI"))
    assert statuses(comparison).split()[3:6] == ["D:missing", "E:missing", "F:missing"]


def test_an_empty_row_below_others_that_the_photo_shows_is_missing():
    comparison = compared(plan("ABC", "DEF", "GHI"), ("ABC", "DEF"))
    assert statuses(comparison).split()[6:] == ["G:missing", "H:missing", "I:missing"]


def test_what_stands_left_and_right_of_the_picture_is_not_missing():
    planned = plan("ABCDEFGHIJKLMNOPQ", "abcdefghijklmnopq")
    comparison = compared(planned, ("BCDEFGHIJKLMNOP", "bcdefghijklmnop"))
    ends = [each.status for each in comparison.items if each.item.sku in "AQaq"]
    assert ends == ["not_shown"] * 4


def test_where_the_end_of_the_bay_is_seen_its_first_product_is_missing():
    comparison = compared(plan("ABCD", "EFGH"), (" BCD", "EFGH"))
    assert statuses(comparison).startswith("A:missing B:ok")


def test_places_say_which_of_several_alike_is_missing():
    alike = [
        PlannedItem("", row, at, letter, area=Area(at * 10.0, 10.0))
        for row, letters in enumerate(("AAAAB", "CCDDE"), start=1)
        for at, letter in enumerate(letters, start=1)
    ]
    comparison = compared(alike, ("A AAB", "CCDDE"))
    assert [each.item.position for each in comparison.items if each.status == "missing"] == [2]
    box = next(each.box for each in comparison.items if each.status == "missing")
    assert box is not None
    assert (box[0] + box[2]) / 2 == pytest.approx(60 + 78 + 35, abs=8)


def test_the_place_of_what_is_to_lie_on_others_is_above_them():
    standing = [PlannedItem("", 1, 2 * at + 1, letter, area=Area(at * 10.0, 9.0, 40.0, 20.0))
                for at, letter in enumerate("ABCD")]  # fmt: skip
    lying = PlannedItem("", 1, 4, "X", area=Area(10.0, 9.0, 20.0, 6.0))
    below = plan("EFGH")
    items = [*standing, lying, *(replace(item, row=2) for item in below)]
    comparison = compared(
        sorted(items, key=lambda item: (item.row, item.position)), ("ABCD", "EFGH")
    )
    missing = next(each for each in comparison.items if each.item.sku == "X")
    assert missing.status == "missing"
    assert missing.box is not None
    left, top, right, foot = missing.box
    # Ten of the planogram are 78 pixels of the photo; packs stand at 200.
    assert (left, right) == pytest.approx((60 + 78, 60 + 78 + 70), abs=8)
    assert (top, foot) == pytest.approx((200 - 26 * 7.8, 200 - 20 * 7.8), abs=2)


def test_two_bays_on_one_photo_with_boards_at_other_heights_are_two():
    left, right = shelf_record("ABCDE", "FGHIJ"), shelf_record("KLMNO", "PQRST")
    aside = [
        replace(each, box=(x0 + 450, y0 + 105, x1 + 450, y1 + 105))
        for each in right.detections
        for x0, y0, x1, y1 in [each.box]
    ]
    both = replace(left, detections=(*left.detections, *aside))
    shelf = shelf_of(both)
    assert ["".join(facing.sku for facing in row) for row in shelf.rows] == [
        "ABCDE", "FGHIJ", "KLMNO", "PQRST",
    ]  # fmt: skip
    planned = [*plan("ABCDE", "FGHIJ", bay="1"), *plan("KLMNX", "PQRST", bay="2")]
    comparison = compare(Planogram(tuple(planned)), [shelf])
    wrong = [each for each in comparison.items if each.status != "ok"]
    assert [(each.item.bay, each.item.sku, each.status) for each in wrong] == [
        ("2", "X", "missing")
    ]


def test_of_several_bays_a_photo_is_laid_beside_those_it_shows():
    planned = [*plan("AB", "CD", bay="1"), *plan("EF", "GH", bay="2"), *plan("IJ", "KL", bay="3")]
    comparison = compared(planned, ("EFIJ", "GHKL"))
    assert {each.item.bay for each in comparison.items if each.status == "ok"} == {"2", "3"}
    assert {each.status for each in comparison.items if each.item.bay == "1"} == {"not_shown"}


def test_of_two_photos_the_one_that_shows_an_item_counts():
    planned = [*plan("AB", "CD", bay="1"), *plan("EF", "GH", bay="2")]
    comparison = compared(planned, ("AB", "CD"), ("EF", "GH"))
    assert {each.status for each in comparison.items} == {"ok"}
    assert [each.photo for each in comparison.items][::4] == ["0.jpg", "1.jpg"]


def test_of_hundreds_of_bays_the_right_one_is_found_in_no_time():
    bays = [[chr(0x4E00 + 4 * bay + at) for at in range(4)] for bay in range(300)]
    planned = [
        item
        for number, (a, b, c, d) in enumerate(bays)
        for item in plan(a + b, c + d, bay=str(number))
    ]
    a, b, c, d = bays[217]
    began = time.perf_counter()
    comparison = compared(planned, (a + b, c + d))
    assert time.perf_counter() - began < 2
    assert [each.item.bay for each in comparison.items if each.status == "ok"] == ["217"] * 4


def test_an_empty_photo_shows_nothing():
    comparison = compared(plan("AB"), ("  ",))
    assert statuses(comparison) == "A:not_shown B:not_shown"
    assert comparison.compliance is None


def found(row: str, **scores: float) -> list:
    """Return shelves of a row, whose packs of some letters are found with these scores only."""
    record = shelf_record(row, "WXYZ")
    detections = [
        replace(each, score=scores[each.sku], shown=scores[each.sku] >= 0.5)
        if each.sku in scores
        else each
        for each in record.detections
    ]
    return [shelf_of(replace(record, detections=tuple(detections)))]


def test_what_is_planned_for_a_place_is_believed_sooner():
    planned = Planogram(tuple(plan("ABCD", "WXYZ")))
    assert statuses(compare(planned, found("ABCD", B=0.3))).startswith("A:ok B:ok")
    assert statuses(compare(planned, found("ABCD", B=0.05))).startswith("A:ok B:missing")
    # What is not planned there has no such claim, and is nothing odd either.
    comparison = compare(planned, found("AECD", E=0.3))
    assert statuses(comparison).startswith("A:ok B:missing")
    assert comparison.odd == ()


@pytest.mark.parametrize(("score", "status"), [(0.15, "ok"), (0.02, "missing")])
def test_of_two_that_are_hard_to_tell_apart_the_planned_one_is_believed(score, status):
    record = shelf_record("AECD", "WXYZ")
    unsure = tuple(
        replace(each, runner_up=RunnerUp("B", score)) if each.sku == "E" else each
        for each in record.detections
    )
    planned = Planogram(tuple(plan("ABCD", "WXYZ")))
    comparison = compare(planned, [shelf_of(replace(record, detections=unsure))])
    assert comparison.items[1].status == status
    assert len(comparison.odd) == (status == "missing")


LETTERS = st.text("ABCD", min_size=1, max_size=6)


@settings(max_examples=80, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=4), st.lists(LETTERS, min_size=1, max_size=4))
def test_every_facing_is_in_place_or_odd_and_no_facing_both(planned, there):
    comparison = compared(plan(*planned), there)
    facings = sum(map(len, there))
    in_place = sum(each.in_place for each in comparison.items)
    assert in_place + len(comparison.odd) == facings
    for each in comparison.items:
        assert each.in_place <= each.asked <= each.item.facings
        assert (each.status == "not_shown") == (each.asked == 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(LETTERS, min_size=1, max_size=4), st.booleans())
def test_a_shelf_that_is_as_planned_is_ok_whatever_it_is(rows, places):
    comparison = compared(plan(*rows, places=places), rows)
    assert comparison.compliance == 1
    assert comparison.odd == ()

"""Facings: in order, stacks as one, nothing that stands behind."""

from dataclasses import replace

import numpy as np
from tiny_shelf import record, shelf_record, standing

from components.shelf.facings import shelf_of


def test_facings_come_row_by_row_from_the_left():
    shelf = shelf_of(shelf_record("BAC", "DE"))
    assert [[facing.sku for facing in row] for row in shelf.rows] == [list("BAC"), list("DE")]
    assert [(facing.row, facing.place) for facing in shelf.facings][3:] == [(2, 1), (2, 2)]


def test_a_stack_of_one_product_is_one_facing():
    boxes, _ = standing([80.0] * 6, [80.0] * 6)
    upon = boxes.copy()
    upon[:, [1, 3]] -= 80
    shelf = shelf_of(record(np.concatenate([boxes, upon]), [*"ABCDEF", *"ABCDEF"] * 2))
    assert [len(row) for row in shelf.rows] == [6, 6]
    first = shelf.facings[0]
    assert (first.packs, first.numbers) == (2, (1, 13))
    assert first.box[3] - first.box[1] == 160


def test_another_product_upon_it_is_a_facing_after_it_without_width_of_its_own():
    boxes, _ = standing([80.0] * 6, [80.0] * 6)
    upon = boxes.copy()
    upon[:, [1, 3]] -= 80
    shelf = shelf_of(record(np.concatenate([boxes, upon]), [*"AAAAAAAAAAAA", *"bbbbbbbbbbbb"]))
    assert "".join(facing.sku for facing in shelf.rows[0]) == "AbAbAbAbAbAb"
    assert [facing.raised for facing in shelf.rows[0]][:2] == [False, True]


def test_what_stands_behind_is_no_facing():
    seen = shelf_record("ABC", "DEF")
    front = seen.detections[1]
    x0, y0, x1, y1 = front.box
    behind = replace(front, sku="Z", box=(x0 + 5, y0 - 10, x1 + 5, y1 - 12))
    shelf = shelf_of(replace(seen, detections=(*seen.detections, behind)))
    assert "Z" not in {facing.sku for facing in shelf.facings}


def test_what_is_not_shown_is_no_facing():
    seen = shelf_record("ABC")
    hidden = replace(seen.detections[0], shown=False)
    shelf = shelf_of(replace(seen, detections=(hidden, *seen.detections[1:])))
    assert [facing.sku for facing in shelf.facings] == ["B", "C"]
    assert shelf.facings[0].numbers == (2,)


def test_a_photo_without_products_has_no_rows():
    assert shelf_of(replace(shelf_record("A"), detections=())).rows == ()

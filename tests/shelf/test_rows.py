"""Rows from boxes alone, whatever the phone did to them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_shelf import ROW_HEIGHT, SIZE, TOP_BOARD, seen, standing

from components.shelf.rows import find_rows, stands_on

HEIGHTS = st.lists(st.sampled_from([90.0, 120.0, 150.0, 170.0]), min_size=5, max_size=12)
FLAT = settings(max_examples=60, deadline=None)


@FLAT
@given(
    rows=st.lists(HEIGHTS, min_size=2, max_size=3),
    tilt=st.floats(-9, 9),
    aside=st.floats(-0.15, 0.15),
    above=st.floats(-0.15, 0.15),
)
def test_rows_are_found_through_tilt_and_perspective(rows, tilt, aside, above):
    boxes, truth = standing(*rows)
    assert find_rows(seen(boxes, tilt, aside, above), SIZE).tolist() == truth.tolist()


@FLAT
@given(lens=st.floats(0, 0.08), tilt=st.floats(-4, 4))
def test_rows_are_found_through_a_curved_lens(lens, tilt):
    boxes, truth = standing([150.0] * 13, [120.0] * 13, [150.0] * 13, [90.0] * 13)
    assert find_rows(seen(boxes, tilt, lens=lens), SIZE).tolist() == truth.tolist()


def test_hanging_products_are_rows_by_their_tops():
    rng = np.random.default_rng(5)
    boxes, truth = standing([100.0] * 12, [100.0] * 12, [100.0] * 12)
    boxes[:, 1] -= 80
    boxes[:, 3] = boxes[:, 1] + rng.uniform(60, 190, len(boxes))
    assert find_rows(boxes, SIZE).tolist() == truth.tolist()


def test_packs_upon_packs_are_no_row_of_their_own():
    boxes, truth = standing([80.0] * 9, [80.0] * 9)
    upon = boxes.copy()
    upon[:, [1, 3]] -= 80
    both = np.concatenate([boxes, upon])
    assert find_rows(both, SIZE).tolist() == [*truth, *truth]
    assert stands_on(both)[len(boxes) :].tolist() == list(range(len(boxes)))


def test_two_bays_with_boards_at_other_heights_stay_apart():
    left, truth = standing([150.0] * 6, [150.0] * 6)
    right = left.copy()
    right[:, [0, 2]] += 580
    right[:, [1, 3]] += ROW_HEIGHT / 2
    rows = find_rows(np.concatenate([left, right]), SIZE)
    assert len(set(rows)) == 4
    assert rows[: len(left)].tolist() == (2 * truth).tolist()


def test_what_the_photo_cuts_off_at_its_foot_is_in_the_row_that_goes_on_below():
    boxes, truth = standing([150.0] * 8, [150.0] * 8, [150.0] * 8, [170.0] * 8)
    foot = TOP_BOARD + 3 * ROW_HEIGHT - 60
    boxes[:, 3] = np.minimum(boxes[:, 3], foot)
    assert find_rows(boxes, (SIZE[0], foot)).tolist() == truth.tolist()


@FLAT
@given(
    st.lists(
        st.tuples(st.floats(0, 1000), st.floats(0, 1000), st.floats(0.1, 500), st.floats(0.1, 500)),
        max_size=12,
    )
)
def test_any_boxes_get_rows_counted_from_the_top(given_boxes):
    boxes = np.array([[x, y, x + w, y + h] for x, y, w, h in given_boxes], float).reshape(-1, 4)
    rows = find_rows(boxes, SIZE)
    assert sorted(set(rows.tolist())) == list(range(len(set(rows.tolist()))))


@pytest.mark.parametrize("moved", [1.0, 3.0])
def test_noise_of_a_recogniser_changes_no_row(moved):
    rng = np.random.default_rng(3)
    boxes, truth = standing([150.0] * 12, [120.0] * 12, [170.0] * 12, [90.0] * 12)
    noisy = seen(boxes, 5) + rng.normal(0, moved, (len(boxes), 4))
    assert find_rows(noisy, SIZE).tolist() == truth.tolist()

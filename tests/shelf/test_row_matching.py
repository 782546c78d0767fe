"""Which row of a photo is which row of a plan."""

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from components.shelf.row_matching import match_rows

ROWS = st.lists(st.lists(st.sampled_from("ABC"), max_size=4), max_size=5)


def test_rows_are_matched_by_what_stands_in_them():
    assert match_rows(["AB", "CD", "EF"], ["CD", "EF"]) == [(1, 0), (2, 1)]
    assert match_rows(["AB", "CD", "EF"], ["AB", "XY", "EF"]) == [(0, 0), (1, 1), (2, 2)]
    assert match_rows(["AB", "EF"], ["AB", "XY", "EF"]) == [(0, 0), (1, 2)]


def test_of_rows_of_one_product_none_is_left_out_between():
    assert match_rows(["AA", "AA", "AA", "BB"], ["AA", "AA", "BB"]) == [(1, 0), (2, 1), (3, 2)]


def test_without_rows_there_are_no_pairs():
    assert match_rows([], ["A"]) == match_rows(["A"], []) == []


@settings(max_examples=80, deadline=None)
@given(ROWS, ROWS)
def test_rows_keep_their_order_and_each_is_paired_once(planned, seen):
    pairs = match_rows(planned, seen)
    assert bool(pairs) == bool(planned and seen)
    for (one, two), (other, further) in itertools.pairwise(pairs):
        assert one < other
        assert two < further

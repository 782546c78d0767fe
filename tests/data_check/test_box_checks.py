import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data_check.box_checks import boxes_on_each_other
from components.records.shelf_photo import ShelfObject


def thing(*box, **changes):
    return ShelfObject(changes.pop("sku", "milk"), box, **changes)


def test_box_on_a_box_is_found_whatever_the_skus():
    one, other = thing(10, 10, 110, 110), thing(11, 10, 111, 110, sku="oat")
    assert boxes_on_each_other([one, other], 0.95) == [(one, other)]


@pytest.mark.parametrize(
    "other",
    [
        thing(20, 10, 120, 110),
        thing(300, 300, 400, 400),
        thing(10, 10, 110, 110, crowd=True),
    ],
)
def test_box_beside_a_box_or_of_a_crowd_is_not(other):
    assert boxes_on_each_other([thing(10, 10, 110, 110), other], 0.95) == []


def test_photo_without_boxes_has_none_on_each_other():
    assert boxes_on_each_other([], 0.95) == []


SIDES = st.tuples(*[st.integers(0, 12)] * 2, *[st.integers(1, 12)] * 2)


@given(st.lists(SIDES, max_size=12))
def test_pairs_are_those_whose_overlap_is_large(sides):
    things = [thing(x, y, x + w, y + h) for x, y, w, h in sides]
    expected = 0
    for at, one in enumerate(things):
        for other in things[at + 1 :]:
            (a, b, c, d), (e, f, g, h) = one.box, other.box
            shared = max(min(c, g) - max(a, e), 0) * max(min(d, h) - max(b, f), 0)
            union = (c - a) * (d - b) + (g - e) * (h - f) - shared
            expected += shared >= 0.7 * union
    assert len(boxes_on_each_other(things, 0.7)) == expected

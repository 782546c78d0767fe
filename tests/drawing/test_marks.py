"""Frames on a photo."""

import numpy as np
import pytest
from PIL import ImageColor

from components.drawing.marks import Mark, draw_marks
from components.drawing.palette import BLUE, VERMILION

GROUND = np.full((300, 400, 3), 90, np.uint8)


def colours(picture: np.ndarray) -> set[tuple[int, ...]]:
    return set(map(tuple, picture.reshape(-1, 3).tolist()))


def test_a_mark_is_a_frame_of_its_colour_with_its_label():
    plain = draw_marks(GROUND, [Mark((100, 50, 200, 250), BLUE)])
    named = draw_marks(GROUND, [Mark((100, 50, 200, 250), BLUE, "7")])
    assert ImageColor.getrgb(BLUE) in colours(plain)
    assert (named[52:62, 102:112] != plain[52:62, 102:112]).any()
    assert (plain[100:200, 120:180] == 90).all()


def test_what_is_to_be_done_lies_above_what_is_in_order():
    box = (100.0, 50.0, 200.0, 250.0)
    picture = draw_marks(GROUND, [Mark(box, VERMILION, "1"), Mark(box, BLUE)])
    assert ImageColor.getrgb(VERMILION) in colours(picture)
    assert ImageColor.getrgb(BLUE) not in colours(picture)


def test_labels_at_one_place_lie_side_by_side():
    box, wider = (100.0, 50.0, 200.0, 250.0), (100.0, 50.0, 300.0, 250.0)
    picture = draw_marks(GROUND, [Mark(box, VERMILION, "1"), Mark(wider, BLUE, "2")])
    top = picture[58:64, 100:140].reshape(-1, 3)
    assert {ImageColor.getrgb(VERMILION), ImageColor.getrgb(BLUE)} <= colours(top)


@pytest.mark.parametrize(
    "box", [(-50, -50, -10, -10), (390, 290, 900, 900), (10, 10, 10, 10), (0, 0, 400, 300)]
)
def test_a_box_beyond_the_photo_is_drawn_at_its_edge(box):
    picture = draw_marks(GROUND, [Mark(box, BLUE, "12")])
    assert picture.shape == GROUND.shape
    assert ImageColor.getrgb(BLUE) in colours(picture)


def test_a_photo_without_marks_stays_as_it_is():
    assert (draw_marks(GROUND, []) == GROUND).all()


def test_a_mark_goes_with_its_photo_resized():
    assert Mark((2, 4, 6, 8), BLUE).scaled(0.5).box == (1, 2, 3, 4)

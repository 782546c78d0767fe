import numpy as np
import pytest

from components.synthesis.effects.visibility import inside_photo

DIAMOND = np.array([[50, 0], [100, 50], [50, 100], [0, 50]], np.float32)


def test_outline_in_the_photo_keeps_its_hull() -> None:
    box, share = inside_photo(DIAMOND + 10, 200, 200)
    assert box.tolist() == [10, 10, 110, 110]
    assert share == pytest.approx(1.0)


def test_box_holds_only_what_the_photo_shows() -> None:
    box, share = inside_photo(DIAMOND - [75, 0], 200, 200)
    assert box == pytest.approx([0, 25, 25, 75], abs=0.1)
    assert share == pytest.approx(1 / 8, abs=0.01)


def test_outline_outside_has_no_area() -> None:
    box, share = inside_photo(DIAMOND - [300, 0], 200, 200)
    assert (box[2] - box[0]) * (box[3] - box[1]) == 0
    assert share == 0


def test_photo_inside_an_outline_is_all_box() -> None:
    box, share = inside_photo(DIAMOND * 40 - 1500, 20, 10)
    assert box.tolist() == [0, 0, 20, 10]
    assert 0 < share < 0.001

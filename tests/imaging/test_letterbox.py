import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from components.imaging.letterbox import GREY, letterbox

side = st.integers(16, 90)


def test_a_photo_of_the_same_proportions_fills_the_input():
    photo = np.full((96, 128, 3), 200, np.uint8)

    boxed = letterbox(photo, 48, 64)

    assert boxed.pixels.shape == (48, 64, 3)
    assert np.all(boxed.pixels == 200)
    assert boxed.to_photo(np.array([[0, 0, 64, 48]])).tolist() == [[0, 0, 128, 96]]


def test_a_portrait_photo_stands_at_the_left_with_grey_beside_it():
    photo = np.full((128, 64, 3), 200, np.uint8)

    pixels = letterbox(photo, 64, 64).pixels

    assert np.all(pixels[:, :32] == 200)
    assert np.all(pixels[:, 32:] == GREY)


def test_small_photos_are_enlarged():
    boxed = letterbox(np.full((20, 16, 3), 9, np.uint8), 100, 80)

    assert boxed.scale_x == 5
    assert np.all(boxed.pixels == 9)


@settings(max_examples=60)
@given(side, side, side, side)
def test_a_mark_is_found_where_its_box_says(height, width, into_height, into_width):
    photo = np.zeros((height, width, 3), np.uint8)
    top, left = height // 4, width // 4
    bottom, right = height - top, width - left
    photo[top:bottom, left:right] = 255

    boxed = letterbox(photo, into_height, into_width)

    rows, columns = np.nonzero(boxed.pixels[..., 0] > 127)
    seen = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
    mapped = boxed.to_photo(np.array([seen], np.float32))[0]
    # A mark's edge is known to a pixel of the input, whatever that is in the photo.
    slack = 1.5 * max(1 / boxed.scale_x, 1 / boxed.scale_y)
    assert np.abs(mapped - [left, top, right, bottom]).max() <= slack

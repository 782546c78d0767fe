import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from shelf_pictures import noise

from components.artifacts.judged_photos import JudgedDetection, JudgedPhoto, JudgedProduct
from components.publish.report.photos.draw_mistakes import PHOTO_BYTES, PHOTO_SIDE, draw
from components.publish.report.photos.mistakes import Mistake, find_mistakes

WHITE = np.full((200, 300, 3), 255, np.uint8)
BLUE, ORANGE, VERMILION = (0, 114, 178), (230, 159, 0), (213, 94, 0)


def _photo(outcome=None, missed=False, label="", box=(10.0, 30.0, 50.0, 90.0), place=None):
    """A photo with at most one detection and one missed product."""
    found = JudgedDetection(
        sku="milk", box=box, score=0.9, runner_up=None, ambiguity=0.0, outcome=outcome or "below"
    )
    truth = JudgedProduct(
        sku="soap", box=place or (100.0, 40.0, 160.0, 120.0), new=False, outcome="missed"
    )
    return JudgedPhoto(
        photo="photo.jpg",
        width=300,
        height=200,
        detections=(found,) if outcome else (),
        counts={},
        source_id="photo",
        label=label,
        truth=(truth,) if missed else (),
    )


def _drawn(photo, pixels=WHITE):
    return draw(pixels, photo, find_mistakes(photo))


def _has(jpeg, colour, tolerance=60):
    colours = np.asarray(Image.open(io.BytesIO(jpeg))).reshape(-1, 3).astype(int)
    return bool((np.abs(colours - colour).sum(axis=1) < tolerance).any())


def test_each_outcome_has_its_frame():
    assert _has(_drawn(_photo("right")), BLUE)
    assert not _has(_drawn(_photo("right")), VERMILION)
    assert _has(_drawn(_photo("wrong")), ORANGE)
    assert _has(_drawn(_photo(missed=True)), VERMILION)
    assert not any(_has(_drawn(_photo("below")), colour) for colour in (BLUE, ORANGE, VERMILION))


def test_on_a_labelled_photo_the_best_detection_is_judged_by_the_label():
    assert _has(_drawn(_photo("below", label="milk")), BLUE)
    assert _has(_drawn(_photo("below", label="soap")), ORANGE)


def test_a_mistake_has_its_number_in_the_corner_of_its_box():
    photo = _photo(missed=True)
    assert draw(WHITE, photo, []) != _drawn(photo)
    left, top = 240, 96  # enlarged 2.4 times
    picture = np.asarray(Image.open(io.BytesIO(_drawn(photo))))
    corner = picture[top + 4 : top + 20, left + 4 : left + 20].reshape(-1, 3)
    assert (np.abs(corner.astype(int) - VERMILION).sum(axis=1) < 80).mean() > 0.3


@pytest.mark.parametrize("pixels", [np.full((3000, 4000, 3), 90, np.uint8), noise(1500, 2000)])
def test_the_picture_is_small_in_pixels_and_in_bytes(pixels):
    data = _drawn(_photo("right"), pixels)
    assert len(data) <= PHOTO_BYTES
    assert max(Image.open(io.BytesIO(data)).size) <= PHOTO_SIDE


@pytest.mark.parametrize("size", [(3000, 4000), (192, 256)])
def test_plain_photos_are_all_shown_in_one_size(size):
    data = _drawn(_photo("right"), np.full((*size, 3), 90, np.uint8))
    assert Image.open(io.BytesIO(data)).size == (720, 540)


_side = st.floats(-50, 400)


@settings(max_examples=25)
@given(box=st.tuples(_side, _side, _side, _side), outcome=st.sampled_from(["right", "wrong"]))
def test_any_box_can_be_drawn(box, outcome):
    left, right = sorted(box[::2])
    top, bottom = sorted(box[1::2])
    place = (left, top, right, bottom)
    photo = _photo(outcome, missed=True, box=place, place=place)
    mistakes = [Mistake("missed", place, "", "soap", None)]
    assert Image.open(io.BytesIO(draw(WHITE, photo, mistakes))).size == (720, 480)

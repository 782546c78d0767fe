import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from shelf_pictures import noise

from components.publish.report.photos.draw_mistakes import PHOTO_BYTES, PHOTO_SIDE, draw
from components.publish.report.photos.mistakes import Mistake, find_mistakes

WHITE = np.full((200, 300, 3), 255, np.uint8)
BLUE, ORANGE, VERMILION = (0, 114, 178), (230, 159, 0), (213, 94, 0)


def _line(outcome=None, missed=False, label="", sku="milk"):
    """A photo with at most one detection and one missed product."""
    found = {"sku": sku, "box": [10.0, 30.0, 50.0, 90.0], "score": 0.9, "outcome": outcome}
    truth = {"sku": "soap", "box": [100.0, 40.0, 160.0, 120.0]}
    truth |= {"outcome": "missed", "mistaken_for": None}
    return {
        "label": label,
        "detections": [found] if outcome else [],
        "truth": [truth] if missed else [],
    }


def _drawn(line, pixels=WHITE):
    return draw(pixels, line, find_mistakes(line))


def _has(jpeg, colour, tolerance=60):
    colours = np.asarray(Image.open(io.BytesIO(jpeg))).reshape(-1, 3).astype(int)
    return bool((np.abs(colours - colour).sum(axis=1) < tolerance).any())


def test_each_outcome_has_its_frame():
    assert _has(_drawn(_line("right")), BLUE)
    assert not _has(_drawn(_line("right")), VERMILION)
    assert _has(_drawn(_line("wrong")), ORANGE)
    assert _has(_drawn(_line(missed=True)), VERMILION)
    assert not any(_has(_drawn(_line("below")), colour) for colour in (BLUE, ORANGE, VERMILION))


def test_on_a_labelled_photo_the_best_detection_is_judged_by_the_label():
    assert _has(_drawn(_line("below", label="milk")), BLUE)
    assert _has(_drawn(_line("below", label="soap")), ORANGE)


def test_a_mistake_has_its_number_in_the_corner_of_its_box():
    line = _line(missed=True)
    assert draw(WHITE, line, []) != draw(WHITE, line, find_mistakes(line))
    left, top = 240, 96  # enlarged 2.4 times
    picture = np.asarray(Image.open(io.BytesIO(_drawn(line))))
    corner = picture[top + 4 : top + 20, left + 4 : left + 20].reshape(-1, 3)
    assert (np.abs(corner.astype(int) - VERMILION).sum(axis=1) < 80).mean() > 0.3


@pytest.mark.parametrize("pixels", [np.full((3000, 4000, 3), 90, np.uint8), noise(1500, 2000)])
def test_the_picture_is_small_in_pixels_and_in_bytes(pixels):
    data = _drawn(_line("right"), pixels)
    assert len(data) <= PHOTO_BYTES
    assert max(Image.open(io.BytesIO(data)).size) <= PHOTO_SIDE


@pytest.mark.parametrize("size", [(3000, 4000), (192, 256)])
def test_plain_photos_are_all_shown_in_one_size(size):
    data = _drawn(_line("right"), np.full((*size, 3), 90, np.uint8))
    assert Image.open(io.BytesIO(data)).size == (720, 540)


_side = st.floats(-50, 400)


@settings(max_examples=25)
@given(box=st.tuples(_side, _side, _side, _side), outcome=st.sampled_from(["right", "wrong"]))
def test_any_box_can_be_drawn(box, outcome):
    left, right = sorted(box[::2])
    top, bottom = sorted(box[1::2])
    line = _line(outcome, missed=True)
    line["detections"][0]["box"] = line["truth"][0]["box"] = [left, top, right, bottom]
    mistakes = [Mistake("missed", (left, top, right, bottom), "", "soap", None)]
    assert Image.open(io.BytesIO(draw(WHITE, line, mistakes))).size == (720, 480)

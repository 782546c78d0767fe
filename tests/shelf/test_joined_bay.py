"""Where on photos the things of a bay are."""

import numpy as np
import pytest

from components.records.prediction import Detection, PredictionRecord
from components.shelf.answers import answers_of
from components.shelf.joined_bay import JoinedBay, PhotoOfBay

RIGHT = np.array([[1, 0, 300], [0, 1, 0], [0, 0, 1.0]])


@pytest.fixture
def bay():
    found = ((10.0, 100.0, 60.0, 200.0), (20.0, 90.0, 70.0, 190.0), (30.0, 10.0, 80.0, 100.0))
    onto = ((10.0, 100.0, 60.0, 200.0), (320.0, 90.0, 370.0, 190.0), (330.0, 10.0, 380.0, 100.0))
    detections = tuple(Detection("A", box, 0.9, shown=True) for box in onto)
    record = PredictionRecord("bay", 700, 300, detections)
    photos = (PhotoOfBay("one.jpg", 400, 300, np.eye(3)), PhotoOfBay("two.jpg", 400, 300, RIGHT))
    return JoinedBay(record, photos, ((0, 1), (1, 1), (1, 4)), found)


def test_a_facing_is_where_it_was_found(bay):
    assert bay.on_photo((320, 90, 370, 190), [2]) == ("two.jpg", (20, 90, 70, 190), (1,))
    assert bay.on_photo((320, 10, 380, 190), [2, 3]) == ("two.jpg", (20, 10, 80, 190), (1, 4))


def test_an_empty_place_is_on_the_photo_that_shows_it_best(bay):
    assert bay.on_photo((450, 90, 500, 190)) == ("two.jpg", (150, 90, 200, 190), ())
    # Both show it: it is nearer to the middle of the first.
    assert bay.on_photo((310, 90, 330, 190))[0] == "one.jpg"


def test_a_stack_found_on_two_photos_is_on_one_of_them(bay):
    photo, box, own = bay.on_photo((10, 90, 370, 200), [1, 2])
    assert (photo, own) == ("one.jpg", (1,))
    assert box == (10, 90, 370, 200)


def test_a_bay_counts_for_as_many_photos_as_it_is_wide(bay):
    other = PredictionRecord("x.jpg", 400, 300, (Detection("B", (0, 0, 100, 99), 0.9, shown=True),))
    answers = answers_of([bay.record, other], None, {}, {}, {"bay": bay})
    linear = {share.of: share.linear_share for share in answers.shares}
    # Three of A take up 150 pixels of photos of 400, one of B takes up 100.
    assert linear["B"] == pytest.approx(100 / 250)

"""What was found on photos of one plane: each product once."""

import numpy as np
import pytest

from components.joining.levelling import levelled
from components.joining.merging import Laid, merged
from components.records.moved_boxes import moved_boxes
from components.records.prediction import Detection, PredictionRecord

RIGHT = np.array([[1, 0, 300], [0, 1, 0], [0, 0, 1.0]])
"""The second photo begins 300 pixels further on."""


def photo(homography: np.ndarray, *found: tuple[str, float, float, float]) -> Laid:
    """A photo of 400 by 300 pixels with products: SKU, left and right end, score."""
    detections = tuple(
        Detection(sku, (left, 100.0, right, 200.0), score, shown=score >= 0.5)
        for sku, left, right, score in found
    )
    return Laid(PredictionRecord("p.jpg", 400, 300, detections), homography)


def shown(*photos: Laid) -> list[tuple[str, float, float]]:
    boxes = [each.detection for each in merged(photos) if each.detection.shown]
    return sorted((each.sku, round(each.box[0]), round(each.box[2])) for each in boxes)


def test_what_both_show_is_one_and_the_surest_names_it():
    one = photo(np.eye(3), ("A", 50, 100, 0.9), ("B", 320, 370, 0.6))
    other = photo(RIGHT, ("C", 22, 72, 0.8), ("D", 200, 250, 0.9))
    assert shown(one, other) == [("A", 50, 100), ("C", 322, 372), ("D", 500, 550)]


def test_what_one_photo_cuts_off_is_told_by_the_other():
    one = photo(np.eye(3), ("A", 370, 400, 0.95))
    other = photo(RIGHT, ("B", 70, 150, 0.6))
    assert shown(one, other) == [("B", 370, 450)]


def test_neighbours_that_are_alike_are_two():
    one = photo(np.eye(3), ("A", 310, 350, 0.9), ("A", 350, 390, 0.9))
    other = photo(RIGHT, ("A", 13, 53, 0.8), ("A", 53, 93, 0.8), ("A", 93, 133, 0.8))
    assert len(shown(one, other)) == 3


def test_a_good_pair_is_not_given_up_for_two_bad_ones():
    one = photo(np.eye(3), ("A", 310, 350, 0.9), ("A", 340, 380, 0.9))
    other = photo(RIGHT, ("A", 38, 78, 0.8), ("A", 68, 108, 0.8))
    # The second of one is the first of the other; the ends are two more.
    assert len(shown(one, other)) == 3


def test_what_is_not_shown_stays_a_candidate():
    one = photo(np.eye(3), ("A", 320, 370, 0.9), ("B", 320, 370, 0.2))
    other = photo(RIGHT, ("C", 20, 70, 0.7))
    others = [each.detection for each in merged([one, other]) if not each.detection.shown]
    assert [each.sku for each in others] == ["C", "B"]
    assert [(each.photo, each.number) for each in merged([one, other])] == [(0, 1), (1, 1), (0, 2)]


@pytest.mark.parametrize("aside", [-0.2, 0.0, 0.2])
def test_boards_are_level_where_the_camera_was_turned(aside):
    boxes = np.array(
        [
            [40.0 + 60 * at, board - 90, 90.0 + 60 * at, board]
            for board in (120, 240, 360)
            for at in range(8)
        ]
    )
    seen = np.array([[1, 0.02, 0], [0.05, 1, 0], [aside / 600, 0, 1]])
    there = moved_boxes(seen, boxes)
    record = PredictionRecord(
        "p.jpg", 700, 500, tuple(Detection("A", tuple(box), 0.9) for box in there.tolist())
    )
    (onto,), (width, height) = levelled([Laid(record, np.eye(3))])
    assert max(width, height) < 2000
    feet = moved_boxes(onto, there)[:, 3].reshape(3, 8)
    assert np.ptp(feet, axis=1).max() < 12
    assert np.ptp(there[:, 3].reshape(3, 8), axis=1).max() > 18

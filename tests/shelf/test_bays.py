"""Bays side by side on one photo."""

import numpy as np
from tiny_shelf import standing

from components.shelf.bays import in_bays


def test_boards_that_end_where_others_begin_are_two_bays():
    boxes, rows = standing([150.0] * 5, [150.0] * 5)
    right = boxes + np.array([500, 100, 500, 100])
    both, numbers = np.concatenate([boxes, right]), np.concatenate([2 * rows, 2 * rows + 1])
    assert in_bays(both, numbers) == [[0, 2], [1, 3]]


def test_rows_of_other_lengths_are_one_bay():
    boxes, rows = standing([150.0] * 3, [150.0] * 9, [150.0] * 2, [150.0] * 9)
    assert in_bays(boxes, rows) == [[0, 1, 2, 3]]


def test_a_row_that_stands_alone_is_no_bay():
    boxes, rows = standing([150.0] * 3, [150.0] * 3)
    alone = boxes[:3] + np.array([500, 100, 500, 100])
    both, numbers = np.concatenate([boxes, alone]), np.concatenate([2 * rows, [1, 1, 1]])
    assert in_bays(both, numbers) == [[0, 1, 2]]


def test_rows_one_below_the_other_are_one_bay_wherever_they_are():
    boxes, rows = standing(*[[100.0] * 3] * 4)
    boxes[rows >= 2] += [500, 0, 500, 0]
    assert in_bays(boxes, rows) == [[0, 1, 2, 3]]


def test_without_boxes_there_are_no_bays():
    assert in_bays(np.zeros((0, 4)), np.zeros(0, int)) == []

import numpy as np

from components.records.moved_boxes import moved_boxes


def test_boxes_seen_from_elsewhere_are_hulls_of_their_corners():
    turned = np.array([[0, -1, 50], [1, 0, 0], [0, 0, 1.0]])
    assert moved_boxes(turned, np.array([[10, 20, 30, 25]])).tolist() == [[25, 10, 30, 30]]
    assert moved_boxes(np.eye(3), np.zeros((0, 4))).shape == (0, 4)

"""Overlap of boxes, held against a count of pixels and against the model's own."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.records.boxes import iou, overlaps

side = st.integers(0, 60)
box = st.tuples(side, side, side, side).map(
    lambda c: (min(c[0], c[2]), min(c[1], c[3]), max(c[0], c[2]), max(c[1], c[3]))
)


@given(box, box)
def test_iou_counts_pixels(one, other):
    def cells(corners):
        left, top, right, bottom = corners
        return {(x, y) for x in range(left, right) for y in range(top, bottom)}

    union = len(cells(one) | cells(other))
    shared = len(cells(one) & cells(other))

    expected = shared / union if union else 0
    assert iou(np.array([one], float), np.array([other], float)) == pytest.approx(expected)


@settings(deadline=None)  # TensorFlow is imported by the first example
@given(st.lists(box, max_size=5), st.lists(box, max_size=5))
def test_iou_is_that_of_the_model(some, others):
    from components.recogniser import geometry

    one, other = (np.array(boxes, np.float32).reshape(-1, 4) for boxes in (some, others))
    inside = geometry.iou(one[:, np.newaxis], other[np.newaxis]).numpy()
    np.testing.assert_allclose(iou(one, other), inside, atol=1e-6)


def test_overlap_with_a_crowd_is_the_share_of_the_box():
    boxes = np.array([[0.0, 0, 10, 10]])
    truths = np.array([[0.0, 0, 10, 40], [0, 0, 10, 40]])
    overlap = overlaps(boxes, truths, np.array([False, True]))
    assert overlap.tolist() == [[0.25, 1.0]]


def test_boxes_without_area_overlap_nothing():
    point = np.array([[5.0, 5, 5, 5]])
    assert iou(point, point).tolist() == [[0.0]]


def test_no_boxes_overlap_nothing():
    assert iou(np.zeros((3, 4)), np.zeros((0, 4))).shape == (3, 0)

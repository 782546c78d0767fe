"""Corners of COCO's matching that random boxes rarely reach."""

import numpy as np
import pytest

from components.metrics.average_precision import average_precision
from components.metrics.matching import match


def test_overlap_of_exactly_the_threshold_matches():
    taken = match(np.array([[0.5]]), np.array([False]), np.array([False]))
    assert taken[:, 0].tolist() == [0] + [-1] * 9


def test_truth_that_counts_is_preferred_to_an_ignored_one_that_fits_better():
    taken = match(np.array([[0.99, 0.6]]), np.array([True, False]), np.array([False, False]))
    # From 0.65 on, only the ignored one is near enough.
    assert taken[:, 0].tolist() == [1] * 3 + [0] * 7


def test_average_precision_of_a_hit_after_a_miss():
    scores = np.array([0.9, 0.8])
    true = np.array([[False, True]])
    result = average_precision(scores, true, np.zeros((1, 2), bool), truths=1)
    assert result == pytest.approx([0.5])


def test_average_precision_without_detections_is_zero():
    empty = np.zeros((10, 0), bool)
    assert average_precision(np.zeros(0), empty, empty, truths=3).tolist() == [0] * 10

"""Whether looking at the doubtful detections first finds the errors."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from components.metrics.review_order import ambiguity_bins, review_curve


def curve(ambiguity, scores, wrong):
    return review_curve(np.array(ambiguity, float), np.array(scores, float), np.array(wrong, bool))


def test_bins_hold_their_lower_edge_and_the_last_one_both():
    bins = ambiguity_bins(
        np.array([0.0, 0.05, 0.1, 0.55, 1.0, 1.0]), np.array([0, 1, 0, 1, 1, 0], bool)
    )
    assert len(bins) == 10
    assert {b: each.n for b, each in enumerate(bins) if each.n} == {0: 2, 1: 1, 5: 1, 9: 2}
    assert [bins[b].error_rate for b in (0, 1, 2, 5, 9)] == [0.5, 0, None, 1, 0.5]
    assert (bins[9].low, bins[9].high) == (pytest.approx(0.9), 1)


def test_the_most_ambiguous_tenth():
    # Ten detections; the most ambiguous one is one of two errors, the other is clear and unsure.
    ambiguity = [0.9, 0.5, 0.2, *[0.0] * 7]
    scores = [0.8] * 3 + [0.9] * 6 + [0.3]
    points = curve(ambiguity, scores, [1, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    assert points[10].caught == pytest.approx(0.5)
    assert points[10].caught_by_score == pytest.approx(0.5)
    # Of the seven without a rival the one with the lowest score comes fourth.
    assert points[30].caught == pytest.approx(0.5)
    assert points[40].caught == pytest.approx(1)


def test_what_is_equal_in_everything_is_caught_in_proportion():
    points = curve([0.0] * 4, [0.7] * 4, [1, 0, 0, 0])
    assert [round(point.caught, 6) for point in points] == [
        round(point.reviewed, 6) for point in points
    ]


def test_a_part_of_a_detection_is_reviewed_in_part():
    points = curve([0.9, 0.1, 0.0], [0.5, 0.5, 0.5], [1, 0, 0])
    assert points[10].caught == pytest.approx(0.3)


def test_without_an_error_there_is_nothing_to_catch():
    assert curve([0.9, 0.1], [0.5, 0.9], [0, 0]) == ()
    assert curve([], [], []) == ()


_DETECTIONS = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.3, 0.7, 1.0]), st.sampled_from([0.2, 0.5, 0.9]), st.booleans()
    ),
    min_size=1,
    max_size=40,
)


@given(_DETECTIONS, st.randoms())
def test_curves_rise_from_nothing_to_everything_whatever_the_order(found, random):
    points = curve(*zip(*found, strict=True))
    if not any(wrong for _, _, wrong in found):
        assert points == ()
        return
    assert len(points) == 101
    for name in ("caught", "caught_by_score"):
        values = [getattr(point, name) for point in points]
        assert (values[0], values[-1]) == (0, pytest.approx(1))
        assert values == sorted(values)
    shuffled = random.sample(found, len(found))
    again = curve(*zip(*shuffled, strict=True))
    assert [point.caught for point in again] == pytest.approx([point.caught for point in points])


@given(_DETECTIONS)
def test_ambiguity_that_knows_the_errors_cannot_be_beaten(found):
    wrong = [each[2] for each in found]
    assume(any(wrong))
    points = curve([float(each) for each in wrong], [each[1] for each in found], wrong)
    assert points
    for point in points:
        assert point.caught >= point.caught_by_score - 1e-9

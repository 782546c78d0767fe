"""The threshold that follows from what errors cost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.metrics.costs import Costs
from components.metrics.detection_metrics import DetectionMetrics
from components.metrics.operating_curve import SAME_COST, operating_curve
from components.training.settings import TrainerSettings


def curve(scores, right, products=None, photos=10, costs=None, threshold=None):
    right = np.array(right, bool)
    products = int(right.sum()) if products is None else products
    return operating_curve(
        np.array(scores, float), right, products, photos, costs or Costs(), threshold
    )


def at(curve, threshold):
    (point,) = (each for each in curve.points if each.threshold == threshold)
    return point


def test_points_say_what_users_would_see():
    found = curve([0.9, 0.8, 0.6, 0.3], [1, 0, 1, 0], products=4, photos=5, costs=Costs(2, 3))
    point = at(found, 0.5)
    assert point.precision == pytest.approx(2 / 3)
    assert point.recall == pytest.approx(2 / 4)
    assert point.false_alarms_per_photo == pytest.approx(1 / 5)
    assert point.cost == pytest.approx((2 * 1 + 3 * 2) / 5)
    nothing = at(found, 0.99)
    assert (nothing.precision, nothing.recall, nothing.false_alarms_per_photo) == (None, 0, 0)
    assert len(found.points) == 99


def test_a_score_of_exactly_the_threshold_is_shown():
    assert at(curve([0.5], [1]), 0.5).recall == 1
    assert at(curve([0.5], [1]), 0.51).recall == 0


def test_dear_misses_lower_the_threshold_and_dear_false_alarms_raise_it():
    rng = np.random.default_rng(0)
    scores = rng.uniform(0, 1, 20000)
    right = rng.uniform(0, 1, 20000) < scores  # calibrated: a score is a probability

    def chosen(costs):
        return curve(scores, right, costs=costs).chosen.threshold

    assert chosen(Costs(1, 1)) == pytest.approx(0.5, abs=0.05)
    assert chosen(Costs(1, 4)) == pytest.approx(0.2, abs=0.05)
    assert chosen(Costs(4, 1)) == pytest.approx(0.8, abs=0.05)


def test_photos_without_products_count_their_false_alarms():
    right, alarms = [0.7] * 5, [0.6] * 4
    assert curve(right, [1] * 5).chosen.threshold == 0.5
    with_negatives = curve([*right, *alarms], [1] * 5 + [0] * 4)
    assert with_negatives.chosen.threshold == 0.61


def test_of_equally_cheap_thresholds_the_nearest_to_break_even_is_chosen():
    # Everything from 0.31 to 0.9 separates right from wrong.
    scores, right = [0.9, 0.3], [1, 0]
    assert curve(scores, right).chosen.threshold == 0.5
    assert curve(scores, right, costs=Costs(1, 9)).chosen.threshold == 0.31
    assert curve(scores, right, costs=Costs(99, 1)).chosen.threshold == 0.9


def test_where_there_is_nothing_to_learn_from_it_is_the_break_even():
    assert curve([], [], photos=0).chosen.threshold == 0.5
    assert curve([], [], photos=3, costs=Costs(1, 3)).chosen.threshold == 0.25
    assert curve([], [], photos=3, costs=Costs(1, 1e6)).chosen.threshold == 0.01
    assert curve([], [], photos=3, costs=Costs(1e6, 1)).chosen.threshold == 0.99


def test_where_nothing_is_right_little_is_shown():
    found = curve([0.9, 0.6], [0, 0], products=3)
    assert found.chosen.threshold == 0.91
    assert found.chosen.false_alarms_per_photo == 0


def test_a_threshold_that_is_given_is_the_chosen_point():
    found = curve([0.5123, 0.4], [1, 0], threshold=0.5123)
    assert found.chosen.threshold == 0.5123
    assert (found.chosen.recall, found.chosen.precision) == (1, 1)


def test_the_default_costs_are_those_of_the_settings():
    settings = TrainerSettings()
    assert Costs() == (settings.cost_false_alarm, settings.cost_miss)


_COST = st.floats(0.01, 100)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=30),
    st.integers(0, 5),
    _COST,
    _COST,
)
def test_no_threshold_is_cheaper_than_the_chosen_one_by_more_than_chance(
    found, missing, false_alarm, miss
):
    scores, right = [each[0] for each in found], [each[1] for each in found]
    costs = Costs(false_alarm, miss)
    result = curve(scores, right, sum(right) + missing, costs=costs)
    assert result.chosen in result.points
    for point in result.points:
        assert result.chosen.cost <= point.cost * (1 + SAME_COST + 1e-6) + 1e-6
        shown = [r for s, r in found if s >= point.threshold]
        false_alarms, hits = len(shown) - sum(shown), sum(shown)
        missed = sum(right) + missing - hits
        assert point.cost == pytest.approx((false_alarm * false_alarms + miss * missed) / 10)


def test_on_test_data_the_point_agrees_with_the_metrics(make_record, make_truth, make_detections):
    boxes = [[20 * i, 0, 20 * i + 10, 10] for i in range(4)]
    metrics = DetectionMetrics(0.5, costs=Costs(1, 2))
    records = [
        make_record(
            make_truth(boxes, ["a", "a", "b", "unknown_product"]),
            make_detections(boxes, ["a", "b", "b", "b"], [0.9, 0.8, 0.4, 0.7]),
        ),
        make_record(None, make_detections(boxes[:1], ["a"], [0.6]), "negative"),
        make_record(None, make_detections(boxes[:1], ["a"], [0.9]), "labelled", label="a"),
    ]
    summary = metrics.summarise([metrics.tally(record) for record in records])
    operating = summary.operating
    assert operating.chosen.threshold == summary.operating_threshold
    assert operating.chosen.precision == summary.metrics["precision_at_threshold"]
    assert operating.chosen.recall == summary.metrics["recall_at_threshold"]
    # On two photos with known boxes: two wrong names, one of them of an unknown product, one false
    # alarm on a negative, two missed.
    assert operating.chosen.false_alarms_per_photo == pytest.approx(3 / 2)
    assert operating.chosen.cost == pytest.approx((1 * 3 + 2 * 2) / 2)


def test_photos_without_boxes_have_no_trade_off(make_record, make_detections):
    metrics = DetectionMetrics(0.5)
    record = make_record(None, make_detections([[0, 0, 9, 9]], ["a"], [0.9]), label="a")
    assert metrics.summarise([metrics.tally(record)]).operating is None


def test_where_the_curve_is_flat_chance_does_not_choose():
    """One wrong detection more or less moves the lowest point, not the threshold."""
    scores = np.linspace(0.3, 0.7, 201)
    right = np.arange(201) % 2 == 0
    moved = right.copy()
    moved[40:43] = True
    assert curve(scores, right).chosen.threshold == curve(scores, moved).chosen.threshold == 0.5

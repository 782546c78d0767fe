"""Answers at the group of a product."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.records.groups import count_groups, grouped
from components.records.prediction import Detection, RunnerUp

HERE, NEAR, AWAY = (0.0, 0.0, 10.0, 20.0), (1.0, 1.0, 11.0, 21.0), (40.0, 0.0, 50.0, 20.0)
GROUPS = {"cola-1": "cola", "cola-2": "cola", "cola-3": "cola", "tea-1": "tea", "tea-2": "tea"}


def found(sku, score, box=HERE, runner_up=None) -> Detection:
    return Detection(sku, box, score, runner_up and RunnerUp(*runner_up))


def scores(*detections) -> list[tuple[str, float | None]]:
    told = grouped(detections, GROUPS)
    return [(each.group, each.group_score and pytest.approx(each.group_score)) for each in told]


def test_members_at_one_place_are_summed():
    assert (
        scores(found("cola-1", 0.4), found("cola-2", 0.3, NEAR), found("cola-3", 0.2))
        == [("cola", 0.9)] * 3
    )


def test_others_are_not():
    away, stranger, milk = found("cola-2", 0.3, AWAY), found("tea-1", 0.3), found("milk", 0.1)
    assert scores(found("cola-1", 0.4), away, stranger, milk) == [
        ("cola", 0.4),
        ("cola", 0.3),
        ("tea", 0.3),
        ("", None),
    ]


def test_one_member_is_summed_once_whatever_boxes_it_has():
    assert scores(found("cola-1", 0.4), found("cola-2", 0.3), found("cola-2", 0.2, NEAR))[0] == (
        "cola",
        0.7,
    )


def test_a_runner_up_that_is_no_detection_counts():
    assert scores(found("cola-1", 0.4, runner_up=("cola-2", 0.35))) == [("cola", 0.75)]
    assert scores(found("cola-1", 0.4, runner_up=("tea-1", 0.35))) == [("cola", 0.4)]
    both = [found("cola-1", 0.4, runner_up=("cola-2", 0.3)), found("cola-2", 0.3)]
    assert scores(*both)[0] == ("cola", 0.7)


def test_nothing_is_changed_of_what_was_there():
    one = found("cola-1", 0.4, runner_up=("tea-1", 0.35))
    (told,) = grouped([one], GROUPS)
    assert (told.sku, told.score, told.runner_up, told.box) == (
        one.sku,
        one.score,
        one.runner_up,
        one.box,
    )
    assert grouped([one], {}) == (one,)


def test_a_place_counts_once_for_a_group():
    told = grouped(
        [found("cola-1", 0.3), found("cola-2", 0.3, NEAR), found("cola-1", 0.9, AWAY)], GROUPS
    )
    assert count_groups(told, 0.5) == {"cola": 2}
    assert count_groups(told, 0.7) == {"cola": 1}


def test_the_surest_answer_at_a_place_counts():
    milk = found("milk", 0.55)
    told = grouped([milk, found("cola-1", 0.3), found("cola-2", 0.1)], GROUPS)
    assert count_groups(told, 0.2) == {}
    told = grouped([found("tea-1", 0.4), found("cola-1", 0.3), found("cola-2", 0.3)], GROUPS)
    assert count_groups(told, 0.2) == {"cola": 1}


@given(
    st.lists(
        st.tuples(
            st.sampled_from([*GROUPS, "milk"]), st.floats(0, 1), st.sampled_from([HERE, NEAR, AWAY])
        )
    )
)
def test_a_group_is_a_probability_no_smaller_than_its_member(candidates):
    for each in grouped([found(*one) for one in candidates], GROUPS):
        assert (each.group == "") == (each.group_score is None) == (each.sku == "milk")
        if each.group_score is not None:
            assert each.score <= each.group_score <= 1

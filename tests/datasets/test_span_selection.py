import pytest

from components.datasets.settings import DataSettings
from components.datasets.span_selection import chosen_spans, spans_in_words
from pipeline.config import load
from pipeline.errors import WrongInput


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        ("all", [1, 2, 3, 7, 10]),
        ("latest", [10]),
        ("3", [3]),
        ("2-7", [2, 3, 7]),
        ("4-99", [7, 10]),
        ("4", []),
        ("4-6", []),
    ],
)
def test_spans_are_chosen_by_number(selection, chosen):
    assert chosen_spans(selection, [10, 2, 3, 1, 7]) == chosen


def test_nothing_is_chosen_of_nothing():
    assert chosen_spans("latest", []) == chosen_spans("all", []) == []


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        ("newest", "expected all, latest, a number, or a range such as 2-5, not 'newest'"),
        ("2-", "expected all, latest, a number, or a range such as 2-5, not '2-'"),
        ("-3", "expected all, latest, a number, or a range such as 2-5, not -3"),
        ("5-2", "the range runs backwards; write 2-5, not '5-2'"),
    ],
)
def test_another_selection_is_refused_with_what_is_expected(value, complaint):
    with pytest.raises(WrongInput) as caught:
        load(assignments=[f"data.spans={value}"])
    assert caught.value.problems == (f"data.spans: {complaint}",)


def test_a_number_may_be_written_as_one():
    assert load(assignments=["data.spans=3"]).data.spans == "3"
    assert DataSettings().spans == "all"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([4], "span 4"),
        ([1, 2], "spans 1 to 2"),
        ([1, 2, 3, 7, 9, 10], "spans 1 to 3, 7, 9 to 10"),
        ([], "span none"),
    ],
)
def test_spans_are_told_in_words(numbers, words):
    assert spans_in_words(numbers) == words

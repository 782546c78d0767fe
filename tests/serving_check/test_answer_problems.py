import numpy as np
import pytest

from components.serving_check.answer_problems import (
    problems_of_detections,
    problems_of_embedding,
    problems_of_map,
)

SKUS = {"milk", "oat"}


def answer(**changes):
    """One photo, two detections, room for three."""
    fields = {
        "boxes": np.array([[[1, 2, 30, 40], [5, 6, 60, 50], [0, 0, 0, 0]]], np.float32),
        "skus": np.array([[b"milk", b"oat", b""]], object),
        "scores": np.array([[0.9, 0.5, 0]], np.float32),
        "runner_up_skus": np.array([[b"oat", b"", b""]], object),
        "runner_up_scores": np.array([[0.1, 0, 0]], np.float32),
        "ambiguity": np.array([[0.2, 0, 0]], np.float32),
        "product_boxes": np.array([[[1, 2, 30, 40], [5, 6, 60, 50], [0, 0, 0, 0]]], np.float32),
        "product_scores": np.array([[0.9, 0.6, 0]], np.float32),
        "unknown_scores": np.array([[0.0, 0.1, 0]], np.float32),
        "count": np.array([2], np.int32),
    }
    return {**fields, **{name: np.asarray(value) for name, value in changes.items()}}


def problems(**changes):
    return problems_of_detections(answer(**changes), [(50, 60)], SKUS)


def test_a_good_answer_has_no_problems():
    assert problems() == []


def test_what_lies_past_the_count_is_padding():
    assert problems(count=np.array([1]), scores=[[0.9, np.nan, 0]]) == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scores": [[np.nan, 0.5, 0]]}, "'scores' holds numbers that are not finite"),
        ({"scores": [[0.5, 0.9, 0]]}, "detections are not sorted by score"),
        ({"scores": [[1.5, 0.9, 0]]}, "'scores' goes beyond 0 to 1"),
        ({"ambiguity": [[-0.5, 0, 0]]}, "'ambiguity' goes beyond 0 to 1"),
        ({"product_scores": [[1.5, 0, 0]]}, "'product_scores' goes beyond 0 to 1"),
        (
            {"unknown_scores": [[0, np.nan, 0]]},
            "'unknown_scores' holds numbers that are not finite",
        ),
        ({"product_boxes": [[[1, 2, 70, 40]] + [[0] * 4] * 2]}, "a box lies outside the photo"),
        ({"count": [7]}, "a count of 7 where there is room for 3 detections"),
        ({"count": [-1]}, "a count of -1 where there is room for 3 detections"),
        ({"skus": [[b"milk", b"pear", b""]]}, "SKU 'pear' is not in the index"),
        ({"runner_up_skus": [[b"pear", b"", b""]]}, "SKU 'pear' is not in the index"),
        ({"skus": [[b"milk", b"", b""]]}, "SKU '' is not in the index"),
        (
            {"boxes": [[[1, 2, 30, 40], [5, 6, 62, 50], [0, 0, 0, 0]]]},
            "a box lies outside the photo",
        ),
        (
            {"boxes": [[[1, -3, 30, 40], [5, 6, 60, 50], [0, 0, 0, 0]]]},
            "a box lies outside the photo",
        ),
        (
            {"boxes": [[[30, 2, 1, 40], [5, 6, 60, 50], [0, 0, 0, 0]]]},
            "a box ends before it begins",
        ),
        (
            {"boxes": [[[1, 2, np.inf, 40], [5, 6, 60, 50], [0] * 4]]},
            "'boxes' holds numbers that are not finite",
        ),
    ],
)
def test_a_fault_is_told(changes, said):
    assert problems(**changes) == [said]


def test_a_batch_must_be_answered_in_full():
    assert problems_of_detections(answer(), [(50, 60)] * 3, SKUS) == [
        f"'{name}' answers 1 photos, not 3" for name in sorted(answer())
    ]


def test_one_fault_on_many_photos_is_told_once():
    twice = {name: np.concatenate([each, each]) for name, each in answer(count=[9]).items()}

    assert len(problems_of_detections(twice, [(50, 60)] * 2, SKUS)) == 1


def test_maps_are_probabilities():
    assert problems_of_map(np.full((3, 4), 0.5)) == []
    assert problems_of_map(np.full((3, 4), 1.5)) == ["the map goes from 1.5 to 1.5, not 0 to 1"]
    assert problems_of_map(np.full((3, 4), np.nan)) == ["the map holds numbers that are not finite"]
    assert problems_of_map(np.zeros((0, 4))) == ["the map has shape [0, 4]"]


def test_embeddings_have_a_row_per_packshot_and_say_something():
    good = {"screen": np.ones((2, 8)), "hubness": np.ones(2), "templates": np.ones((2, 3, 3, 8))}

    assert problems_of_embedding(good, 2) == []
    assert problems_of_embedding({**good, "hubness": np.ones(1)}, 2) == [
        "'hubness' has 1 rows for 2 packshots"
    ]
    assert problems_of_embedding({**good, "screen": np.zeros((2, 8))}, 2) == [
        "every shortlist embedding is zero"
    ]
    assert problems_of_embedding({**good, "screen": np.full((2, 8), np.nan)}, 2) == [
        "'screen' holds numbers that are not finite"
    ]

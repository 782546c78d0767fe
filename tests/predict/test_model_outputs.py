import numpy as np
import pytest

from components.predict.model_outputs import BadAnswer, Found, detections_of, found_in
from components.records.prediction import Detection, RunnerUp


def answer(**changes):
    fields = {
        "boxes": np.array([[1, 2, 30, 40], [5, 6, 70, 80]], np.float32),
        "skus": ["milk", "oat"],
        "scores": np.array([0.25, 0.75], np.float32),
        "runner_up_skus": ["", "milk"],
        "runner_up_scores": np.array([0, 0.5], np.float32),
        "ambiguity": np.array([0.9, 0.5], np.float32),
        "photo_size": (60, 100),
    }
    return {**fields, **changes}


def test_detections_come_best_first_and_inside_the_photo():
    assert detections_of(**answer()) == (
        Detection("oat", (5, 6, 70, 60), 0.75, RunnerUp("milk", 0.5), 0.5),
        Detection("milk", (1, 2, 30, 40), 0.25, None, 0.0),
    )


def test_boxes_with_nothing_inside_the_photo_are_left_out():
    boxes = np.array([[110, 2, 130, 40], [5, 6, 70, 50]], np.float32)

    assert [each.sku for each in detections_of(**answer(boxes=boxes))] == ["oat"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("scores", "scores"),
        ("runner_up_scores", "runner-up scores"),
        ("ambiguity", "ambiguity"),
    ],
)
def test_numbers_that_are_not_finite_are_no_answer(name, said):
    with pytest.raises(BadAnswer, match=f"{said} that are not finite"):
        detections_of(**answer(**{name: np.array([np.nan, 0.5], np.float32)}))


def test_an_infinite_box_is_no_answer():
    boxes = np.array([[1, 2, np.inf, 40], [5, 6, 70, 50]], np.float32)

    with pytest.raises(BadAnswer, match="boxes that are not finite"):
        detections_of(**answer(boxes=boxes))


def row(**changes):
    fields = {"unknown_scores": np.array([0.6, 0.05], np.float32), "full": np.array(False)}
    return {**fields, **changes}


PRODUCTS = np.array([[1, 2, 30, 40], [5, 6, 70, 80]], np.float32)
NAMED = Detection("milk", (5, 6, 70, 60), 0.9)
WEAK = Detection("oat", (50, 6, 70, 60), 0.3)


def test_unknown_products_stand_among_the_others_by_score_where_they_are_likely_at_all():
    unknown = Detection("unknown_product", (1, 2, 30, 40), pytest.approx(0.6))
    assert found_in(row(), [NAMED, WEAK], PRODUCTS, (60, 100)) == Found((NAMED, unknown, WEAK))


def test_a_photo_that_shows_more_than_is_looked_at_says_so():
    assert found_in(row(full=np.array([True])), [NAMED], PRODUCTS, (60, 100)).full


def test_a_release_of_before_tells_of_no_unknown_products():
    assert found_in({}, [NAMED], None, (60, 100)) == Found((NAMED,))


def test_an_unknown_score_that_is_not_finite_is_no_answer():
    odd = row(unknown_scores=np.array([np.nan, 0.05], np.float32))
    with pytest.raises(BadAnswer, match="scores that are not finite"):
        found_in(odd, [NAMED], PRODUCTS, (60, 100))

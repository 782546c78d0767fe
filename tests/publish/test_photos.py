import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from components.publish.photos import choose, draw

WHITE = np.full((200, 300, 3), 255, np.uint8)


def _line(name, outcomes=(), missed=0, label="", said=("milk",), truths=1):
    detections = [
        {"sku": sku, "box": [10.0, 10.0, 50.0, 90.0], "score": 0.9, "outcome": outcome}
        for sku, outcome in zip(list(said) * len(outcomes), outcomes, strict=False)
    ]
    truth = [
        {"sku": "soap", "box": [100.0, 20.0, 160.0, 120.0], "new": False, "outcome": "missed"}
    ] * missed
    found = [{**truth_of_found, "outcome": "found"} for truth_of_found in _found(truths)]
    return {
        "photo": name,
        "source_id": name,
        "label": label,
        "detections": detections,
        "truth": truth + found,
    }


def _found(count):
    return [{"sku": "milk", "box": [10.0, 10.0, 50.0, 90.0], "new": False}] * count


PERFECT = _line("perfect", ["right"] * 5, truths=5)
GOOD = _line("good", ["right"] * 4 + ["wrong"], truths=4)
POOR = _line("poor", ["right", "wrong"], missed=4)
BLIND = _line("blind", [], missed=3, truths=0)
ALARM = _line("alarm", ["wrong"], truths=0)
EMPTY = _line("empty", [], truths=0)


def _names(judged):
    return [each.line["photo"] for each in judged]


def test_worst_and_best_photos_in_their_order():
    worst, best = choose([GOOD, EMPTY, BLIND, PERFECT, POOR, ALARM], 2)
    assert _names(worst) == ["blind", "poor"]
    assert _names(best) == ["perfect", "good"]


def test_false_alarms_on_negatives_do_not_crowd_out_what_was_missed():
    alarms = [_line(f"alarm-{number}", ["wrong"], truths=0) for number in range(4)]
    worst, _ = choose([*alarms, GOOD, POOR, BLIND, PERFECT], 4)
    assert _names(worst) == ["blind", "alarm-0", "poor", "good"]
    worst, _ = choose([*alarms, PERFECT], 2)
    assert _names(worst) == ["alarm-0", "alarm-1"]


def test_no_photo_is_shown_as_best_and_as_worst():
    for lines in ([POOR], [POOR, GOOD], [POOR, GOOD, BLIND]):
        worst, best = choose(lines, 4)
        assert not set(_names(worst)) & set(_names(best))


def test_perfect_photos_are_never_worst_and_empty_ones_never_best():
    worst, best = choose([PERFECT, EMPTY], 4)
    assert _names(worst) == []
    assert _names(best) == ["perfect"]
    assert choose([], 4) == ([], [])


@pytest.mark.parametrize(
    ("line", "caption"),
    [
        (POOR, "1 right, 1 wrong, 4 missed"),
        (ALARM, "no product of the catalogue on it, 1 false alarms"),
        (
            _line("label", ["below"], label="soap", truths=0),
            "shows soap; the model says milk",
        ),
        (_line("label", [], label="soap", truths=0), "shows soap; the model says nothing"),
    ],
)
def test_captions_say_what_is_to_be_seen(line, caption):
    worst, _ = choose([line], 1)
    assert worst[0].caption == caption


def test_a_confident_mistake_comes_before_a_hesitant_one():
    sure = _line("sure", ["below"], label="soap", truths=0)
    hesitant = _line("hesitant", ["below"], label="soap", truths=0)
    hesitant["detections"][0]["score"] = 0.2
    right = _line("right", ["below"], label="milk", truths=0)
    worst, best = choose([hesitant, right, sure, PERFECT], 2)
    assert _names(worst) == ["sure", "hesitant"]
    assert "right" in _names(best)


def _colours(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg))).reshape(-1, 3).astype(int)


def _has(jpeg, colour, tolerance=60):
    return bool((np.abs(_colours(jpeg) - colour).sum(axis=1) < tolerance).any())


BLUE, ORANGE, VERMILION = (0, 114, 178), (230, 159, 0), (213, 94, 0)


def test_each_outcome_has_its_frame():
    assert _has(draw(WHITE, PERFECT), BLUE)
    assert not _has(draw(WHITE, PERFECT), VERMILION)
    assert _has(draw(WHITE, ALARM), ORANGE)
    assert _has(draw(WHITE, BLIND), VERMILION)
    below = _line("below", ["below"])
    assert not any(_has(draw(WHITE, below), colour) for colour in (BLUE, ORANGE, VERMILION))


def test_the_picture_is_small():
    picture = Image.open(io.BytesIO(draw(np.full((3000, 4000, 3), 90, np.uint8), PERFECT)))
    assert picture.size == (720, 540)


_side = st.floats(-50, 400)


@settings(max_examples=25)
@given(box=st.tuples(_side, _side, _side, _side), outcome=st.sampled_from(["right", "wrong"]))
def test_any_box_can_be_drawn(box, outcome):
    left, right = sorted(box[::2])
    top, bottom = sorted(box[1::2])
    line = _line("x", [outcome], missed=1)
    line["detections"][0]["box"] = line["truth"][0]["box"] = [left, top, right, bottom]
    assert draw(WHITE, line)

import pytest

from components.publish.report.photos.choose_photos import choose, judge
from components.publish.report.sentences.photo_captions import caption


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


def _choose(lines, count):
    return choose(map(judge, lines), count)


def _names(judged):
    return [each.photo for each in judged]


def test_worst_and_best_photos_in_their_order():
    worst, best = _choose([GOOD, EMPTY, BLIND, PERFECT, POOR, ALARM], 2)
    assert _names(worst) == ["blind", "poor"]
    assert _names(best) == ["perfect", "good"]


def test_false_alarms_on_negatives_do_not_crowd_out_what_was_missed():
    alarms = [_line(f"alarm-{number}", ["wrong"], truths=0) for number in range(4)]
    worst, _ = _choose([*alarms, GOOD, POOR, BLIND, PERFECT], 4)
    assert _names(worst) == ["blind", "alarm-0", "poor", "good"]
    worst, _ = _choose([*alarms, PERFECT], 2)
    assert _names(worst) == ["alarm-0", "alarm-1"]


@pytest.mark.parametrize(
    ("lines", "worst", "best"),
    [
        ([POOR], ["poor"], []),
        ([POOR, GOOD], ["poor"], ["good"]),
        ([POOR, GOOD, BLIND], ["blind"], ["good", "poor"]),
    ],
)
def test_no_photo_is_shown_as_best_and_as_worst(lines, worst, best):
    assert tuple(map(_names, _choose(lines, 4))) == (worst, best)


def test_perfect_photos_are_never_worst_and_empty_ones_never_best():
    worst, best = _choose([PERFECT, EMPTY], 4)
    assert _names(worst) == []
    assert _names(best) == ["perfect"]
    assert _choose([], 4) == ([], [])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (POOR, "1 right, 1 wrong, 4 missed"),
        (ALARM, "no product of the catalogue on it, 1 false alarm"),
        (
            _line("label", ["below"], label="soap", truths=0),
            "shows Soap; the model says milk",
        ),
        (_line("label", [], label="soap", truths=0), "shows Soap; the model says nothing"),
    ],
)
def test_captions_say_what_is_to_be_seen(line, said):
    assert caption(judge(line), {"soap": "Soap"}) == said


def test_a_confident_mistake_comes_before_a_hesitant_one():
    sure = _line("sure", ["below"], label="soap", truths=0)
    hesitant = _line("hesitant", ["below"], label="soap", truths=0)
    hesitant["detections"][0]["score"] = 0.2
    right = _line("right", ["below"], label="milk", truths=0)
    worst, best = _choose([hesitant, right, sure, PERFECT], 2)
    assert _names(worst) == ["sure", "hesitant"]
    assert "right" in _names(best)

import pytest

from components.artifacts.judged_photos import JudgedDetection, JudgedPhoto, JudgedProduct
from components.publish.report.photos.choose_photos import choose, grade
from components.publish.report.sentences.photo_captions import caption


def _photo(name, outcomes=(), missed=0, label="", truths=1, score=0.9):
    box = (10.0, 10.0, 50.0, 90.0)
    return JudgedPhoto(
        photo=name,
        width=200,
        height=200,
        detections=tuple(
            JudgedDetection(
                sku="milk", box=box, score=score, runner_up=None, ambiguity=0.0, outcome=outcome
            )
            for outcome in outcomes
        ),
        counts={},
        source_id=name,
        label=label,
        truth=(
            *[JudgedProduct(sku="soap", box=box, new=False, outcome="missed")] * missed,
            *[JudgedProduct(sku="milk", box=box, new=False, outcome="found")] * truths,
        ),
    )


PERFECT = _photo("perfect", ["right"] * 5, truths=5)
GOOD = _photo("good", ["right"] * 4 + ["wrong"], truths=4)
POOR = _photo("poor", ["right", "wrong"], missed=4)
BLIND = _photo("blind", [], missed=3, truths=0)
ALARM = _photo("alarm", ["wrong"], truths=0)
EMPTY = _photo("empty", [], truths=0)


def _choose(photos, count):
    return choose(map(grade, photos), count)


def _names(graded):
    return [each.photo for each in graded]


def test_worst_and_best_photos_in_their_order():
    worst, best = _choose([GOOD, EMPTY, BLIND, PERFECT, POOR, ALARM], 2)
    assert _names(worst) == ["blind", "poor"]
    assert _names(best) == ["perfect", "good"]


def test_false_alarms_on_negatives_do_not_crowd_out_what_was_missed():
    alarms = [_photo(f"alarm-{number}", ["wrong"], truths=0) for number in range(4)]
    worst, _ = _choose([*alarms, GOOD, POOR, BLIND, PERFECT], 4)
    assert _names(worst) == ["blind", "alarm-0", "poor", "good"]
    worst, _ = _choose([*alarms, PERFECT], 2)
    assert _names(worst) == ["alarm-0", "alarm-1"]


@pytest.mark.parametrize(
    ("photos", "worst", "best"),
    [
        ([POOR], ["poor"], []),
        ([POOR, GOOD], ["poor"], ["good"]),
        ([POOR, GOOD, BLIND], ["blind"], ["good", "poor"]),
    ],
)
def test_no_photo_is_shown_as_best_and_as_worst(photos, worst, best):
    assert tuple(map(_names, _choose(photos, 4))) == (worst, best)


def test_perfect_photos_are_never_worst_and_empty_ones_never_best():
    worst, best = _choose([PERFECT, EMPTY], 4)
    assert _names(worst) == []
    assert _names(best) == ["perfect"]
    assert _choose([], 4) == ([], [])


@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (POOR, "1 right, 1 wrong, 4 missed"),
        (ALARM, "no product of the catalogue on it, 1 false alarm"),
        (
            _photo("label", ["below"], label="soap", truths=0),
            "shows Soap; the model says milk",
        ),
        (_photo("label", [], label="soap", truths=0), "shows Soap; the model says nothing"),
    ],
)
def test_captions_say_what_is_to_be_seen(photo, said):
    assert caption(grade(photo), {"soap": "Soap"}) == said


def test_a_confident_mistake_comes_before_a_hesitant_one():
    sure = _photo("sure", ["below"], label="soap", truths=0)
    hesitant = _photo("hesitant", ["below"], label="soap", truths=0, score=0.2)
    right = _photo("right", ["below"], label="milk", truths=0)
    worst, best = _choose([hesitant, right, sure, PERFECT], 2)
    assert _names(worst) == ["sure", "hesitant"]
    assert "right" in _names(best)

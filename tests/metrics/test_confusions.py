"""Which SKUs are mistaken for each other, and where to look."""

import pytest

from components.metrics.detection_metrics import DetectionMetrics

BOX = [10, 20, 30, 60]


@pytest.fixture
def confused(make_record, make_truth, make_detections):
    """Return a function: on each photo an "a" is shown as "b", with a score and a runner-up."""

    def run(*shown):
        metrics = DetectionMetrics(0.5)
        records = [
            make_record(
                make_truth([BOX], ["a"]),
                make_detections([BOX], ["b"], [score], [(second, 0.1)]),
                source_id=f"photo-{number}",
            )
            for number, (score, second) in enumerate(shown)
        ]
        return metrics.summarise([metrics.tally(record) for record in records]).confusions

    return run


def test_examples_are_the_surest_mistakes(confused):
    (pair,) = confused((0.6, "a"), (0.9, "c"), (0.7, "a"), (0.8, "a"), (0.4, "a"))
    assert (pair.true, pair.predicted, pair.n, pair.share) == ("a", "b", 4, pytest.approx(4 / 5))
    assert [each.source_id for each in pair.examples] == ["photo-1", "photo-3", "photo-2"]
    assert [each.score for each in pair.examples] == [0.9, 0.8, 0.7]
    assert {each.box for each in pair.examples} == {tuple(BOX)}


def test_how_often_the_runner_up_would_have_been_right(confused):
    (pair,) = confused((0.6, "a"), (0.9, "c"), (0.7, "a"), (0.8, ""))
    assert pair.runner_up_right == pytest.approx(2 / 4)


def test_pairs_are_directed_and_the_most_frequent_comes_first(
    make_record, make_truth, make_detections
):
    places = [[20 * i, 0, 20 * i + 10, 10] for i in range(4)]
    metrics = DetectionMetrics(0.5)
    record = make_record(
        make_truth(places, ["a", "b", "b", "c"]),
        make_detections(places, ["b", "a", "a", "c"], [0.9, 0.8, 0.7, 0.6]),
    )
    summary = metrics.summarise([metrics.tally(record)])
    assert [(each.true, each.predicted, each.n) for each in summary.confusions] == [
        ("b", "a", 2),
        ("a", "b", 1),
    ]

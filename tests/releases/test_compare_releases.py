from components.artifacts.verdict import GateResult
from components.releases.compare_releases import Change, MetricChange, compare
from components.releases.data_used import spans, splits


def gate(verdict: str) -> GateResult:
    return GateResult(name="metric.top1", value=0.5, threshold=">= 0.4", verdict=verdict, reason="")


def data(photos: int, last: int) -> dict:
    split = {"photos": photos, "boxes": 70, "spans": [1, last], "spreads": []}
    return {"catalogue": {"catalog": {"photos": 5, "spans": None}}, "shelf photos": {"test": split}}


def test_equal_releases_do_not_differ(make_record):
    record = make_record(1, data=data(9, 1), gates=(gate("pass"),))
    found = compare(record, record, {"milk": "Milk"}, {"milk": "Milk, renamed"})
    assert not any(vars(found).values())


def test_everything_that_differs_is_named(make_record):
    before = make_record(
        1,
        gates=(gate("pass"),),
        data=data(9, 1),
        configuration={"trainer": {"steps": 7, "sizes": [1, 2]}, "cache": True},
    )
    after = make_record(
        2,
        metrics={"map50": 0.8, "top1": 0.5},
        gates=(gate("skipped"),),
        data=data(12, 3),
        configuration={"trainer": {"steps": 9, "sizes": [1, 2], "lean": None}, "cache": True},
    )
    found = compare(before, after, {"milk": "", "tea": ""}, {"milk": "", "oat": ""})
    assert found.metrics == (
        MetricChange("map50", 0.75, 0.8, None),
        MetricChange("top1", None, 0.5, None),
    )
    assert found.gates == (Change("metric.top1", "pass (>= 0.4)", "skipped (>= 0.4)"),)
    assert (found.skus_added, found.skus_removed) == (("oat",), ("tea",))
    assert found.data == (
        Change(
            "shelf photos, test", "9 photos, 70 boxes, spans 1", "12 photos, 70 boxes, spans 1-3"
        ),
    )
    assert found.configuration == (
        Change("trainer.steps", "7", "9"),
        Change("trainer.lean", None, "null"),
    )


def test_a_release_is_compared_with_its_parent_on_its_own_photos(make_record):
    before = make_record(1, metrics={"map50": 0.9})
    after = make_record(2, metrics={"map50": 0.8}, baseline_metrics={"map50": 0.7})
    (change,) = compare(before, after, {}, {}).metrics
    assert change.change == 0.8 - 0.7
    other = make_record(3, parent=2, metrics={"map50": 0.8}, baseline_metrics={"map50": 0.7})
    (change,) = compare(before, other, {}, {}).metrics
    assert change.change == 0.8 - 0.9


def test_spans_are_those_of_all_splits(make_record):
    record = make_record(1, data={"shelf photos": {"a": {"spans": [2, 3]}, "b": {"spans": [5, 5]}}})
    assert spans(record) == "2-5"
    assert splits(record) == {
        "shelf photos, a": "0 photos, spans 2-3",
        "shelf photos, b": "0 photos, spans 5",
    }
    assert spans(make_record(1)) == ""


def test_composed_shelves_are_called_no_photos(make_record):
    data = {"shelf photos": {"test": {"photos": 120, "boxes": 3802}}}
    record = make_record(1, data=data, judged_on="composed shelves")
    assert splits(record) == {"composed shelves, test": "120 pictures, 3,802 boxes"}

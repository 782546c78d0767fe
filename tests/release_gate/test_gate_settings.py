import pytest
from pydantic import ValidationError

from components.release_gate.settings import ChangeGate, GateSettings, MetricGate, SliceGate


@pytest.mark.parametrize(("gate", "bound"), [(MetricGate, "min"), (ChangeGate, "max_drop")])
@pytest.mark.parametrize(
    ("wrong", "right"), [("map5O_seen", "map50_seen"), ("top_1", "top1"), ("ECE", "ece")]
)
def test_unknown_metrics_are_refused_with_the_nearest_name(gate, bound, wrong, right):
    with pytest.raises(ValidationError, match=f"expected the name of a metric, perhaps '{right}'"):
        gate(**{"metric": wrong, bound: 0.5})


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("occlusion.hevy", "occlusion.heavy"), ("store", "store.X"), ("span.one", "span.N")],
)
def test_unknown_slices_are_refused_with_the_nearest_name(wrong, right):
    with pytest.raises(ValidationError, match=f"expected the name of a slice, perhaps '{right}'"):
        SliceGate(slice=wrong, metric="map50", min=0.5)


@pytest.mark.parametrize("name", ["category.Tea", "store.12", "span.3", "sku.new", "difficult"])
def test_slices_that_data_may_have_are_taken(name):
    assert SliceGate(slice=name, metric="map50", min=0.5).min_count == 20


def test_a_slice_has_no_other_metrics_than_its_own():
    with pytest.raises(
        ValidationError, match=r"size\.small has map50, recall_at_threshold, and no"
    ):
        SliceGate(slice="size.small", metric="precision", min=0.5)
    with pytest.raises(ValidationError, match="did you mean 'precision'"):
        SliceGate(slice="ambiguity.clear.new", metric="precison", min=0.5)


@pytest.mark.parametrize(
    "gate", [{"metric": "map50"}, {"slice": "size.small", "metric": "map50", "min_count": 5}]
)
def test_a_gate_that_demands_nothing_is_refused(gate):
    for kind in (SliceGate,) if "slice" in gate else (MetricGate, ChangeGate):
        with pytest.raises(ValidationError, match="needs"):
            kind(**gate)


@pytest.mark.parametrize(
    "settings",
    [
        {"metrics": [{"metric": "ece", "max": 0.1}, {"metric": "ece", "min": 0}]},
        {"changes": [{"metric": "map50", "max_drop": 0.1}] * 2},
        {"slices": [{"slice": "size.small", "metric": "map50", "min": 0.1}] * 2},
    ],
)
def test_one_thing_is_asked_once(settings):
    with pytest.raises(ValidationError, match="is named 2 times; put it into one"):
        GateSettings.model_validate(settings)


@pytest.mark.parametrize(
    "settings",
    [
        {"metrcs": []},
        {"metrics": [{"metric": "map50", "mim": 0.5}]},
        {"edge": {"max_size": 3}},
        {"slices": [{"slice": "size.small", "metric": "map50", "min": 0.5, "optinal": True}]},
    ],
)
def test_unknown_keys_are_refused(settings):
    with pytest.raises(ValidationError, match="Extra inputs"):
        GateSettings.model_validate(settings)

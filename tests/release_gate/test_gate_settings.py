import pytest
from pydantic import ValidationError

from components.release_gate.settings import ChangeGate, GateSettings, MetricGate


def test_the_default_policy_names_metrics_that_exist():
    GateSettings().check()


def test_unknown_metrics_are_refused_with_the_nearest_name():
    settings = GateSettings(
        metrics=(MetricGate(metric="map5O_seen", min=0.5),),
        changes=(ChangeGate(metric="top_1", max_drop=0.1),),
    )
    with pytest.raises(ValueError) as error:
        settings.check()
    message = str(error.value)
    assert "metrics.0.metric: there is no metric 'map5O_seen'; did you mean 'map50_seen'?" in (
        message
    )
    assert "changes.0.metric: there is no metric 'top_1'; did you mean 'top1'?" in message


@pytest.mark.parametrize("gate", [MetricGate, ChangeGate])
def test_a_gate_that_demands_nothing_is_refused(gate):
    with pytest.raises(ValidationError, match="needs"):
        gate(metric="map50")


@pytest.mark.parametrize(
    "settings",
    [{"metrcs": []}, {"metrics": [{"metric": "map50", "mim": 0.5}]}, {"edge": {"max_size": 3}}],
)
def test_unknown_keys_are_refused(settings):
    with pytest.raises(ValidationError, match="Extra inputs"):
        GateSettings.model_validate(settings)

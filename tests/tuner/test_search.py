import pytest

from components.training.trials import Candidate, best_of
from components.tuner.settings import TunerSettings

pytestmark = pytest.mark.tfx

CONFIGURED = Candidate(level="medium", learning_rate=0.001, backbone="efficientnet_lite0")


@pytest.fixture(scope="module")
def search():
    from components.tuner.search import search

    return search


def scores(**of_level):
    """A measure that knows the answer, and remembers what it was asked."""
    asked = []

    def measure(tried, folder):
        asked.append(tried)
        return {"map50": of_level.get(tried.level, 0.1) - tried.learning_rate, "loss": 1.0}

    return measure, asked


def test_all_levels_are_tried_once_the_configured_one_first(search, tmp_path):
    measure, asked = scores(light=0.6)
    trials = search(TunerSettings(trials=9), CONFIGURED, measure, tmp_path)
    assert [tried.level for tried in asked] == ["medium", "none", "light", "strong", "occluded"]
    assert [trial.tried for trial in trials] == asked
    assert best_of(trials).tried.level == "light"


def test_trials_are_a_budget_and_levels_come_before_learning_rates(search, tmp_path):
    measure, asked = scores()
    settings = TunerSettings(trials=3, levels=("none",), learning_rates=(0.01, 0.1))
    search(settings, CONFIGURED, measure, tmp_path)
    assert [(tried.level, tried.learning_rate) for tried in asked] == [
        ("medium", 0.001),
        ("none", 0.001),
        ("medium", 0.01),
    ]


def test_killed_search_goes_on_where_it_was(search, tmp_path):
    measure, asked = scores(none=0.9)

    def killed(tried, folder):
        if tried.level == "light":
            raise KeyboardInterrupt
        return measure(tried, folder)

    settings = TunerSettings(trials=5)
    with pytest.raises(KeyboardInterrupt):
        search(settings, CONFIGURED, killed, tmp_path)
    trials = search(settings, CONFIGURED, measure, tmp_path)
    assert [tried.level for tried in asked] == ["medium", "none", "light", "strong", "occluded"]
    assert {trial.tried.level for trial in trials} == {tried.level for tried in asked}
    assert best_of(trials).tried.level == "none"


def test_diverging_trial_is_left_out_and_said(search, tmp_path, caplog):
    measure, _ = scores()

    def diverging(tried, folder):
        if tried.level == "strong":
            raise FloatingPointError("the training loss is nan")
        return measure(tried, folder)

    trials = search(TunerSettings(trials=5), CONFIGURED, diverging, tmp_path)
    assert "strong" not in {trial.tried.level for trial in trials}
    assert len(trials) == 4
    assert "the training loss is nan" in caplog.text


def test_other_failures_stop_the_search(search, tmp_path):
    from keras_tuner.errors import FatalError

    def broken(tried, folder):
        raise ValueError("there are no such weights")

    with pytest.raises(FatalError, match="no such weights"):
        search(TunerSettings(trials=5), CONFIGURED, broken, tmp_path)

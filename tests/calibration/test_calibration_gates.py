"""When a calibration is worth a release."""

from types import SimpleNamespace

import pytest

from components.artifacts.verdict import GateResult
from components.calibration.calibration_gates import carried_over, gains

pytestmark = pytest.mark.tfx


def fit(before: dict[str, float], after: dict[str, float]) -> SimpleNamespace:
    return SimpleNamespace(
        before=SimpleNamespace(figures=before), after=SimpleNamespace(figures=after)
    )


@pytest.mark.parametrize(
    ("after", "verdicts"),
    [
        ({"ece": 0.05, "cost": 2.0}, ["pass", "pass"]),
        ({"ece": 0.10, "cost": 3.0}, ["pass", "pass"]),
        ({"ece": 0.11, "cost": 2.0}, ["refuse", "pass"]),
        ({"ece": 0.05, "cost": 3.05}, ["pass", "pass"]),
        ({"ece": 0.05, "cost": 3.2}, ["pass", "refuse"]),
        ({"cost": 2.0}, ["refuse", "pass"]),
    ],
)
def test_scores_must_be_more_honest_and_errors_no_dearer(after, verdicts):
    asked = list(gains(fit({"ece": 0.10, "cost": 3.0}, after), 7))
    assert [gate.verdict for gate in asked] == verdicts
    for gate in asked:
        assert "release 7" in gate.reason
        assert ("box more photos" in gate.reason) == (gate.verdict == "refuse")


def test_what_is_not_asked_anew_says_whose_verdict_it_is():
    gates = tuple(
        GateResult(name=name, value=1.0, threshold=None, verdict="pass", reason="It is so.")
        for name in ("metric.map50", "serving")
    )
    release = SimpleNamespace(version=7, record=SimpleNamespace(gates=gates))
    (carried,) = carried_over(release, {"serving"})
    assert (carried.name, carried.verdict) == ("metric.map50", "pass")
    assert carried.reason == "As release 7 was judged: It is so."

import math
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.artifacts.verdict import GateResult
from components.release_gate.evidence import EdgeEvidence, Evidence, ServingEvidence, SliceEvidence
from components.release_gate.gates import judge
from components.release_gate.settings import (
    ChangeGate,
    EdgeBudget,
    GateSettings,
    MetricGate,
    SliceGate,
)

SETTINGS = GateSettings(
    metrics=(
        MetricGate(metric="map50_seen", min=0.6),
        MetricGate(metric="count_error", max=0.2),
        MetricGate(metric="top1", min=0.4),
    ),
    changes=(
        ChangeGate(metric="map50_seen", max_drop=0.02),
        ChangeGate(metric="count_error", max_rise=0.05),
    ),
    edge=EdgeBudget(min_parity=0.95, max_size_mb=10, max_latency_ms=200),
)


def evidence(**changes) -> Evidence:
    """A candidate that every gate lets pass."""
    fields = {
        "metrics": {"map50_seen": 0.8, "count_error": 0.1, "top1": 0.5},
        "baseline": {"map50_seen": 0.79, "count_error": 0.12, "top1": 0.4},
        "edge": EdgeEvidence(parity=0.99, size_bytes=8_000_000, latency_ms=90.0),
        "serving": ServingEvidence(ok=True, reason="Loads and answers."),
        "weights_source": "imagenet",
    }
    return Evidence(**{**fields, **changes})


def verdicts(found: Evidence, settings: GateSettings = SETTINGS) -> dict[str, str]:
    return {result.name: result.verdict for result in judge(found, settings)}


def only_refusal(found: Evidence, settings: GateSettings = SETTINGS):
    refusals = [result for result in judge(found, settings) if result.verdict == "refuse"]
    assert len(refusals) == 1
    return refusals[0]


def test_what_no_photo_has_judged_is_said_to_be_and_follows_no_release_that_photos_judged():
    def gate(settings=SETTINGS, **facts):
        found = judge(evidence(**facts), settings)
        return next((result for result in found if result.name == "judged_on"), None)

    assert gate() is None
    first = gate(judged_on="composed shelves")
    assert (first.verdict, first.value) == ("pass", "composed shelves")
    assert first.reason.startswith("Judged on shelves composed of the packshots, not on photos")
    follower = gate(judged_on="composed shelves", displaces=3)
    assert follower.verdict == "refuse"
    assert follower.reason.endswith(
        "Release 3, which it would follow, was judged on photos; give shelf photos with --shelves, "
        "or set release_gate.allow_composed."
    )
    allowed = SETTINGS.model_copy(update={"allow_composed": True})
    assert gate(allowed, judged_on="composed shelves", displaces=3).verdict == "pass"
    assert gate(judged_on="photos", displaces=3) is None


def test_counting_on_photos_beside_composed_shelves_follows_no_better_judged_release_either():
    found = evidence(judged_on="composed shelves, counting on photos", displaces=3)
    refusal = only_refusal(found)
    assert (refusal.name, refusal.value) == ("judged_on", "composed shelves")
    assert refusal.reason.startswith("Counting is judged on photos, all else on shelves composed")


def test_counting_without_boxes_is_asked_only_where_somebody_counted():
    def gate(**facts):
        found = judge(evidence(**facts), GateSettings())
        return next(each for each in found if each.name == "metric.count_error_unboxed")

    measured = evidence().metrics
    assert gate(metrics={**measured, "count_error_unboxed": 0.4}).verdict == "pass"
    refused = gate(metrics={**measured, "count_error_unboxed": 0.6})
    assert (refused.verdict, refused.threshold) == ("refuse", "<= 0.5")
    assert refused.reason == (
        "counting error, without boxes, is 0.600, and at most 0.5 is asked for."
    )
    skipped = gate(impossible={"count_error_unboxed": "no test photo has counts without boxes"})
    assert skipped.verdict == "skipped"
    assert skipped.reason == (
        "counting error, without boxes, does not apply to this data: no test photo has counts "
        "without boxes."
    )


def edge(**changes) -> Evidence:
    return evidence(
        edge=EdgeEvidence(
            **{"parity": 0.99, "size_bytes": 8_000_000, "latency_ms": 90.0, **changes}
        )
    )


def metrics(**changes) -> Evidence:
    return evidence(metrics={**evidence().metrics, **changes})


def test_a_good_candidate_passes_every_gate():
    assert set(verdicts(evidence()).values()) == {"pass"}


def test_the_page_on_troubles_has_a_row_for_every_gate():
    page = Path(__file__).parents[2] / "docs" / "TROUBLESHOOTING.md"
    rows = page.read_text().partition("| gate that refuses |")[2].partition("\n\n")[0]
    gates = [result.title for result in judge(evidence(), GateSettings())]
    assert len(gates) > 10
    assert not [title for title in gates if _in_words(title) not in rows]


def _in_words(title: str) -> str:
    """Return how a row names a gate: all changes are one row."""
    return "a change, while all floors hold" if title.endswith(": change") else title


@pytest.mark.parametrize(
    ("found", "gate", "reason"),
    [
        (
            metrics(top1=0.39),
            "metric.top1",
            "photo-level top-1 is 0.390, and at least 0.4 is asked for",
        ),
        (edge(parity=0.9), "edge.parity", "detects a share of 0.9, and at least 0.95"),
        (edge(size_bytes=10_100_000), "edge.size", "takes 10.1 MB, and at most 10 MB"),
        (edge(latency_ms=201.0), "edge.latency", "takes 201 ms, and at most 200 ms"),
        (edge(parity=None), "edge.parity", "did not measure"),
        (edge(parity=math.nan), "edge.parity", "nan"),
        (edge(latency_ms=math.inf), "edge.latency", "inf"),
        (
            evidence(serving=ServingEvidence(False, "The signature 'image' is missing.")),
            "serving",
            "signature 'image'",
        ),
        (evidence(weights_source="random"), "backbone", "never pretrained"),
        (
            evidence(withdrawn="withdrawn as release 2 on 2024-05-01"),
            "withdrawn",
            "as release 2 on 2024-05-01, and release_gate.allow_withdrawn is not set",
        ),
        (metrics(ece=math.nan), "finite", "ece"),
        (evidence(invalid_detections=3), "finite", "3 detections"),
        (
            evidence(baseline={"map50_seen": 0.821, "count_error": 0.1}),
            "change.map50_seen",
            "0.800 where the current release has 0.821; a change of at least -0.02",
        ),
        (
            evidence(baseline={"map50_seen": 0.8, "count_error": 0.04}),
            "change.count_error",
            "a change of at most +0.05",
        ),
        (evidence(baseline={"count_error": 0.1}), "change.map50_seen", "not measured"),
    ],
)
def test_each_gate_refuses(found, gate, reason):
    refusal = only_refusal(found)
    assert refusal.name == gate
    assert reason in refusal.reason


@pytest.mark.parametrize("metric", ["map50_seen", "count_error"])
def test_a_floor_and_a_change_refuse_together(metric):
    worse = {"map50_seen": 0.3, "count_error": 0.9}
    found = verdicts(metrics(**{metric: worse[metric]}))
    assert found[f"metric.{metric}"] == found[f"change.{metric}"] == "refuse"


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_no_gate_passes_what_is_not_a_number(value):
    found = verdicts(metrics(map50_seen=value, count_error=value))
    refused = {name for name, verdict in found.items() if verdict == "refuse"}
    assert {"finite", "metric.map50_seen", "metric.count_error"} <= refused
    assert {"change.map50_seen", "change.count_error"} <= refused


def test_results_are_json_even_when_metrics_are_not():
    results = {result.name: result for result in judge(metrics(map50_seen=math.nan), SETTINGS)}
    assert results["metric.map50_seen"].value == "nan"
    for result in results.values():
        assert "NaN" not in result.model_dump_json()


def test_a_metric_that_the_data_cannot_have_is_skipped_aloud():
    found = evidence(
        metrics={"map50_seen": 0.8, "count_error": 0.1}, impossible={"top1": "no photo has a label"}
    )
    result = {result.name: result for result in judge(found, SETTINGS)}["metric.top1"]
    assert result.verdict == "skipped"
    assert result.reason == "photo-level top-1 does not apply to this data: no photo has a label."


def test_a_metric_that_is_missing_without_reason_is_refused():
    refusal = only_refusal(evidence(metrics={"map50_seen": 0.8, "count_error": 0.1}))
    assert refusal.name == "metric.top1"
    assert "not measured" in refusal.reason


def test_a_candidate_of_which_nothing_is_known_is_refused():
    why = "there is no test photo"
    found = evidence(metrics={}, impossible=dict.fromkeys(evidence().metrics, why))
    assert only_refusal(found).name == "measured"


def test_without_a_release_the_comparisons_are_skipped():
    found = verdicts(evidence(baseline=None, incomparable="there is no current release"))
    assert found["change.map50_seen"] == found["change.count_error"] == "skipped"
    assert "refuse" not in found.values()


def test_a_comparison_that_was_forgotten_is_refused():
    results = {result.name: result for result in judge(evidence(baseline=None), SETTINGS)}
    assert results["change.map50_seen"].verdict == "refuse"
    assert "was not evaluated" in results["change.map50_seen"].reason


def test_a_random_backbone_passes_where_the_configuration_says_so():
    allowing = SETTINGS.model_copy(update={"allow_random_backbone": True})
    assert verdicts(evidence(weights_source="random"), allowing)["backbone"] == "pass"


@hypothesis.settings(deadline=None, max_examples=50)
@given(before=st.floats(0, 1), drop=st.floats(0, 1))
def test_a_drop_passes_exactly_when_it_is_allowed(before, drop):
    found = evidence(
        metrics={**evidence().metrics, "map50_seen": before - drop},
        baseline={**evidence().baseline, "map50_seen": before},
    )
    allowed = drop <= 0.02
    if abs(drop - 0.02) > 1e-6:
        assert (verdicts(found)["change.map50_seen"] == "pass") == allowed


def test_a_drop_of_exactly_what_is_allowed_passes():
    found = evidence(baseline={"map50_seen": 0.82, "count_error": 0.1})
    assert verdicts(found)["change.map50_seen"] == "pass"


HIDDEN = SliceGate(slice="occlusion.heavy", metric="map50", min=0.5, max_drop=0.1, min_count=20)


def sliced(gate=HIDDEN, n=30, before=30, map50=0.6, was=0.65, **changes):
    """The result of the floor and of the change of one slice."""
    found = evidence(
        slices={gate.slice: SliceEvidence(n, {"map50": map50} if n else {})},
        baseline_slices={gate.slice: SliceEvidence(before, {"map50": was} if before else {})},
        **changes,
    )
    results = judge(found, SETTINGS.model_copy(update={"slices": (gate,)}))
    return [result for result in results if result.name.startswith("slice")]


def test_a_slice_is_asked_for_itself_and_beside_the_release():
    floor, change = sliced()
    assert (floor.name, change.name) == (
        "slice.occlusion.heavy.map50",
        "slice_change.occlusion.heavy.map50",
    )
    assert (floor.verdict, change.verdict) == ("pass", "pass")
    assert floor.title == "mAP@0.5, heavily hidden products"
    assert change.value == pytest.approx(-0.05)


def test_a_slice_below_its_floor_refuses():
    floor, change = sliced(map50=0.4, was=0.4)
    assert (floor.verdict, change.verdict) == ("refuse", "pass")
    assert (
        floor.reason == "mAP@0.5, heavily hidden products, is 0.400, and at least 0.5 is asked for."
    )


def test_a_slice_that_lost_too_much_refuses():
    floor, change = sliced(was=0.8)
    assert (floor.verdict, change.verdict) == ("pass", "refuse")
    assert "0.600 where the current release has 0.800; a change of at least -0.1" in change.reason


@pytest.mark.parametrize("n", [0, 19])
def test_a_slice_too_small_to_judge_refuses_unless_it_is_optional(n):
    floor, change = sliced(n=n)
    assert (floor.verdict, change.verdict) == ("refuse", "refuse")
    assert (
        f"occlusion.heavy holds {n} products in the candidate's evaluation, and 20 are needed"
        in (floor.reason)
    )
    assert floor.value is None
    optional = HIDDEN.model_copy(update={"optional": True})
    assert {result.verdict for result in sliced(optional, n=n)} == {"skipped"}


def test_a_slice_that_no_photo_shows_refuses_unless_it_is_optional():
    store = SliceGate(slice="store.nowhere", metric="recall_at_threshold", min=0.5)
    optional = SliceGate(slice="store.closed", metric="map50", min=0.5, optional=True)
    found = verdicts(evidence(), SETTINGS.model_copy(update={"slices": (store, optional)}))
    assert found["slice.store.nowhere.recall_at_threshold"] == "refuse"
    assert found["slice.store.closed.map50"] == "skipped"


def test_a_slice_that_the_release_shows_too_little_of_cannot_be_compared():
    floor, change = sliced(before=3)
    assert (floor.verdict, change.verdict) == ("pass", "refuse")
    assert "3 products in the current release's evaluation" in change.reason


def test_without_a_release_a_slice_is_asked_for_itself_only():
    floor, change = sliced(baseline=None, incomparable="there is no current release")
    assert (floor.verdict, change.verdict) == ("pass", "skipped")


def test_a_slice_with_a_number_that_is_none_refuses():
    floor, change = sliced(map50=math.nan)
    assert (floor.verdict, change.verdict) == ("refuse", "refuse")


def test_slices_alone_are_something_to_go_by():
    only = GateSettings(metrics=(), changes=(), slices=(HIDDEN,))
    found = evidence(slices={"occlusion.heavy": SliceEvidence(30, {"map50": 0.6})})
    results = {result.name: result for result in judge(found, only)}
    assert results["measured"].verdict == "pass"


def test_every_gate_has_a_title_of_its_own():
    results = judge(evidence(), SETTINGS.model_copy(update={"slices": (HIDDEN,)}))
    titles = [result.title for result in results]
    assert all(titles)
    assert len(set(titles)) == len(titles)
    assert not {result.name for result in results} & set(titles)


def test_a_gate_of_an_old_release_is_called_by_its_name():
    old = {"name": "finite", "value": 0.0, "threshold": "<= 0", "verdict": "pass", "reason": "…"}
    assert GateResult.model_validate(old).title == "finite"

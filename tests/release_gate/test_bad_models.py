"""For every gate a candidate that it must stop, measured by the Evaluator's own metrics."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest
from synthetic_shelves import (
    HEIGHT,
    SKUS,
    Detections,
    Evidence,
    Model,
    PhotoTruth,
    change,
    evidence,
    good,
    joined,
    photos,
)

from components.release_gate.evidence import EdgeEvidence, ServingEvidence
from components.release_gate.gates import judge
from components.release_gate.settings import GateSettings, MetricGate, SliceGate

POLICY = GateSettings(
    slices=(
        SliceGate(slice="occlusion.heavy", metric="map50", min=0.65, max_drop=0.05),
        SliceGate(slice="store.south", metric="recall_at_threshold", min=0.7, max_drop=0.05),
        SliceGate(slice="ambiguity.clear", metric="precision", min=0.85, max_drop=0.03),
    )
)
"""The default policy, and demands on slices."""

EDGE = EdgeEvidence(parity=0.99, size_bytes=8e6, latency_ms=90.0)


def blind(photo: PhotoTruth) -> Detections:
    return Detections()


def shuffled_index(photo: PhotoTruth) -> Detections:
    """Every packshot under another product's SKU."""
    other = dict(zip(SKUS, [*SKUS[5:], *SKUS[:5]], strict=True))
    found = good(photo)
    return replace(found, skus=np.array([other[sku] for sku in found.skus], object))


def nan_scores(photo: PhotoTruth) -> Detections:
    found = good(photo)
    return replace(found, scores=np.full(len(found), math.nan))


def over_confident(photo: PhotoTruth) -> Detections:
    """The same detections in the same order, with scores from 0.99 on."""
    found = good(photo)
    return replace(found, scores=0.99 + found.scores / 1000)


def sees_ghosts(photo: PhotoTruth) -> Detections:
    """Sure of five products where there is none."""
    if not photo.negative:
        return good(photo)
    boxes = np.array([[100.0 * place, 0, 100 * place + 80, 90] for place in range(5)])
    return Detections(
        boxes,
        np.array(SKUS[:5], object),
        np.full(5, 0.9),
        np.full(5, "", object),
        np.zeros(5),
        np.zeros(5),
    )


def repeats_itself(photo: PhotoTruth) -> Detections:
    """Counts everything twice, the second time so far beside it that it is another place."""
    found = good(photo)
    if photo.label:
        return found
    widths = found.boxes[:, 2:3] - found.boxes[:, 0:1]
    beside = found.boxes + 0.4 * widths * np.array([1.0, 0.0, 1.0, 0.0])
    again = replace(found, boxes=beside, scores=found.scores - 0.05)
    return joined(found, again)


def miscounts(photo: PhotoTruth) -> Detections:
    """Counts another product where nobody drew boxes."""
    return good(photo) if photo.counts is None else shuffled_index(photo)


def names_photos_wrong(photo: PhotoTruth) -> Detections:
    return shuffled_index(photo) if photo.label else good(photo)


def without(share: float, chosen: Callable[[PhotoTruth], np.ndarray]) -> Model:
    """Loses a share of the products that `chosen` picks."""

    def model(photo: PhotoTruth) -> Detections:
        if not len(photo.truth.skus):
            return good(photo)
        lost = np.random.default_rng(len(photo.source_id)).random(len(photo.truth.skus)) < share
        return change(photo, lost & chosen(photo), Detections())

    return model


def everything(photo: PhotoTruth) -> np.ndarray:
    return np.ones(len(photo.truth.skus), bool)


def new_products(photo: PhotoTruth) -> np.ndarray:
    return photo.truth.new


def hidden_products(photo: PhotoTruth) -> np.ndarray:
    return photo.truth.occlusion > 0.4


def of_south(photo: PhotoTruth) -> np.ndarray:
    return everything(photo) & (photo.store == "south")


def surely_wrong(photo: PhotoTruth) -> Detections:
    """Shows things that stand nowhere, without a doubt: errors that no ambiguity shows."""
    if not len(photo.truth.skus):
        return good(photo)
    left = np.array([100.0 * place for place in range(6)])
    boxes = np.stack([left, np.full(6, HEIGHT - 20.0), left + 50, np.full(6, HEIGHT)], axis=1)
    nobody, nothing = np.full(6, "", object), np.zeros(6)
    ghosts = Detections(boxes, np.array(SKUS[:6], object), nothing + 0.55, nobody, nothing, nothing)
    return joined(good(photo), ghosts)


@dataclass(frozen=True)
class Case:
    """A candidate and exactly the gates that refuse it."""

    refused_by: frozenset[str]
    candidate: Callable[[], Evidence]
    policy: GateSettings = POLICY


def refused(by: str, candidate: Callable[[], Evidence], policy: GateSettings = POLICY) -> Case:
    return Case(frozenset(by.split()), candidate, policy)


COUNTS = "metric.count_error_unboxed"
FLOORS = "metric.map50_seen metric.map50_new metric.count_error"
CHANGES = "change.map50_seen change.map50_new"
SLICES = (
    "slice.occlusion.heavy.map50 slice_change.occlusion.heavy.map50 "
    "slice.store.south.recall_at_threshold slice_change.store.south.recall_at_threshold "
    "slice.ambiguity.clear.precision slice_change.ambiguity.clear.precision"
)
TOP1 = "metric.top1 change.top1"

CASES = {
    "sees nothing": refused(
        f"{FLOORS} {COUNTS} metric.ece {TOP1} {CHANGES} {SLICES}", lambda: evidence(blind)
    ),
    "sees nothing, and would be the first release": refused(
        f"{FLOORS} {COUNTS} metric.ece metric.top1 slice.occlusion.heavy.map50 "
        "slice.store.south.recall_at_threshold slice.ambiguity.clear.precision",
        lambda: evidence(blind, baseline=None),
    ),
    "packshots under other products' SKUs": refused(
        f"{FLOORS} {COUNTS} metric.ece {TOP1} {CHANGES} {SLICES}",
        lambda: evidence(shuffled_index),
    ),
    "scores are not numbers": refused(
        f"finite {FLOORS} {COUNTS} metric.ece {TOP1} {CHANGES} {SLICES}",
        lambda: evidence(nan_scores),
    ),
    "one metric is not a number": refused(
        "finite", lambda: evidence(good, metrics={**evidence(good).metrics, "map": math.nan})
    ),
    "nobody could judge it": refused(
        "measured",
        lambda: evidence(good, test=[photo for photo in photos() if photo.label]),
        GateSettings(metrics=tuple(gate for gate in POLICY.metrics if gate.metric != "top1")),
    ),
    "all but certain of everything": refused(
        "metric.ece",
        lambda: evidence(over_confident),
        POLICY.model_copy(update={"metrics": (MetricGate(metric="ece", max=0.05),)}),
    ),
    "false alarms where no product is": refused(
        "metric.false_positives_per_negative slice_change.occlusion.heavy.map50 "
        "slice_change.ambiguity.clear.precision",
        lambda: evidence(sees_ghosts),
    ),
    "counts everything twice": refused(
        f"metric.count_error {COUNTS} metric.ece {CHANGES} slice.ambiguity.clear.precision "
        "slice_change.ambiguity.clear.precision slice.occlusion.heavy.map50 "
        "slice_change.occlusion.heavy.map50",
        lambda: evidence(repeats_itself),
    ),
    "wrong without a doubt": refused(
        "slice.ambiguity.clear.precision slice_change.ambiguity.clear.precision",
        lambda: evidence(surely_wrong),
    ),
    "miscounts where nobody drew boxes": refused(COUNTS, lambda: evidence(miscounts)),
    "names photos wrong": refused(TOP1, lambda: evidence(names_photos_wrong)),
    "bad, but no worse than the release": refused(
        f"{FLOORS} slice.occlusion.heavy.map50 slice.store.south.recall_at_threshold",
        lambda: evidence(without(0.7, everything), without(0.7, everything)),
    ),
    "good, but worse than the release": refused(
        CHANGES, lambda: evidence(without(0.1, everything))
    ),
    "worse on heavily hidden products only": refused(
        "slice.occlusion.heavy.map50 slice_change.occlusion.heavy.map50",
        lambda: evidence(without(0.3, hidden_products)),
    ),
    "phone answers otherwise": refused(
        "edge.parity", lambda: evidence(good, edge=replace(EDGE, parity=0.9))
    ),
    "too large": refused("edge.size", lambda: evidence(good, edge=replace(EDGE, size_bytes=61e6))),
    "too slow": refused(
        "edge.latency", lambda: evidence(good, edge=replace(EDGE, latency_ms=2100.0))
    ),
    "not measured on the phone": refused(
        "edge.parity edge.size edge.latency",
        lambda: evidence(good, edge=EdgeEvidence(None, None, None)),
    ),
    "cannot be served": refused(
        "serving", lambda: evidence(good, serving=ServingEvidence(False, "A signature is missing."))
    ),
    "never pretrained": refused("backbone", lambda: evidence(good, weights_source="random")),
    "rolled back before": refused(
        "withdrawn", lambda: evidence(good, withdrawn="withdrawn as release 2 on 2024-05-01")
    ),
    "one store went dark": refused(
        f"{CHANGES} slice.occlusion.heavy.map50 slice_change.occlusion.heavy.map50 "
        "slice.store.south.recall_at_threshold slice_change.store.south.recall_at_threshold",
        lambda: evidence(without(0.4, of_south)),
    ),
    "judged on composed shelves only": refused(
        "judged_on", lambda: evidence(good, judged_on="composed shelves", displaces=2)
    ),
    "worse on new products": refused(
        "metric.map50_new change.map50_new slice.store.south.recall_at_threshold "
        "slice_change.store.south.recall_at_threshold slice_change.occlusion.heavy.map50",
        lambda: evidence(without(0.7, new_products)),
    ),
}


def test_a_good_model_passes_every_gate():
    assert {result.verdict for result in judge(evidence(good), POLICY)} == {"pass"}


@pytest.mark.parametrize("name", CASES)
def test_a_bad_model_is_refused_by_the_gates_that_are_there_for_it(name):
    case = CASES[name]
    results = judge(case.candidate(), case.policy)
    assert {result.name for result in results if result.verdict == "refuse"} == case.refused_by


def test_there_is_a_bad_model_for_every_gate():
    """Fails for a new gate, or a new demand of the default policy, that nothing refuses here."""
    demands = {name: getattr(POLICY, name) for name in ("metrics", "changes", "slices")}
    assert all(demands.values())
    assert GateSettings.model_fields.keys() == {
        *demands,
        "edge",
        "allow_random_backbone",
        "allow_composed",
        "allow_withdrawn",
    }
    on_shelves = replace(evidence(good), judged_on="composed shelves")
    asked = {result.name for result in judge(on_shelves, POLICY)}
    assert asked == set().union(*(case.refused_by for case in CASES.values()))

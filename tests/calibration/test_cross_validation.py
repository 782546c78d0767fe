"""What a calibration gains, on photos whose answers are drawn from known probabilities."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny import tiny_settings

from components.artifacts.operating_curve import OperatingPoint
from components.calibration import cross_validation
from components.calibration.cross_validation import (
    MOST_FOLDS,
    Scoring,
    cross_validated,
    folds,
    nothing_matched,
    recall_at_precision,
)
from components.metrics.costs import Costs
from components.metrics.operating_curve import operating_curve
from components.recogniser.matching import Candidates
from components.recogniser.probabilities import candidate_probabilities
from components.recogniser.settings import BackboneSettings
from components.recogniser.weights import build_recogniser
from components.training.matched_photos import SOME_PRODUCT, MatchedPhoto

pytestmark = pytest.mark.tfx

PLACES = 12
# What the photos are drawn by, and what the recogniser takes them for.
TRUTH = (8.0, 2.0, 5.6, 0.4, 3.0)
UNSURE = (20.0, 5.0, 14.0, 1.0, 7.5, 1.0, 0.0)


def simulated_photo(seed: int, truth: tuple[float, ...]) -> MatchedPhoto:
    """Twelve proposals far from each other, two candidates each; one is right as `truth` says."""
    rng = np.random.default_rng(seed)
    left = np.arange(PLACES, dtype=np.float32) * 10
    boxes = np.stack([left, 0 * left, left + 8, 0 * left + 8], axis=-1)
    candidates = Candidates(
        sku=np.tile(np.arange(2, dtype=np.int32), (PLACES, 1)),
        boxes=np.repeat(boxes[:, np.newaxis], 2, axis=1),
        match_scores=rng.uniform(0, 1, (PLACES, 2)).astype(np.float32),
        shortlist_scores=rng.uniform(0, 1, (PLACES, 2)).astype(np.float32),
        valid=np.ones((PLACES, 2), bool),
    )
    objectness = rng.normal(0, 1, PLACES).astype(np.float32)
    named, unknown = candidate_probabilities(
        np.float32(truth),
        candidates.match_scores,
        candidates.shortlist_scores,
        objectness,
        candidates.valid,
    )
    chances = np.concatenate([named, unknown[:, np.newaxis]], axis=1)
    shares = np.concatenate([chances, 1 - chances.sum(axis=1, keepdims=True)], axis=1)
    answer = (shares.cumsum(axis=1) < rng.uniform(size=(PLACES, 1))).sum(axis=1)
    there = answer < 2
    return MatchedPhoto(
        encoded=b"",
        size=(128, 128),
        scale=1.0,
        candidates=candidates,
        proposed=boxes,
        objectness=objectness,
        answer=answer,
        truth=boxes[there],
        truth_sku=answer[there],
    )


def real(count: int) -> list[MatchedPhoto]:
    """Photos that are surer than the recogniser takes them to be."""
    return [simulated_photo(seed, TRUTH) for seed in range(count)]


@pytest.fixture(scope="module")
def recogniser():
    settings = tiny_settings().model_copy(update={"score_floor": 0.001})
    return build_recogniser(BackboneSettings(weights="random"), settings).recogniser


def found(recogniser, photos):
    homes = [str(number // 2) for number in range(len(photos))]
    before = Scoring(UNSURE, 0.9)
    return cross_validated(recogniser, photos, homes, ["a", "b"], before, Costs())


def test_scores_become_honest_on_photos_they_were_not_fitted_on(recogniser):
    gained = found(recogniser, real(40))
    assert gained.after.figures["ece"] < gained.before.figures["ece"] / 2
    assert gained.after.figures["cost"] < gained.before.figures["cost"]
    assert gained.folds == MOST_FOLDS
    assert gained.was == Scoring(UNSURE, 0.9)
    np.testing.assert_allclose(recogniser.calibration.numpy(), gained.scoring.coefficients)


def test_no_photo_is_judged_by_scores_fitted_on_its_visit(recogniser, monkeypatch):
    photos = real(6)
    seen = []

    def watched(recogniser, fitted_on, before, costs):
        seen.append([id(photo) for photo in fitted_on])
        return before

    monkeypatch.setattr(cross_validation, "fitted", watched)
    found(recogniser, photos)
    *parts, last = seen
    everything = {id(photo) for photo in photos}
    left_out = [everything - set(part) for part in parts]
    assert sorted(map(len, left_out)) == [2, 2, 2]
    assert set().union(*left_out) == everything == set(last)
    visits = [{id(photos[at]), id(photos[at + 1])} for at in (0, 2, 4)]
    assert all(part in visits for part in left_out)


def test_figures_are_of_all_photos_together(recogniser, monkeypatch):
    monkeypatch.setattr(cross_validation, "fitted", lambda _, photos, before, costs: before)
    gained = found(recogniser, real(6))
    assert gained.after.figures == pytest.approx(gained.before.figures)
    assert gained.after.summary.counts == gained.before.summary.counts


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 50)), min_size=1))
def test_photos_of_one_visit_stay_together(photos):
    homes, weights = zip(*photos, strict=True)
    parts = folds(homes, weights)
    assert len({*zip(homes, parts, strict=True)}) == len({*homes})
    assert {*parts} == set(range(min(MOST_FOLDS, len({*homes}))))


def test_parts_weigh_about_the_same_and_negatives_are_dealt_out():
    homes = [*"abcdefghij", *"klmno"]
    parts = folds(homes, [*range(10, 20), *[0] * 5])
    held = [sum(w for w, p in zip(range(10, 20), parts, strict=False) if p == n) for n in range(5)]
    assert max(held) - min(held) <= 5
    assert len({*parts[10:]}) > 1


def test_recall_at_a_precision_is_that_of_the_lowest_threshold_that_keeps_it():
    scores, right = np.array([0.9, 0.8, 0.7, 0.2]), np.array([True, True, False, True])
    curve = operating_curve(scores, right, 4, 1, Costs())
    assert recall_at_precision(curve, 0.95) == 0.5
    assert recall_at_precision(curve, 0.75) == 0.75
    hopeless = OperatingPoint(
        threshold=0.5, cost=1, precision=0.1, recall=0.1, false_alarms_per_photo=1
    )
    assert recall_at_precision(curve.model_copy(update={"points": (hopeless,)}), 0.95) == 0.0


def test_boxes_where_nothing_is_named_rightly_match_nothing():
    photo = real(1)[0]
    assert not nothing_matched([photo])
    assert nothing_matched([dataclasses.replace(photo, answer=np.full(PLACES, 2))])
    assert nothing_matched([dataclasses.replace(photo, answer=np.full(PLACES, SOME_PRODUCT))])

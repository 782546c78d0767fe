"""Calibration and operating threshold on photos whose answer is known."""

import dataclasses

import numpy as np
import pytest
from tiny import tiny_settings

from components.metrics.costs import Costs
from components.recogniser.matching import Candidates
from components.recogniser.probabilities import UNCALIBRATED, candidate_probabilities, of_best
from components.recogniser.settings import BackboneSettings
from components.recogniser.weights import build_recogniser
from components.training.calibrate import calibrate, fit_detections, fit_proposals
from components.training.matched_photos import FOREIGN, SOME_PRODUCT, MatchedPhoto
from components.training.threshold import cheapest_threshold, detections

pytestmark = pytest.mark.tfx


def matched(
    aligned, cosines, objectness, answer, boxes=None, truth=(), truth_sku=()
) -> MatchedPhoto:
    """Proposals whose candidates are SKU 0, 1, …"""
    rows, width = aligned.shape
    boxes = np.zeros((rows, width, 4), np.float32) if boxes is None else np.float32(boxes)
    return MatchedPhoto(
        encoded=b"",
        size=(160, 160),
        scale=1.0,
        candidates=Candidates(
            sku=np.tile(np.arange(width, dtype=np.int32), (rows, 1)),
            boxes=boxes,
            match_scores=np.float32(aligned),
            shortlist_scores=np.float32(cosines),
            valid=np.ones((rows, width), bool),
        ),
        proposed=boxes[:, 0],
        objectness=np.float32(objectness),
        answer=np.asarray(answer),
        truth=np.float32(truth).reshape(-1, 4),
        truth_sku=np.array(truth_sku, int),
    )


def probabilities(coefficients, photo: MatchedPhoto) -> np.ndarray:
    """Of each candidate, and of another product, `[P, K + 1]`."""
    of = photo.candidates
    named, unknown = candidate_probabilities(
        np.float32(coefficients), of.match_scores, of.shortlist_scores, photo.objectness, of.valid
    )
    return np.concatenate([named, unknown[:, np.newaxis]], axis=1)


def simulated(rows: int, truth: tuple[float, ...]) -> MatchedPhoto:
    """Proposals whose answers really are drawn from the model with known coefficients."""
    rng = np.random.default_rng(0)
    aligned = rng.uniform(0, 1, (rows, 3)).astype(np.float32)
    cosines = rng.uniform(0, 1, (rows, 3)).astype(np.float32)
    objectness = rng.normal(0, 2, rows).astype(np.float32)
    photo = matched(aligned, cosines, objectness, np.zeros(rows, int))
    chosen = probabilities(truth, photo)
    shares = np.concatenate([chosen, 1 - chosen.sum(axis=1, keepdims=True)], axis=1)
    draw = rng.uniform(size=(rows, 1))
    return dataclasses.replace(photo, answer=(shares.cumsum(axis=1) < draw).sum(axis=1))


def calibrated():
    """A recogniser that gives a lone candidate the probability sigmoid(10 · aligned - 5)."""
    model = build_recogniser(BackboneSettings(weights="random"), tiny_settings()).recogniser
    model.calibration.assign([10.0, 0.0, 5.0, 0.0, -50.0, 1.0, 0.0])
    return model


def test_known_coefficients_are_recovered():
    truth = (12.0, 3.0, 8.0, 0.7, 7.0)
    np.testing.assert_allclose(fit_proposals([simulated(20000, truth)]), truth, rtol=0.15)


def test_fitted_probabilities_are_calibrated():
    photo = simulated(20000, (9.0, 2.0, 6.0, 1.0, 7.0))
    probability = probabilities(fit_proposals([photo]), photo)
    for outcome in (0, photo.candidates.sku.shape[1]):
        sure = probability[:, outcome] > 0.6
        right = photo.answer == outcome
        assert sure.sum() > 100
        assert probability[sure, outcome].mean() == pytest.approx(right[sure].mean(), abs=0.04)


def test_without_a_right_answer_nothing_is_learned():
    blank = matched(np.zeros((4, 2)), np.zeros((4, 2)), np.zeros(4), np.full(4, 3))
    np.testing.assert_allclose(fit_proposals([blank]), UNCALIBRATED[:5])


def test_scores_of_what_is_shown_become_honest():
    """Of detections that all say 0.8 or 0.3, six in ten and one in ten are right."""
    scores = np.repeat([0.8, 0.3], 1000)
    right = np.concatenate([np.arange(1000) % 10 < 6, np.arange(1000) % 10 < 1])
    line = fit_detections(scores, right)
    told = of_best(np.float32([0, 0, 0, 0, 0, *line]), np.float32([0.8, 0.3, 0.0]))
    np.testing.assert_allclose(told, [0.6, 0.1, 0.0], atol=0.01)


@pytest.mark.parametrize("right", [True, False])
def test_shown_names_that_are_all_right_or_all_wrong_teach_nothing(right):
    line = fit_detections(np.array([0.4, 0.9]), np.array([right, right]), (1.5, 0.5))
    np.testing.assert_allclose(line, [1.5, 0.5])


def test_a_product_proposed_ten_times_is_judged_once():
    """Names are right at ten proposals of one product, and wrong at one each of ten others."""
    here = [0, 0, 40, 40]
    others = [[100 * number, 0, 100 * number + 40, 40] for number in range(1, 11)]
    boxes = np.array([[here]] * 10 + [[box] for box in others], np.float32)
    photo = matched(
        np.full((20, 1), 0.7),
        np.zeros((20, 1)),
        np.zeros(20),
        answer=[0] * 10 + [1] * 10,
        boxes=boxes,
        truth=[here, *others],
        truth_sku=[0] + [FOREIGN] * 10,
    )
    photo = dataclasses.replace(photo, size=(160, 1200))
    model = calibrated()
    calibrate(model, [photo])
    found = detections(model, photo)
    assert found.count == 11
    # Of 20 proposals every other is right; of the 11 names that are shown one is.
    np.testing.assert_allclose(found.scores, 1 / 11, atol=0.03)


def test_the_threshold_is_chosen_on_what_would_be_reported():
    """Two good boxes of one product count once; one on an unknown product not at all."""
    here, there, elsewhere = [0, 0, 40, 40], [100, 0, 140, 40], [0, 100, 40, 140]
    boxes = np.array([[here], [[4, 0, 44, 40]], [there], [elsewhere]], np.float32)
    shelf = matched(
        np.array([[0.9], [0.8], [0.7], [0.6]]),
        np.zeros((4, 1)),
        np.zeros(4),
        answer=[0, 0, SOME_PRODUCT, 2],
        boxes=boxes,
        truth=[here, there],
        truth_sku=[0, -1],
    )
    found = cheapest_threshold(calibrated(), [shelf], Costs())
    # Scores are 0.98 for the product and 0.73 where there is none.
    assert found.chosen.threshold == pytest.approx(0.74)
    assert (found.chosen.cost, found.chosen.recall, found.chosen.precision) == (0, 1, 1)
    assert found.points[49].false_alarms_per_photo == 1


def test_a_photo_without_products_raises_the_threshold_and_dear_misses_lower_it():
    """A product at 0.73 and, on the negative, an alarm at 0.88."""
    here = [0, 0, 40, 40]

    def photo(aligned, **truth):
        at = np.array([[here]], np.float32)
        return matched(np.array([[aligned]]), np.zeros((1, 1)), np.zeros(1), [0], at, **truth)

    shelf = photo(0.6, truth=[here], truth_sku=[0])
    negative = photo(0.7)
    model = calibrated()

    def chosen(photos, costs):
        return cheapest_threshold(model, photos, costs).chosen.threshold

    assert chosen([shelf], Costs()) == 0.5
    assert chosen([shelf, negative], Costs(false_alarm=2)) == pytest.approx(0.89)
    assert chosen([shelf, negative], Costs(miss=2)) == pytest.approx(0.33)


def test_without_validation_photos_the_threshold_follows_from_the_costs_alone():
    found = cheapest_threshold(calibrated(), [], Costs(false_alarm=1, miss=3))
    assert found.chosen.threshold == 0.25


def test_a_product_left_open_says_no_more_than_that_there_is_one():
    truth = (12.0, 3.0, 8.0, 0.7, 7.0)
    photo = simulated(20000, truth)
    nothing = photo.candidates.sku.shape[1] + 1
    open_half = (np.arange(20000) % 2 == 0) & (photo.answer != nothing)
    vague = dataclasses.replace(photo, answer=np.where(open_half, SOME_PRODUCT, photo.answer))
    np.testing.assert_allclose(fit_proposals([vague]), truth, rtol=0.2)


def test_candidates_that_are_padding_do_not_calibrate():
    photo = simulated(3000, (12.0, 3.0, 8.0, 0.7, 7.0))
    of = photo.candidates
    padding = np.full((3000, 2), 9.0, np.float32)
    padded = of._replace(
        match_scores=np.concatenate([of.match_scores, padding], axis=1),
        shortlist_scores=np.concatenate([of.shortlist_scores, padding], axis=1),
        valid=np.concatenate([of.valid, np.zeros((3000, 2), bool)], axis=1),
    )
    answer = np.where(photo.answer >= 3, photo.answer + 2, photo.answer)
    wider = dataclasses.replace(photo, candidates=padded, answer=answer)
    np.testing.assert_allclose(fit_proposals([wider]), fit_proposals([photo]), rtol=1e-4)

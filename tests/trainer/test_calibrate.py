"""Calibration and operating threshold on evidence whose answer is known."""

import dataclasses

import numpy as np
import pytest
from tiny import tiny_settings

from components.recogniser.model import UNCALIBRATED, candidate_probabilities
from components.recogniser.settings import BackboneSettings
from components.recogniser.weights import build_recogniser
from components.trainer.calibrate import fit
from components.trainer.evidence import Evidence
from components.trainer.threshold import HIGHEST, UNKNOWN, best_f1, operating_threshold

pytestmark = pytest.mark.tfx


def evidence(aligned, screened, objectness, answer, boxes=None, truth=(), truth_sku=()) -> Evidence:
    """Places whose candidates are SKU 0, 1, …"""
    rows, width = aligned.shape
    return Evidence(
        encoded=b"",
        scale=1.0,
        aligned=np.float32(aligned),
        screened=np.float32(screened),
        objectness=np.float32(objectness),
        sku=np.tile(np.arange(width, dtype=np.int32), (rows, 1)),
        boxes=np.zeros((rows, width, 4), np.float32) if boxes is None else np.float32(boxes),
        answer=np.asarray(answer),
        counts=np.ones(rows, bool),
        truth=np.float32(truth).reshape(-1, 4),
        truth_sku=np.array(truth_sku, int),
    )


def simulated(rows: int, truth: tuple[float, ...]) -> Evidence:
    """Places whose answers really are drawn from the model with known coefficients."""
    rng = np.random.default_rng(0)
    aligned = rng.uniform(0, 1, (rows, 3)).astype(np.float32)
    screened = rng.uniform(0, 1, (rows, 3)).astype(np.float32)
    objectness = rng.normal(0, 2, rows).astype(np.float32)
    chosen = candidate_probabilities(np.float32(truth), aligned, screened, objectness).numpy()
    shares = np.concatenate([chosen, 1 - chosen.sum(axis=1, keepdims=True)], axis=1)
    draw = rng.uniform(size=(rows, 1))
    answer = (shares.cumsum(axis=1) < draw).sum(axis=1)
    return evidence(aligned, screened, objectness, answer)


def test_known_coefficients_are_recovered():
    truth = (12.0, 3.0, 8.0, 0.7)
    np.testing.assert_allclose(fit([simulated(20000, truth)]), truth, rtol=0.15)


def test_fitted_probabilities_are_calibrated():
    places = simulated(20000, (9.0, 2.0, 6.0, 1.0))
    probability = candidate_probabilities(
        fit([places]), places.aligned, places.screened, places.objectness
    ).numpy()
    sure = probability[:, 0] > 0.7
    right = places.answer == 0
    assert probability[sure, 0].mean() == pytest.approx(right[sure].mean(), abs=0.03)


def test_without_a_right_answer_nothing_is_learned():
    blank = evidence(np.zeros((4, 2)), np.zeros((4, 2)), np.zeros(4), np.full(4, 2))
    np.testing.assert_allclose(fit([blank]), UNCALIBRATED)


def test_the_threshold_separates_right_from_wrong():
    scores = np.array([0.9, 0.8, 0.7, 0.4, 0.3])
    right = np.array([True, True, True, False, False])
    assert best_f1(scores, right, products=3) == pytest.approx(0.7)


def test_the_threshold_is_unknown_when_nothing_is_right():
    assert best_f1(np.array([0.9]), np.array([False]), products=0) == UNKNOWN


def test_the_threshold_is_chosen_on_what_would_be_reported():
    """Two good boxes of one product count once; one on an unknown product not at all."""
    here, there, elsewhere = [0, 0, 40, 40], [100, 0, 140, 40], [0, 100, 40, 140]
    boxes = np.array([[here], [[4, 0, 44, 40]], [there], [elsewhere]], np.float32)
    model = build_recogniser(BackboneSettings(weights="random"), tiny_settings()).recogniser
    model.calibration.assign([10.0, 0.0, 5.0, 0.0])
    part = evidence(
        np.array([[0.9], [0.8], [0.7], [0.2]]),
        np.zeros((4, 1)),
        np.zeros(4),
        answer=[0, 0, 1, 1],
        boxes=boxes,
        truth=[here, there],
        truth_sku=[0, -1],
    )
    found = operating_threshold(model, [part])
    assert found == pytest.approx(HIGHEST)  # the one product scores 0.98; the cap holds it


def test_candidates_left_open_do_not_calibrate():
    places = simulated(3000, (12.0, 3.0, 8.0, 0.7))
    spoiled = dataclasses.replace(places, answer=np.zeros(3000, int), counts=np.arange(3000) < 1500)
    honest = dataclasses.replace(places, counts=np.arange(3000) < 1500)
    mixed = dataclasses.replace(
        spoiled, answer=np.where(spoiled.counts, places.answer, spoiled.answer)
    )
    np.testing.assert_allclose(fit([mixed]), fit([honest]))

"""Fits the probabilities on validation photos."""

import dataclasses
from collections.abc import Sequence

import numpy as np
import tensorflow as tf
from scipy.optimize import minimize
from scipy.special import logit, logsumexp

from components.recogniser.matching import Candidates
from components.recogniser.model import Recogniser
from components.recogniser.probabilities import (
    AT_PROPOSAL,
    EXTREME,
    UNCALIBRATED,
    candidate_probabilities,
)
from components.recogniser.products import boxes_of_products, each_once
from components.training.matched_photos import NONE_OF_THEM, SOME_PRODUCT, MatchedPhoto
from components.training.threshold import judged_detections

# Pull towards the starting point, so that few validation photos cannot make it absurdly sure.
PRIOR = 1e-3


def calibrate(
    recogniser: Recogniser,
    photos: Sequence[MatchedPhoto],
    starting_point: Sequence[float] = UNCALIBRATED,
) -> None:
    """Fit the probabilities of a recogniser, which has them from now on.

    What is at a proposal is fitted on all proposals, then on the likeliest of each product: users
    see no others. Then the names that are shown are judged, see `probabilities.of_best`.

    Args:
        recogniser: What matched the photos.
        photos: What is learned from.
        starting_point: Coefficients from which few photos lead away a little only.
    """
    neutral = UNCALIBRATED[AT_PROPOSAL:]
    at_proposals = fit_proposals(photos, starting_point[:AT_PROPOSAL])
    recogniser.calibration.assign([*at_proposals, *neutral])
    at_products = fit_proposals(
        [_each_product_once(recogniser, photo) for photo in photos],
        starting_point[:AT_PROPOSAL],
    )
    recogniser.calibration.assign([*at_products, *neutral])
    shown = [judged_detections(recogniser, photo) for photo in photos]
    of_best = fit_detections(
        np.concatenate([np.zeros(0), *(each.scores for each in shown)]),
        np.concatenate([np.zeros(0, bool), *(each.right for each in shown)]),
        starting_point[AT_PROPOSAL:],
    )
    recogniser.calibration.assign([*at_products, *of_best])


def fit_proposals(
    photos: Sequence[MatchedPhoto], starting_point: Sequence[float] = UNCALIBRATED[:AT_PROPOSAL]
) -> np.ndarray:
    """Fit the coefficients of `probabilities.candidate_probabilities` by maximum likelihood.

    Args:
        photos: What is learned from.
        starting_point: Coefficients from which few photos lead away a little only.

    Returns:
        float32 `[5]`. The starting point when there is no proposal of which a candidate is right:
        then there is nothing to learn from.
    """
    start = np.array(starting_point, float)
    if not photos:
        return start.astype(np.float32)
    # In double precision: the gradient is taken by finite differences.
    matching = _joined([photo.candidates.match_scores for photo in photos])
    cosines = _joined([photo.candidates.shortlist_scores for photo in photos])
    objectness = _joined([photo.objectness for photo in photos])
    valid = np.concatenate([photo.candidates.valid for photo in photos])
    answer = np.concatenate([photo.answer for photo in photos])
    if not ((answer >= 0) & (answer < matching.shape[1])).any():
        return start.astype(np.float32)
    allowed = _allowed(answer, valid)

    # Steps are taken in units of the starting point: the coefficients differ in size.
    scale = np.maximum(np.abs(start), 1.0)

    def loss(scaled: np.ndarray) -> float:
        coefficients = scaled * scale
        logits = coefficients[0] * matching + coefficients[1] * cosines
        logits = np.where(valid, logits, -np.inf)
        nothing = coefficients[2] - coefficients[3] * objectness
        another = np.full_like(nothing, coefficients[4])
        every = np.concatenate([logits, np.stack([another, nothing], axis=1)], axis=1)
        right = logsumexp(np.where(allowed, every, -np.inf), axis=1)
        pull = PRIOR * np.sum((scaled - start / scale) ** 2)
        return float(np.mean(logsumexp(every, axis=1) - right) + pull)

    bounds = np.array([(0.1, 200.0), (0.0, 100.0), (-50.0, 600.0), (0.0, 20.0), (-50.0, 600.0)])
    limits = bounds / scale[:, np.newaxis]
    found = minimize(loss, start / scale, method="L-BFGS-B", bounds=limits).x
    return (found * scale).astype(np.float32)


def fit_detections(
    scores: np.ndarray,
    right: np.ndarray,
    starting_point: Sequence[float] = UNCALIBRATED[AT_PROPOSAL:],
) -> np.ndarray:
    """Fit slope and offset of `probabilities.of_best` by maximum likelihood.

    Args:
        scores: `[n]` of detections, with slope 1 and offset 0.
        right: bool `[n]`, their name is right.
        starting_point: Slope and offset from which few detections lead away a little only.

    Returns:
        float32 `[2]`. The starting point where all are right or all are wrong.
    """
    start = np.array(starting_point, float)
    if not 0 < right.sum() < len(right):
        return start.astype(np.float32)
    odds = logit(np.clip(scores.astype(float), EXTREME, 1 - EXTREME))

    def loss(line: np.ndarray) -> float:
        told = line[0] * odds + line[1]
        pull = PRIOR * np.sum((line - start) ** 2)
        return float(np.mean(np.logaddexp(0.0, told) - right * told) + pull)

    bounds = [(0.1, 10.0), (-20.0, 20.0)]
    return minimize(loss, start, method="L-BFGS-B", bounds=bounds).x.astype(np.float32)


def _allowed(answer: np.ndarray, valid: np.ndarray) -> np.ndarray:
    """Return which outcomes an answer `[N]` leaves open, bool `[N, K + 2]`, in the order of fit."""
    candidates, answer = valid.shape[1], answer[:, np.newaxis]
    outcomes = np.concatenate([valid, np.ones((len(valid), 2), bool)], axis=1)
    number = np.arange(candidates + 2)
    some_product = (answer == SOME_PRODUCT) & (number <= candidates)
    none_of_them = (answer == NONE_OF_THEM) & (number >= candidates)
    return outcomes & (some_product | none_of_them | (number == answer))


def _joined(parts: Sequence[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts).astype(np.float64)


def _each_product_once(recogniser: Recogniser, photo: MatchedPhoto) -> MatchedPhoto:
    """Return a photo with the likeliest proposal of each product alone."""
    of = Candidates(*map(tf.constant, photo.candidates))
    objectness, proposed = tf.constant(photo.objectness), tf.constant(photo.proposed)
    probabilities = candidate_probabilities(
        recogniser.calibration, of.match_scores, of.shortlist_scores, objectness, of.valid
    )
    boxes = boxes_of_products(of.boxes, proposed, probabilities)
    scores = tf.reduce_sum(probabilities.named, axis=-1) + probabilities.unknown
    kept, valid = each_once(boxes, scores, recogniser.settings.max_detections)
    rows = kept.numpy()[valid.numpy()]
    return dataclasses.replace(
        photo,
        candidates=Candidates(*(values[rows] for values in photo.candidates)),
        proposed=photo.proposed[rows],
        objectness=photo.objectness[rows],
        answer=photo.answer[rows],
    )

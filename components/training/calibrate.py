"""Fits the probabilities on validation photos."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from components.recogniser.probabilities import UNCALIBRATED
from components.training.matched_photos import NONE_OF_THEM, SOME_PRODUCT, MatchedPhoto

# Pull towards the starting point, so that few validation photos cannot make it absurdly sure.
PRIOR = 1e-3


def fit(
    photos: Sequence[MatchedPhoto], starting_point: Sequence[float] = UNCALIBRATED
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

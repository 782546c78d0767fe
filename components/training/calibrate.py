"""Fits the probabilities on validation photos."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import logsumexp

from components.recogniser.probabilities import UNCALIBRATED
from components.training.matched_photos import MatchedPhoto

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
        float32 `[4]`. The starting point when there is no proposal of which a candidate is right:
        then there is nothing to learn from.
    """
    start = np.array(starting_point, float)
    if not photos:
        return start.astype(np.float32)
    # In double precision: the gradient is taken by finite differences.
    aligned = _joined([(photo.candidates.aligned_scores, photo.counts) for photo in photos])
    cosines = _joined([(photo.candidates.shortlist_scores, photo.counts) for photo in photos])
    objectness = _joined([(photo.objectness, photo.counts) for photo in photos])
    valid = np.concatenate([photo.candidates.valid[photo.counts] for photo in photos])
    answer = np.concatenate([photo.answer[photo.counts] for photo in photos])
    if not len(answer) or (answer == aligned.shape[1]).all():
        return start.astype(np.float32)

    # Steps are taken in units of the starting point: the coefficients differ in size.
    scale = np.maximum(np.abs(start), 1.0)

    def loss(scaled: np.ndarray) -> float:
        coefficients = scaled * scale
        logits = coefficients[0] * aligned + coefficients[1] * cosines
        none = coefficients[2] - coefficients[3] * objectness
        logits = np.where(valid, logits, -np.inf)
        every = np.concatenate([logits, none[:, np.newaxis]], axis=1)
        right = every[np.arange(len(every)), answer]
        pull = PRIOR * np.sum((scaled - start / scale) ** 2)
        return float(np.mean(logsumexp(every, axis=1) - right) + pull)

    bounds = np.array([(0.1, 200.0), (0.0, 100.0), (-50.0, 200.0), (0.0, 20.0)])
    limits = bounds / scale[:, np.newaxis]
    found = minimize(loss, start / scale, method="L-BFGS-B", bounds=limits).x
    return (found * scale).astype(np.float32)


def _joined(parts: Sequence[tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    """Return the rows that count, of all photos."""
    return np.concatenate([values[counts] for values, counts in parts]).astype(np.float64)

"""Fits the probabilities on validation photos."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import minimize

from components.recogniser.detect import OFF
from components.recogniser.model import UNCALIBRATED
from components.training.evidence import Evidence

# Pull towards the starting point, so that few validation photos cannot make it absurdly sure.
PRIOR = 1e-3


def fit(evidence: Sequence[Evidence]) -> np.ndarray:
    """Fits the four coefficients of `model.candidate_probabilities` by maximum likelihood.

    Returns:
      `[4]` float32. The starting point when there is no place where a candidate is right: then
      there is nothing to learn from.
    """

    def joined(name: str, dtype: type) -> np.ndarray:
        return np.concatenate([getattr(part, name)[part.counts] for part in evidence]).astype(dtype)

    start = np.array(UNCALIBRATED)
    if not evidence:
        return start.astype(np.float32)
    # In double precision: the gradient is taken by finite differences.
    aligned, screened = joined("aligned", np.float64), joined("screened", np.float64)
    objectness, answer = joined("objectness", np.float64), joined("answer", np.int64)
    if not len(answer) or (answer == aligned.shape[1]).all():
        return start.astype(np.float32)
    off = aligned < OFF / 2

    # Steps are taken in units of the starting point: the coefficients differ in size.
    scale = np.maximum(np.abs(start), 1.0)

    def loss(scaled: np.ndarray) -> float:
        coefficients = scaled * scale
        logits = coefficients[0] * np.where(off, 0.0, aligned) + coefficients[1] * screened
        logits = np.where(off, -1e9, logits)
        none = coefficients[2] - coefficients[3] * objectness
        full = np.concatenate([logits, none[:, np.newaxis]], axis=1)
        peak = full.max(axis=1, keepdims=True)
        log_sum = peak[:, 0] + np.log(np.exp(full - peak).sum(axis=1))
        chosen = full[np.arange(len(full)), answer]
        pull = PRIOR * np.sum((scaled - start / scale) ** 2)
        return float(np.mean(log_sum - chosen) + pull)

    bounds = np.array([(0.1, 200.0), (0.0, 100.0), (-50.0, 200.0), (0.0, 20.0)])
    limits = bounds / scale[:, np.newaxis]
    found = minimize(loss, start / scale, method="L-BFGS-B", bounds=limits).x
    return (found * scale).astype(np.float32)

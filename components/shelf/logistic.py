"""Logistic regressions that benches have fitted: their weights are constants of this folder."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

_LOG_FROM = 0.05


def expanded(looks: np.ndarray) -> np.ndarray:
    """Return numbers and their logarithms, float `[…, 2 n]`."""
    return np.concatenate([looks, np.log(np.abs(looks) + _LOG_FROM)], axis=-1)


def probability(looks: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    """Return what a logistic regression says, float `[…]`; the last weight is the constant."""
    return np.asarray(expit(looks @ np.array(weights[:-1]) + weights[-1]))

"""Fits logistic regressions, and writes their weights as constants of components/shelf."""

from __future__ import annotations

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

_IN_A_LINE = 8


def fit_weights(looks: np.ndarray, true: np.ndarray, penalty: float) -> tuple[float, ...]:
    """Return the weights, the constant last, as they are written.

    Args:
        looks: `[n, m]`.
        true: bool `[n]`.
        penalty: Inverse strength of what keeps weights small.
    """
    scaler = StandardScaler().fit(looks)
    fitted = LogisticRegression(C=penalty, max_iter=3000).fit(scaler.transform(looks), true)
    weights = fitted.coef_[0] / scaler.scale_
    constant = fitted.intercept_[0] - weights @ scaler.mean_
    return tuple(float(f"{weight:.5g}") for weight in (*weights, constant))


def constant_of(name: str, weights: tuple[float, ...]) -> list[str]:
    """Return the lines of a constant that holds weights."""
    written = [f"{weight:.5g}" for weight in weights]
    starts = range(0, len(written), _IN_A_LINE)
    rows = [f"    {', '.join(written[at : at + _IN_A_LINE])}," for at in starts]
    return [f"{name} = (", *rows, ")  # fmt: skip"]

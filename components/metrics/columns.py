"""Columns of many photos: joined, grouped by name, and shares of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def join(parts: Sequence[np.ndarray], dtype: type) -> np.ndarray:
    """Return one column of all parts; an empty one of `dtype` where there are none."""
    return np.concatenate([np.zeros(0, dtype), *parts])


def indices_by_name(names: np.ndarray) -> dict[str, np.ndarray]:
    """Return the ascending indices of each name."""
    distinct, which = np.unique(names, return_inverse=True)
    ends = np.cumsum(np.bincount(which, minlength=len(distinct)))
    # The last part, after the last end, is empty.
    parts = np.split(np.argsort(which, kind="stable"), ends)[:-1]
    return dict(zip(distinct, parts, strict=True))


def share_of(part: float, whole: float) -> float | None:
    """Return `part` of `whole`, or None where there is no whole."""
    return float(part / whole) if whole else None

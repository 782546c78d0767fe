"""Whether ambiguity leads people to the errors."""

from __future__ import annotations

import numpy as np

from components.artifacts.evaluation_summary import AmbiguityBin, ReviewPoint

_BINS = 10
_SHARES = np.arange(101) / 100


def ambiguity_bins(ambiguity: np.ndarray, wrong: np.ndarray) -> tuple[AmbiguityBin, ...]:
    """Return how many detections of each ambiguity are wrong.

    Args:
        ambiguity: `[n]`, 0 to 1, of shown detections that are right or wrong.
        wrong: bool `[n]`.
    """
    edges = np.linspace(0, 1, _BINS + 1)
    which = np.clip(np.searchsorted(edges, ambiguity, side="right") - 1, 0, _BINS - 1)
    n = np.bincount(which, minlength=_BINS).tolist()
    errors = np.bincount(which, weights=wrong, minlength=_BINS).tolist()
    return tuple(
        AmbiguityBin(
            low=edges[b],
            high=edges[b + 1],
            n=n[b],
            error_rate=errors[b] / n[b] if n[b] else None,
        )
        for b in range(_BINS)
    )


def review_curve(
    ambiguity: np.ndarray, scores: np.ndarray, wrong: np.ndarray
) -> tuple[ReviewPoint, ...]:
    """Return which share of the errors lies in which share of the detections.

    Detections without a rival all have ambiguity 0: among equally ambiguous ones, those with the
    lowest score are looked at first.

    Args:
        ambiguity: `[n]`, 0 to 1, of shown detections that are right or wrong.
        scores: `[n]`.
        wrong: bool `[n]`.

    Returns:
        One point per whole percent; none where nothing is wrong.
    """
    if not wrong.any():
        return ()
    by_ambiguity = _caught(np.stack([-ambiguity, scores]), wrong)
    by_score = _caught(scores[np.newaxis], wrong)
    return tuple(
        ReviewPoint(reviewed=share, caught=caught, caught_by_score=by_score)
        for share, caught, by_score in zip(
            _SHARES.tolist(), by_ambiguity.tolist(), by_score.tolist(), strict=True
        )
    )


def _caught(keys: np.ndarray, wrong: np.ndarray) -> np.ndarray:
    """Return the share of errors caught at every share of `_SHARES`.

    Args:
        keys: `[k, n]`, to sort by in ascending order, the first one first. Detections with equal
            keys come in any order: between the ends of such a group the expected catch is a line.
        wrong: bool `[n]`.
    """
    order = np.lexsort(keys[::-1])
    ordered = keys[:, order]
    last_of_group = np.append((ordered[:, 1:] != ordered[:, :-1]).any(axis=0), True)
    seen = np.flatnonzero(last_of_group) + 1
    caught = np.cumsum(wrong[order])[last_of_group]
    return np.interp(_SHARES * len(wrong), np.append(0, seen), np.append(0, caught)) / wrong.sum()

"""Precision over recall of what users would see at each threshold, from the best score down."""

from __future__ import annotations

import numpy as np

from components.artifacts.evaluation_summary import PrecisionRecallCurve
from components.metrics.all_photos import AllPhotos

MOST_POINTS = 400
"""Points of one curve: over a million detections it looks the same, and is megabytes less."""


def precision_recall_curves(
    photos: AllPhotos, threshold: float
) -> tuple[PrecisionRecallCurve, ...]:
    """Return the curves over seen and over new SKUs, where products of them are annotated.

    Args:
        photos: The tallies of all photos.
        threshold: The operating threshold.
    """
    scores, hits = photos.scores[photos.judged], photos.right[photos.judged]
    new = photos.new[photos.judged]
    curves = []
    for subset, mine, truths in (
        ("seen", ~new, int((~photos.truth_new).sum())),
        ("new", new, int(photos.truth_new.sum())),
    ):
        if truths:
            curves.append(_curve(subset, scores[mine], hits[mine], truths, threshold))
    return tuple(curves)


def _curve(
    subset: str, scores: np.ndarray, hits: np.ndarray, truths: int, threshold: float
) -> PrecisionRecallCurve:
    found = np.cumsum(hits[np.argsort(-scores, kind="stable")])
    recall = found / truths
    precision = found / np.arange(1, len(found) + 1)
    # The best precision at this recall or any larger one, as for average precision.
    envelope = np.maximum.accumulate(precision[::-1])[::-1]
    kept = _thinned(len(found))
    shown = int((scores >= threshold).sum())
    return PrecisionRecallCurve(
        subset=subset,
        recall=tuple(recall[kept].tolist()),
        precision=tuple(envelope[kept].tolist()),
        at_threshold=(float(recall[shown - 1]), float(precision[shown - 1])) if shown else None,
    )


def _thinned(count: int) -> np.ndarray:
    """Return the numbers of at most `MOST_POINTS` points, the first and the last among them."""
    return np.unique(np.linspace(0, count - 1, min(count, MOST_POINTS)).round().astype(int))

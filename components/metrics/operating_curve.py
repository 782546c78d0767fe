"""What each threshold would cost, and the one that costs least."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.artifacts.operating_curve import OperatingCurve, OperatingPoint
from components.metrics.costs import Costs

THRESHOLDS = np.arange(1, 100) / 100
"""Thresholds that are looked at. Some dozen validation photos support no finer ones."""

SAME_COST = 0.03
"""Costs that differ by no more than this share are equal. Around the least cost the curve is flat,
and which of its points is the lowest is chance: of two trainings of one demo, one had it at 0.44,
with 4.4 false alarms in a photo without products, the other at 0.52, with 2.9, at the same cost.
"""


def operating_curve(
    scores: np.ndarray,
    right: np.ndarray,
    products: int,
    photos: int,
    costs: Costs,
    threshold: float | None = None,
) -> OperatingCurve:
    """Return what every threshold of `THRESHOLDS` would cost.

    Args:
        scores: `[n]` of all detections that are right or wrong.
        right: bool `[n]`.
        products: How many there are to find.
        photos: How many the detections are from, those without products among them.
        costs: Costs of errors.
        threshold: The operating threshold; None chooses the cheapest, and of equally cheap ones
            (see `SAME_COST`) that nearest to `Costs.break_even`, which is right where scores are
            probabilities. So where there is nothing to learn from, it is that.
    """

    def point(at: float, shown: int, hits: int) -> OperatingPoint:
        false_alarms, missed = shown - hits, products - hits
        per_photo = 1 / photos if photos else 0.0
        return OperatingPoint(
            threshold=at,
            cost=(costs.false_alarm * false_alarms + costs.miss * missed) * per_photo,
            precision=hits / shown if shown else None,
            recall=hits / products if products else None,
            false_alarms_per_photo=false_alarms * per_photo,
        )

    def points(thresholds: np.ndarray) -> tuple[OperatingPoint, ...]:
        shown, hits = _at_least(scores, thresholds), _at_least(scores[right], thresholds)
        return tuple(map(point, thresholds.tolist(), shown.tolist(), hits.tolist()))

    looked_at = points(THRESHOLDS)
    if threshold is None:
        chosen = _cheapest(looked_at, costs.break_even)
    else:
        (chosen,) = points(np.array([threshold]))
    return OperatingCurve(
        cost_false_alarm=costs.false_alarm,
        cost_miss=costs.miss,
        points=looked_at,
        chosen=chosen,
    )


def _at_least(scores: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Count the scores that reach each threshold."""
    return len(scores) - np.searchsorted(np.sort(scores), thresholds, side="left")


def _cheapest(points: Sequence[OperatingPoint], break_even: float) -> OperatingPoint:
    least = min(point.cost for point in points)
    cheap = [point for point in points if point.cost <= least * (1 + SAME_COST)]
    # Between two that are equally near, the higher one shows less.
    return min(
        cheap,
        key=lambda point: (round(abs(point.threshold - break_even), 9), -point.threshold),
    )

"""How far photos to train on differ from others, feature by feature."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from components.artifacts.compared_features import COMPARED
from components.artifacts.dataset_statistics import Dataset, feature_of
from components.artifacts.photo_comparison import FeatureDistance
from components.distribution.settings import PhotoLimits
from components.distribution.statistics_in_words import in_words


def limits_of(limits: PhotoLimits, now: Dataset, other: Dataset) -> dict[str, float]:
    """Return, by name, the limits of what both sides have values of and what is not off."""
    return {
        name: limit
        for name, limit in limits.model_dump().items()
        if limit < 1
        and feature_of(now, COMPARED[name].feature)
        and feature_of(other, COMPARED[name].feature)
    }


def distances(
    found: Mapping[str, float],
    exceeded: Collection[str],
    limits: Mapping[str, float],
    now: Dataset,
    other: Dataset,
) -> tuple[FeatureDistance, ...]:
    """Put what was measured beside what is allowed.

    Args:
        found: Distance by feature; what could not be measured, values of another kind, has none.
        exceeded: Features that are farther apart than allowed.
        limits: Of `limits_of`.
        now: Statistics of the photos to train on.
        other: Statistics of the photos they are compared with.
    """
    made = []
    for name, limit in limits.items():
        feature, measure = COMPARED[name]
        here, there = feature_of(now, feature), feature_of(other, feature)
        assert here is not None and there is not None
        made.append(
            FeatureDistance(
                name=name,
                feature=feature,
                measure=measure,
                distance=round(found.get(feature, 1.0), 4),
                limit=limit,
                exceeded=feature in exceeded,
                **dict(zip(("now", "other"), in_words(here, there), strict=True)),
            )
        )
    return tuple(made)

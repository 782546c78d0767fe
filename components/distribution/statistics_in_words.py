"""What a feature is like, in words for people."""

from __future__ import annotations

from collections.abc import Mapping

from components.artifacts.dataset_statistics import FeatureNameStatistics, value_counts

_NAMED = 3


def in_words(now: FeatureNameStatistics, was: FeatureNameStatistics) -> tuple[str, str]:
    """Say what a feature is like on two sides, so that the difference is seen."""
    if now.HasField("num_stats"):
        return _spread(now), _spread(was)
    one, other = _shares(now), _shares(was)
    values = sorted(
        one.keys() | other.keys(),
        key=lambda value: (-abs(one.get(value, 0) - other.get(value, 0)), value),
    )[:_NAMED]
    return _listed(one, values), _listed(other, values)


def _spread(feature: FeatureNameStatistics) -> str:
    stats = feature.num_stats
    return f"{stats.mean:.3g} on average ({stats.min:.3g} to {stats.max:.3g})"


def _listed(shares: Mapping[str, float], values: list[str]) -> str:
    return ", ".join(f"'{value}' {shares.get(value, 0):.0%}" for value in values)


def _shares(feature: FeatureNameStatistics) -> dict[str, float]:
    counts = value_counts(feature)
    whole = sum(counts.values()) or 1
    return {value: count / whole for value, count in counts.items()}

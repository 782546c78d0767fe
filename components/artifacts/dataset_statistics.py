"""Statistics of a split as TFDV writes them, looked up by feature."""

from __future__ import annotations

from tensorflow_metadata.proto.v0.statistics_pb2 import DatasetFeatureStatistics as Dataset
from tensorflow_metadata.proto.v0.statistics_pb2 import FeatureNameStatistics

__all__ = ["Dataset", "FeatureNameStatistics", "feature_name", "feature_of", "value_counts"]


def feature_of(dataset: Dataset, feature: str) -> FeatureNameStatistics | None:
    """Return the statistics of a feature; None where no example has a value of it."""
    for each in dataset.features:
        if feature_name(each) == feature:
            stats = each.num_stats if each.HasField("num_stats") else each.string_stats
            return each if stats.common_stats.tot_num_values else None
    return None


def feature_name(feature: FeatureNameStatistics) -> str:
    """Return the name of a feature in the examples."""
    return ".".join(feature.path.step) or str(feature.name)


def value_counts(feature: FeatureNameStatistics) -> dict[str, float]:
    """Return how often each value of a feature of texts occurs."""
    buckets = feature.string_stats.rank_histogram.buckets
    return {bucket.label: bucket.sample_count for bucket in buckets}

"""The mix of categories on photos, out of the mix of SKUs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from components.artifacts.compared_features import CATEGORY
from components.artifacts.dataset_statistics import Dataset, feature_of, value_counts
from components.records import feature_keys as keys


def with_categories(dataset: Dataset, categories: Mapping[str, str]) -> Dataset:
    """Return a copy of a split's statistics with the mix of categories that its SKUs make.

    Args:
        dataset: Statistics.
        categories: Category by SKU; facings of others, unknown products among them, count as "".
    """
    extended = Dataset()
    extended.CopyFrom(dataset)
    of_skus = feature_of(dataset, keys.OBJECT_SKU)
    if of_skus is None:
        return extended
    counts: defaultdict[str, float] = defaultdict(float)
    for sku, count in value_counts(of_skus).items():
        counts[categories.get(sku, "")] += count
    made = extended.features.add()
    made.path.step.append(CATEGORY)
    made.type = of_skus.type
    made.string_stats.common_stats.CopyFrom(of_skus.string_stats.common_stats)
    made.string_stats.unique = len(counts)
    for rank, (category, count) in enumerate(
        sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ):
        made.string_stats.rank_histogram.buckets.add(
            low_rank=rank, high_rank=rank, label=category, sample_count=count
        )
    return extended

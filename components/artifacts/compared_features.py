"""What is compared, and how statistics of it are read, kept and put into words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Literal, NamedTuple

from tensorflow_metadata.proto.v0.statistics_pb2 import DatasetFeatureStatistics as Dataset
from tensorflow_metadata.proto.v0.statistics_pb2 import FeatureNameStatistics

from components.records import feature_keys as keys

Measure = Literal["jensen_shannon_divergence", "infinity_norm"]

CATEGORY = "image/object/category"
"""Made here, from SKUs and the catalogue of the day: no example holds it."""

_NAMED = 3


class Compared(NamedTuple):
    """One thing that is compared: a feature, and the measure of its distance."""

    feature: str
    measure: Measure


COMPARED: Mapping[str, Compared] = {
    "brightness": Compared(keys.IMAGE_BRIGHTNESS, "jensen_shannon_divergence"),
    "contrast": Compared(keys.IMAGE_CONTRAST, "jensen_shannon_divergence"),
    "sharpness": Compared(keys.IMAGE_SHARPNESS, "jensen_shannon_divergence"),
    "width": Compared(keys.IMAGE_WIDTH, "jensen_shannon_divergence"),
    "height": Compared(keys.IMAGE_HEIGHT, "jensen_shannon_divergence"),
    "products": Compared(keys.OBJECT_COUNT, "jensen_shannon_divergence"),
    "facing_height": Compared(keys.OBJECT_HEIGHT, "jensen_shannon_divergence"),
    "sku": Compared(keys.OBJECT_SKU, "infinity_norm"),
    "category": Compared(CATEGORY, "infinity_norm"),
    "label": Compared(keys.PHOTO_LABEL, "infinity_norm"),
}
"""By the name of its limit in the settings."""

MEASURES: Mapping[Measure, str] = {
    "jensen_shannon_divergence": "Jensen-Shannon divergence",
    "infinity_norm": "largest change of a share",
}

_FEATURES = frozenset(each.feature for each in COMPARED.values())


def trimmed(dataset: Dataset) -> Dataset:
    """Return a copy of a split's statistics with nothing in it but what is compared."""
    small = Dataset(name=dataset.name, num_examples=dataset.num_examples)
    small.features.extend(each for each in dataset.features if _name(each) in _FEATURES)
    return small


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
    for sku, count in _counts(of_skus).items():
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


def feature_of(dataset: Dataset, feature: str) -> FeatureNameStatistics | None:
    """Return the statistics of a feature; None where no example has a value of it."""
    for each in dataset.features:
        if _name(each) == feature:
            stats = each.num_stats if each.HasField("num_stats") else each.string_stats
            return each if stats.common_stats.tot_num_values else None
    return None


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
    counts = _counts(feature)
    whole = sum(counts.values()) or 1
    return {value: count / whole for value, count in counts.items()}


def _counts(feature: FeatureNameStatistics) -> dict[str, float]:
    buckets = feature.string_stats.rank_histogram.buckets
    return {bucket.label: bucket.sample_count for bucket in buckets}


def _name(feature: FeatureNameStatistics) -> str:
    return ".".join(feature.path.step) or str(feature.name)

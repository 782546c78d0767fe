"""Statistics as they are kept, extended and put into words; built by hand, without TFX."""

import pytest
from tensorflow_metadata.proto.v0 import statistics_pb2

from components.artifacts.compared_features import CATEGORY, COMPARED
from components.artifacts.dataset_statistics import feature_of
from components.distribution.category_mix import with_categories
from components.distribution.settings import DriftLimits, SkewLimits
from components.distribution.statistics_in_words import in_words
from components.releases.photo_statistics import trimmed


def dataset(skus=None, **numbers):
    """Statistics with facings by SKU, and (mean, least, most) of numeric features."""
    made = statistics_pb2.DatasetFeatureStatistics(num_examples=10)
    for name, (mean, least, most) in numbers.items():
        feature = made.features.add(type=statistics_pb2.FeatureNameStatistics.FLOAT)
        feature.path.step.append(f"image/{name}")
        feature.num_stats.mean, feature.num_stats.min, feature.num_stats.max = mean, least, most
        feature.num_stats.common_stats.tot_num_values = 10
    if skus is not None:
        feature = made.features.add(type=statistics_pb2.FeatureNameStatistics.STRING)
        feature.path.step.append("image/object/class/text")
        feature.string_stats.common_stats.tot_num_values = sum(skus.values())
        for sku, count in skus.items():
            feature.string_stats.rank_histogram.buckets.add(label=sku, sample_count=count)
    return made


def test_every_limit_has_a_feature_and_every_feature_a_limit():
    assert set(DriftLimits.model_fields) == set(COMPARED)
    assert set(SkewLimits.model_fields) <= set(COMPARED)


def test_what_nothing_compares_is_not_kept():
    whole = dataset(brightness=(0.5, 0.1, 0.9), filename=(0, 0, 0))
    small = trimmed(whole)
    assert small.num_examples == 10
    assert [feature.path.step[0] for feature in small.features] == ["image/brightness"]


def test_categories_are_those_of_the_catalogue_of_the_day():
    facings = dataset({"milk": 6, "oats": 3, "salt": 2, "delisted": 1})
    mixed = with_categories(facings, {"milk": "dairy", "oats": "dairy", "salt": "spices"})
    buckets = feature_of(mixed, CATEGORY).string_stats.rank_histogram.buckets
    assert [(bucket.label, bucket.sample_count) for bucket in buckets] == [
        ("dairy", 9),
        ("spices", 2),
        ("", 1),
    ]
    assert feature_of(facings, CATEGORY) is None


def test_feature_without_values_is_none():
    assert feature_of(dataset({}), "image/object/class/text") is None
    assert feature_of(dataset(), "image/brightness") is None


def test_numbers_are_told_by_mean_and_range():
    one, other = dataset(brightness=(0.21, 0.05, 0.4)), dataset(brightness=(0.5, 0.3, 0.8))
    said = in_words(*(feature_of(each, "image/brightness") for each in (one, other)))
    assert said == ("0.21 on average (0.05 to 0.4)", "0.5 on average (0.3 to 0.8)")


def test_shares_are_told_where_they_changed_most():
    one = dataset({"a": 50, "b": 30, "c": 20})
    other = dataset({"a": 10, "b": 30, "c": 20, "d": 40})
    said = in_words(*(feature_of(each, "image/object/class/text") for each in (one, other)))
    assert said == ("'a' 50%, 'd' 0%, 'b' 30%", "'a' 10%, 'd' 40%, 'b' 30%")


@pytest.mark.parametrize("value", [-0.1, 1.1])
def test_limits_are_distances(value):
    with pytest.raises(ValueError, match="brightness"):
        DriftLimits(brightness=value)

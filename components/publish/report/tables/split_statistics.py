"""What TFDV's statistics say about a data set, in the few numbers that people ask for."""

from __future__ import annotations

from dataclasses import dataclass

from tensorflow_metadata.proto.v0 import statistics_pb2

from components.records import feature_keys as keys

SHOWN = {
    keys.OBJECT_COUNT: "products per photo",
    keys.IMAGE_WIDTH: "width, pixels",
    keys.IMAGE_HEIGHT: "height, pixels",
    keys.IMAGE_BRIGHTNESS: "brightness",
    keys.IMAGE_CONTRAST: "contrast",
    keys.IMAGE_SHARPNESS: "sharpness",
}
"""The features worth seeing, and what they are called in the report."""


@dataclass(frozen=True)
class Spread:
    """Mean, extremes and standard deviation of one number over the photos of a split."""

    name: str
    mean: float
    least: float
    most: float
    deviation: float


@dataclass(frozen=True)
class SplitStatistics:
    """One split of a data set.

    Attributes:
        name: Name of the split.
        photos: How many.
        boxes: Annotated products in all of them.
        spans: First and last span of data, both inclusive; None where photos have none.
        spreads: The numbers worth seeing, in the order of `SHOWN`.
        counted: Products on those of them that have counts and no boxes.
    """

    name: str
    photos: int
    boxes: int
    spans: tuple[int, int] | None
    spreads: tuple[Spread, ...]
    counted: int = 0

    def spread(self, name: str) -> Spread | None:
        """Return the number called `name`; None where the photos have none."""
        return next((each for each in self.spreads if each.name == name), None)


def read_statistics(name: str, serialized: bytes) -> SplitStatistics:
    """Read one split's FeatureStats.pb (a DatasetFeatureStatisticsList with one data set)."""
    (dataset,) = statistics_pb2.DatasetFeatureStatisticsList.FromString(serialized).datasets
    numbers = {
        "/".join(feature.path.step) or feature.name: feature.num_stats
        for feature in dataset.features
        if feature.HasField("num_stats")
    }
    products, counted = (
        _sum(numbers.get(key)) for key in (keys.OBJECT_COUNT, keys.PHOTO_COUNTS_COUNT)
    )
    span = numbers.get(keys.PHOTO_SPAN)
    return SplitStatistics(
        name=name,
        photos=int(dataset.num_examples),
        boxes=products - counted,
        spans=(int(span.min), int(span.max)) if span else None,
        spreads=tuple(
            Spread(label, found.mean, found.min, found.max, found.std_dev)
            for key, label in SHOWN.items()
            if (found := numbers.get(key))
        ),
        counted=counted,
    )


def _sum(numbers: statistics_pb2.NumericStatistics | None) -> int:
    """Return the sum of all values of a feature."""
    values = numbers.common_stats.tot_num_values if numbers else 0
    return round(numbers.mean * values) if numbers and values else 0

"""Statistics of the photos that a release was trained on: kept with it, read for the next one.

They lie in `statistics/shelves` of the release as an ExampleStatistics artifact of TFX would hold
them, `Split-<split>/FeatureStats.pb`, without what nothing compares, file names above all.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from tensorflow_metadata.proto.v0 import statistics_pb2

from components.distribution.compared import Dataset, trimmed

FOLDER = "statistics/shelves"
FILE_NAME = "FeatureStats.pb"

_SPLIT = "Split-"


def keep_statistics(statistics: Iterable[tuple[str, bytes]], release: Path) -> None:
    """Write statistics into the folder of a release.

    Args:
        statistics: A split, and its FeatureStats.pb.
        release: Where the release is put together.
    """
    for split, serialized in statistics:
        write_statistics(release / FOLDER, split, read_dataset(serialized))


def kept_statistics(release: Path) -> dict[str, Dataset]:
    """Read, by split, the statistics that a release keeps; none in a release older than them."""
    return {
        file.parent.name.removeprefix(_SPLIT): read_dataset(file.read_bytes())
        for file in sorted((release / FOLDER).glob(f"{_SPLIT}*/{FILE_NAME}"))
    }


def read_dataset(serialized: bytes) -> Dataset:
    """Read the one data set of a FeatureStats.pb, without what nothing compares."""
    (dataset,) = statistics_pb2.DatasetFeatureStatisticsList.FromString(serialized).datasets
    return trimmed(dataset)


def write_statistics(folder: Path, split: str, dataset: Dataset) -> None:
    """Write the statistics of a split as an artifact of TFX in `folder` would hold them."""
    target = folder / f"{_SPLIT}{split}"
    target.mkdir(parents=True, exist_ok=True)
    whole = statistics_pb2.DatasetFeatureStatisticsList(datasets=[dataset])
    (target / FILE_NAME).write_bytes(whole.SerializeToString(deterministic=True))

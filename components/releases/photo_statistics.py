"""Statistics of the photos that a release was trained on: kept with it, read for the next one.

They lie in `statistics/shelves` of the release as an ExampleStatistics artifact of TFX would hold
them, `Split-<split>/FeatureStats.pb`, without what nothing compares, file names above all.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from tensorflow_metadata.proto.v0 import statistics_pb2

from components.artifacts.compared_features import COMPARED
from components.artifacts.dataset_statistics import Dataset, feature_name
from components.releases.folder import Folder

FOLDER = "statistics/shelves"
STATISTICS_FILE = "FeatureStats.pb"

_SPLIT = "Split-"
_FEATURES = frozenset(each.feature for each in COMPARED.values())


def keep_statistics(statistics: Iterable[tuple[str, bytes]], release: Folder) -> None:
    """Write statistics into the folder of a release.

    Args:
        statistics: A split, and its FeatureStats.pb.
        release: Where the release is put together.
    """
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        for split, serialized in statistics:
            write_statistics(Path(scratch), split, read_dataset(serialized))
        release.sub(FOLDER).fill(Path(scratch))


def kept_statistics(release: Folder) -> dict[str, Dataset]:
    """Read the statistics that a release keeps, by split; none in a release older than them."""
    folder = release.sub(FOLDER)
    found = {}
    for name in sorted(folder.files()):
        split, _, file_name = name.partition("/")
        if split.startswith(_SPLIT) and file_name == STATISTICS_FILE:
            with folder.open(name) as file:
                found[split.removeprefix(_SPLIT)] = read_dataset(file.read())
    return found


def read_dataset(serialized: bytes) -> Dataset:
    """Read the one data set of a FeatureStats.pb, without what nothing compares."""
    (dataset,) = statistics_pb2.DatasetFeatureStatisticsList.FromString(serialized).datasets
    return trimmed(dataset)


def trimmed(dataset: Dataset) -> Dataset:
    """Return a copy of a split's statistics with nothing in it but what is compared."""
    small = Dataset(name=dataset.name, num_examples=dataset.num_examples)
    small.features.extend(each for each in dataset.features if feature_name(each) in _FEATURES)
    return small


def write_statistics(folder: Path, split: str, dataset: Dataset) -> None:
    """Write the statistics of a split as an artifact of TFX in `folder` would hold them."""
    target = folder / f"{_SPLIT}{split}"
    target.mkdir(parents=True, exist_ok=True)
    whole = statistics_pb2.DatasetFeatureStatisticsList(datasets=[dataset])
    (target / STATISTICS_FILE).write_bytes(whole.SerializeToString(deterministic=True))

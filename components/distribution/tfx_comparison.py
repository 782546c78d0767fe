"""One comparison of two sets of photos, by TFX's DistributionValidator."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from google.protobuf import json_format
from tfx.components.distribution_validator import executor as distribution_validator
from tfx.proto import distribution_validator_pb2
from tfx.types import Artifact, artifact_utils, standard_artifacts
from tfx.types import standard_component_specs as keys
from tfx.utils import json_utils

from components.anomalies.anomaly_problems import anomalous_features
from components.anomalies.read_anomalies import read_anomalies
from components.artifacts.compared_features import COMPARED
from components.artifacts.dataset_statistics import Dataset
from components.artifacts.photo_comparison import Comparison
from components.distribution.feature_distances import distances, limits_of
from components.distribution.reference_photos import Reference, comparable_split
from components.distribution.settings import PhotoLimits
from components.releases.photo_statistics import write_statistics


def compare(
    now: Mapping[str, Dataset],
    reference: Reference,
    limits: PhotoLimits,
    min_photos: int,
    anomalies: Artifact,
) -> Comparison:
    """Compare statistics of photos.

    Args:
        now: Of the photos to train on, by split.
        reference: What they are compared with.
        limits: Largest distances allowed.
        min_photos: With fewer on either side nothing is compared.
        anomalies: ExampleAnomalies for what TFX finds; its folder keeps both statistics.
    """
    split, skipped = comparable_split(now, reference, min_photos)
    if skipped:
        anomalies.split_names = artifact_utils.encode_split_names([])
        return Comparison(reference.name, skipped=skipped)
    here, there = now[split], reference.splits[split]
    allowed = limits_of(limits, here, there)
    folder = Path(anomalies.uri)
    distribution_validator.Executor().Do(
        {
            keys.STATISTICS_KEY: [_artifact(folder / "now", split, here)],
            keys.BASELINE_STATISTICS_KEY: [_artifact(folder / "other", split, there)],
        },
        {keys.ANOMALIES_KEY: [anomalies]},
        {
            keys.INCLUDE_SPLIT_PAIRS_KEY: json_utils.dumps([(split, split)]),
            keys.DISTRIBUTION_VALIDATOR_CONFIG_KEY: _config(allowed),
        },
    )
    found = read_anomalies(f"{folder}/SplitPair-{split}_{split}")
    measured = {
        ".".join(info.path.step): info.drift_measurements[0].value for info in found.drift_skew_info
    }
    features = distances(measured, anomalous_features(found), allowed, here, there)
    return Comparison(reference.name, split, features=features)


def _artifact(folder: Path, split: str, dataset: Dataset) -> Artifact:
    write_statistics(folder, split, dataset)
    made = standard_artifacts.ExampleStatistics()
    made.uri = str(folder)
    made.split_names = artifact_utils.encode_split_names([split])
    return made


def _config(
    limits: Mapping[str, float],
) -> distribution_validator_pb2.DistributionValidatorConfig:  # type: ignore[name-defined]
    comparators = [
        {
            "path": {"step": [COMPARED[name].feature]},
            "distribution_comparator": {COMPARED[name].measure: {"threshold": limit}},
        }
        for name, limit in limits.items()
    ]
    return json_format.ParseDict(
        {"default_slice_config": {"feature": comparators}},
        distribution_validator_pb2.DistributionValidatorConfig(),  # type: ignore[attr-defined]
    )

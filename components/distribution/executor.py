"""Executor that compares today's photos with those before, and with production photos."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import apache_beam as beam
import tensorflow_data_validation as tfdv
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils
from tfx.utils import io_utils

from components.anomalies.anomaly_problems import (
    DataAnomalies,
    anomalous_features,
    describe,
    is_clean,
)
from components.anomalies.offenders import OFFENDERS_FILE, find_offenders
from components.anomalies.schema import measured_features
from components.artifacts.dataset_statistics import Dataset, feature_of
from components.artifacts.judged_on import caution
from components.artifacts.photo_comparison import (
    COMPARISON_FILE,
    Comparison,
    ComparisonKind,
    comparisons_to_dict,
)
from components.datasets.production_photos import production_photos
from components.datasets.settings import DataSettings
from components.distribution.category_mix import with_categories
from components.distribution.distance_problems import problems_of
from components.distribution.farthest_photos import find_farthest
from components.distribution.measure_production_photos import MeasurePhotos
from components.distribution.reference_photos import Reference
from components.distribution.settings import DistributionSettings
from components.distribution.tfx_comparison import compare
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.example_files import are_composed, files_of_split, split_pattern
from components.records.problems import InputError, Problem
from components.releases.photo_statistics import STATISTICS_FILE, kept_statistics, read_dataset
from components.releases.registry import Registry
from components.runtime import progress
from components.runtime.beam_result_file import read_result

Artifacts = dict[str, list[Artifact]]
Splits = dict[str, Dataset]

_ENVIRONMENT = "SERVING"
_PRODUCTION_SPLIT = "serving"  # the folder of the statistics keeps its old name
_PRODUCTION = "production photos"


class DistributionExecutor(BaseBeamExecutor):
    """Writes how far photos differ, and fails where it is more than is allowed."""

    def Do(
        self, input_dict: Artifacts, output_dict: Artifacts, exec_properties: dict[str, Any]
    ) -> None:
        """Run.

        Raises:
            DataAnomalies: With everything that differs too much, or breaks the schema.
            InputError: Production photos cannot be read.
            ReleaseError: `current` names something that is not a release.
        """
        settings = DistributionSettings.model_validate_json(exec_properties["settings"])
        categories = _categories(input_dict["catalog"])
        now = _with_categories(_statistics(input_dict["statistics"]), categories)
        composed = are_composed(artifact_utils.get_single_instance(input_dict["examples"]))
        released = _released(exec_properties["releases"], categories)
        production, problems = self._measure_production(input_dict, output_dict, exec_properties)
        unset = "" if production else "production_photos is not set"
        used = Reference(_PRODUCTION, dict.fromkeys(now, production) if production else {}, unset)
        if composed:  # Whatever differs was drawn so.
            released, used = (
                Reference(each.name, {}, each.missing or "the shelves of this run are composed")
                for each in (released, used)
            )
        references: dict[ComparisonKind, Reference] = {"drift": released, "skew": used}
        compared: dict[ComparisonKind, Comparison] = {
            "drift": compare(
                now, released, settings.drift, settings.min_photos, *output_dict["drift"]
            ),
            "skew": compare(now, used, settings.skew, settings.min_photos, *output_dict["skew"]),
        }
        folder = artifact_utils.get_single_uri(output_dict["comparison"])
        content = json.dumps(comparisons_to_dict(compared), indent=1)
        io_utils.write_string_file(f"{folder}/{COMPARISON_FILE}", content)
        for kind, found in compared.items():
            if kind == "drift" or production:
                progress.say(f"{kind}: {found}")
            result = f"{folder}/{kind}_farthest.json"
            examples = self._farthest(input_dict, found, references[kind], result)
            problems += problems_of(kind, found, examples)
        if problems:
            raise DataAnomalies(problems)

    def _measure_production(
        self, input_dict: Artifacts, output_dict: Artifacts, exec_properties: dict[str, Any]
    ) -> tuple[Dataset | None, list[Problem]]:
        """Measure production photos; return their statistics, and where they break the schema."""
        artifact = artifact_utils.get_single_instance(output_dict["serving_statistics"])
        if not exec_properties["production_photos"]:
            artifact.split_names = artifact_utils.encode_split_names([])
            return None, []
        artifact.split_names = artifact_utils.encode_split_names([_PRODUCTION_SPLIT])
        photos = production_photos(Path(exec_properties["production_photos"]))
        limits = DataSettings.model_validate_json(exec_properties["data_settings"]).limits
        folder = artifact_utils.get_single_uri(input_dict["schema"])
        schema = io_utils.SchemaReader().read(io_utils.get_only_uri_in_dir(folder))
        options = tfdv.StatsOptions(feature_allowlist=measured_features(schema, _ENVIRONMENT))
        statistics = (
            f"{artifact_utils.get_split_uri([artifact], _PRODUCTION_SPLIT)}/{STATISTICS_FILE}"
        )
        measures = f"{artifact.uri}/measures"
        with self._make_beam_pipeline() as pipeline:
            measure = MeasurePhotos(limits, options, statistics, measures)
            pipeline | beam.Create(photos) | measure
        if unreadable := read_result(f"{measures}/problems.json"):
            raise InputError([Problem(**problem) for problem in unreadable])

        measured = tfdv.load_stats_binary(statistics)
        anomalies = tfdv.validate_statistics(measured, schema, _ENVIRONMENT)
        problems: list[Problem] = []
        if not is_clean(anomalies):
            offenders = find_offenders(
                self._make_beam_pipeline,
                f"{measures}/photos*",
                schema,
                anomalous_features(anomalies),
                f"{measures}/{OFFENDERS_FILE}",
                _ENVIRONMENT,
            )
            problems = describe(_PRODUCTION, anomalies, offenders)
        return read_dataset(measured.SerializeToString()), problems

    def _farthest(
        self, input_dict: Artifacts, found: Comparison, reference: Reference, result: str
    ) -> dict[str, list[str]]:
        """Name photos for what exceeds its limit, where it is a number."""
        means = {}
        for each in found.exceeded:
            other = feature_of(reference.splits[found.split], each.feature)
            if other is not None and other.HasField("num_stats"):
                means[each.feature] = other.num_stats.mean
        if not means:
            return {}
        examples = artifact_utils.get_single_instance(input_dict["examples"])
        pattern = split_pattern(examples, found.split)
        return find_farthest(self._make_beam_pipeline, pattern, means, result)


def _released(releases: str, categories: Mapping[str, str]) -> Reference:
    current = Registry(releases).current()
    if current is None:
        return Reference("an earlier release", {}, "nothing is released yet")
    if caution(current.record.judged_on):
        return Reference(f"release {current.version}", {}, "its shelves were composed")
    splits = _with_categories(kept_statistics(current.folder), categories)
    missing = "" if splits else "it keeps no statistics of its photos"
    return Reference(f"release {current.version}", splits, missing)


def _statistics(artifacts: list[Artifact]) -> Splits:
    artifact = artifact_utils.get_single_instance(artifacts)
    return {
        split: read_dataset(
            Path(artifact_utils.get_split_uri([artifact], split), STATISTICS_FILE).read_bytes()
        )
        for split in artifact_utils.decode_split_names(artifact.split_names)
    }


def _with_categories(splits: Splits, categories: Mapping[str, str]) -> Splits:
    return {split: with_categories(dataset, categories) for split, dataset in splits.items()}


def _categories(catalog: list[Artifact]) -> dict[str, str]:
    """Return the category of every SKU of the catalogue of the day."""
    packshots = read_packshots(files_of_split(catalog, CATALOG_SPLIT))
    return {packshot.sku: packshot.category for packshot in packshots}

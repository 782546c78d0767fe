"""Reads what all stages left, from their artifacts, into the content of a report."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from tensorflow_metadata.proto.v0 import anomalies_pb2
from tfx import types
from tfx.components.example_validator.executor import DEFAULT_FILE_NAME as ANOMALIES_FILE
from tfx.dsl.io import fileio
from tfx.types import artifact_utils

from components.anomalies.anomaly_problems import describe
from components.artifacts.balance import BALANCE_FILE, Balance
from components.artifacts.data_findings import FINDINGS_FILE, CheckReport
from components.artifacts.edge_check import EDGE_CHECK_FILE, EdgeCheck
from components.artifacts.evaluation_summary import Summary, load_summary
from components.artifacts.judged_photos import read_judged_photos
from components.artifacts.model import ModelArtifact
from components.artifacts.model_settings import ModelSettings
from components.artifacts.photo_comparison import COMPARISON_FILE, comparisons_from_dict
from components.artifacts.serving_check import SERVING_CHECK_FILE, ServingVerdict
from components.artifacts.verdict import VERDICT_FILE, Verdict
from components.publish.candidate_record import make_record
from components.publish.report.photos.choose_photos import choose, grade
from components.publish.report.photos.make_pictures import make_pictures
from components.publish.report.report_content import ReportContent
from components.publish.report.tables.split_statistics import SplitStatistics, read_statistics
from components.records.catalog_examples import CATALOG_SPLIT, read_packshots
from components.records.example_files import are_composed, record_files
from components.records.shelf_examples import read_photos
from components.releases.compare_releases import compare
from components.releases.errors import NoRelease
from components.releases.photo_statistics import STATISTICS_FILE
from components.releases.registry import Registry
from components.training.trials import TRIALS_FILE, Trial, read_trials

Artifacts = dict[str, list[types.Artifact]]

_TEST_SPLIT = "test"
_PHOTOS_SHOWN = 4
_SHELVES = "shelf photos"
_DATA = {"catalogue": "catalog", _SHELVES: "shelf"}
_SCHEMAS = {"catalog": "catalog_schema", "shelves": "shelf_schema"}
_SCHEMA_FILE = "schema.pbtxt"


def read_content(
    input_dict: Artifacts, exec_properties: dict[str, Any], registry: Registry
) -> ReportContent:
    """Return everything that the report says.

    Args:
        input_dict: Input of the executor.
        exec_properties: Properties of the executor.
        registry: Releases; the one that was current is compared with.
    """

    def file(key: str, name: str) -> bytes:
        return _read(artifact_utils.get_single_uri(input_dict[key]), name)

    model = ModelArtifact(artifact_utils.get_single_uri(input_dict["model"]))
    evaluation = artifact_utils.get_single_uri(input_dict["evaluation"])
    summary = load_summary(evaluation)
    worst, best = choose(map(grade, read_judged_photos(evaluation)), _PHOTOS_SHOWN)
    pictures = make_pictures(
        read_photos(_files(input_dict, "examples", _TEST_SPLIT)),
        read_packshots(_files(input_dict, "catalog", CATALOG_SPLIT)),
        read_judged_photos(evaluation),
        summary,
        worst,
        best,
    )
    content = ReportContent(
        verdict=Verdict.model_validate_json(file("verdict", VERDICT_FILE)),
        created=datetime.now(timezone.utc).replace(microsecond=0),
        run_id=exec_properties["run_id"],
        summary=summary,
        compared=_compared(input_dict["baseline"]),
        model=ModelSettings.model_validate_json(_read_file(model.settings)),
        edge=EdgeCheck.from_json(file("edge_check", EDGE_CHECK_FILE)),
        serving=ServingVerdict.from_json(file("serving_check", SERVING_CHECK_FILE)),
        data=_data(input_dict),
        anomalies=tuple(
            f"{name}, {sentence}"
            for name, key in _DATA.items()
            for sentence in _anomalies(input_dict[f"{key}_anomalies"])
        ),
        findings=CheckReport.from_dict(json.loads(file("findings", FINDINGS_FILE))),
        distances=comparisons_from_dict(json.loads(file("comparison", COMPARISON_FILE))),
        balance=Balance.from_dict(json.loads(file("transform_graph", BALANCE_FILE))),
        trials=_trials(artifact_utils.get_single_uri(input_dict["tuner_results"])),
        configuration=json.loads(exec_properties["configuration"]),
        inputs_hash=exec_properties["inputs_hash"],
        training_hash=exec_properties["training_hash"],
        span_hashes={
            int(number): content
            for number, content in json.loads(exec_properties["span_hashes"]).items()
        },
        reference_release=int(exec_properties["reference_release"]) or None,
        code_revision=exec_properties["code_revision"],
        schemas={
            name: hashlib.sha256(file(key, _SCHEMA_FILE)).hexdigest()
            for name, key in _SCHEMAS.items()
        },
        artifacts={
            key: f"{artifact.type_name} {artifact.id}: {artifact.uri}"
            for key, (artifact,) in sorted(input_dict.items())
        },
        worst=pictures.worst,
        best=pictures.best,
        pairs=pictures.pairs,
    )
    return _with_changes(content, registry)


def serialized_statistics(artifacts: list[types.Artifact]) -> Iterator[tuple[str, bytes]]:
    """Yield every split of an ExampleStatistics artifact with its FeatureStats.pb."""
    artifact = artifact_utils.get_single_instance(artifacts)
    for split in artifact_utils.decode_split_names(artifact.split_names):
        folder = artifact_utils.get_split_uri([artifact], split)
        yield split, _read(folder, STATISTICS_FILE)


def _with_changes(content: ReportContent, registry: Registry) -> ReportContent:
    """Add what differs from the release that was current, where that can still be read."""
    if content.verdict.parent is None:
        return content
    try:
        previous = registry.get(content.verdict.parent)
    except NoRelease:
        return content
    return replace(
        content,
        previous=previous.record,
        changes=compare(
            previous.record,
            make_record(content),
            previous.products(),
            _names(content.summary),
        ),
    )


def _compared(baseline: list[types.Artifact]) -> int | None:
    """Return the version of the release that was evaluated beside the candidate."""
    return artifact_utils.get_single_instance(baseline).get_int_custom_property("release") or None


def _names(summary: Summary) -> dict[str, str]:
    return {sku: product.name for sku, product in summary.products.items()}


def _data(input_dict: Artifacts) -> dict[str, tuple[SplitStatistics, ...]]:
    data = {
        name: tuple(_statistics(input_dict[f"{key}_statistics"])) for name, key in _DATA.items()
    }
    if are_composed(artifact_utils.get_single_instance(input_dict["examples"])):
        # The span 0 of an example is none. `span_hashes` tells those of photos with counts.
        data[_SHELVES] = tuple(replace(split, spans=None) for split in data[_SHELVES])
    return data


def _statistics(artifacts: list[types.Artifact]) -> Iterator[SplitStatistics]:
    for split, serialized in serialized_statistics(artifacts):
        yield read_statistics(split, serialized)


def _anomalies(artifacts: list[types.Artifact]) -> list[str]:
    artifact = artifact_utils.get_single_instance(artifacts)
    problems = []
    for split in artifact_utils.decode_split_names(artifact.split_names):
        folder = artifact_utils.get_split_uri([artifact], split)
        found = anomalies_pb2.Anomalies.FromString(_read(folder, ANOMALIES_FILE))
        problems += describe(f"split '{split}'", found)
    return [str(problem) for problem in problems]


def _trials(folder: str) -> tuple[Trial, ...]:
    """Return what the Tuner tried; nothing where it had nothing to try."""
    if not fileio.exists(posixpath.join(folder, TRIALS_FILE)):
        return ()
    return tuple(read_trials(_read(folder, TRIALS_FILE)))


def _files(input_dict: Artifacts, key: str, split: str) -> list[str]:
    return record_files(artifact_utils.get_single_instance(input_dict[key]), split)


def _read(folder: str, name: str) -> bytes:
    return _read_file(posixpath.join(folder, name))


def _read_file(path: str) -> bytes:
    with fileio.open(path, "rb") as file:
        return file.read()

"""TFX executor that publishes: reads what all stages left, writes the release or the refusal."""

from __future__ import annotations

import hashlib
import json
import posixpath
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import tensorflow as tf
from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.dsl.io import fileio
from tfx.types import artifact_utils

from components.distribution.release_statistics import keep_statistics
from components.evaluator.predictions import read_predictions
from components.evaluator.summary import load_summary
from components.example_gen.images import BadImage, ImageLimits, decode_photo
from components.progress import report
from components.publish import outcome as outcome_lib
from components.publish.content import Picture, ReportContent
from components.publish.curves import precision_recall
from components.publish.outcome import Outcome
from components.publish.photos import Judged, choose, draw
from components.publish.record import make_record
from components.publish.render import render_model_card, render_report
from components.publish.statistics import SplitStatistics, read_statistics
from components.release_gate.verdict import FILE_NAME as VERDICT_NAME
from components.release_gate.verdict import Verdict
from components.releases.errors import ReleaseError
from components.releases.registry import Registry
from components.releases.release import Release

Artifacts = dict[str, list[types.Artifact]]

_STAGE = "Publish"
_CHECK = "check.json"
_CARD_NAME = "model_card.md"
_PHOTOS_SHOWN = 4


class Executor(base_executor.BaseExecutor):
    """Publishes what the gate blessed; reports in every case."""

    def Do(
        self, input_dict: Artifacts, output_dict: Artifacts, exec_properties: dict[str, Any]
    ) -> None:
        """Writes report and outcome.json; raises ReleaseError where a push is not as it must be."""
        report(_STAGE, 0, 2, "writing the report")
        content = _content(input_dict, exec_properties)
        html = render_report(content)
        registry = Registry(exec_properties["releases"])
        run_folder = Path(exec_properties["run_folder"])
        run_folder.mkdir(parents=True, exist_ok=True)
        release = None
        if content.verdict.version is None:
            report_path = run_folder / outcome_lib.REPORT_NAME
            report_path.write_text(html, encoding="utf-8")
        else:
            release = _release(registry, content, html, input_dict, exec_properties)
            report_path = release.path / outcome_lib.REPORT_NAME
        current = registry.current()
        baseline = content.summary.baseline
        text = Outcome(
            status=outcome_lib.status(content.verdict),
            version=content.verdict.version,
            current=current.version if current else None,
            headline=outcome_lib.headline(content.verdict),
            release=str(release.path) if release else None,
            report=str(report_path),
            gates=content.verdict.gates,
            metrics=content.summary.metrics,
            baseline_metrics=baseline.metrics if baseline else None,
        ).to_json()
        record = artifact_utils.get_single_uri(output_dict["record"])
        fileio.makedirs(record)
        for folder in (str(run_folder), record):
            with fileio.open(posixpath.join(folder, outcome_lib.FILE_NAME), "w") as file:
                file.write(text)
        report(_STAGE, 2, 2, content.verdict.headline)


def _release(
    registry: Registry,
    content: ReportContent,
    html: str,
    input_dict: Artifacts,
    exec_properties: dict[str, Any],
) -> Release:
    """Completes what the Pushers staged, and publishes it."""
    verdict = content.verdict
    assert verdict.version is not None
    staging = registry.stage(verdict.version, verdict.content_hash)
    for key, folder in (("pushed_serving", staging.serving), ("pushed_edge", staging.edge)):
        pushed = artifact_utils.get_single_instance(input_dict[key])
        destination = pushed.get_string_custom_property("pushed_destination")
        if destination != str(folder) or not folder.is_dir():
            raise ReleaseError(f"{folder}: nothing was pushed there; run again")
    (staging.path / outcome_lib.REPORT_NAME).write_text(html, encoding="utf-8")
    (staging.path / _CARD_NAME).write_text(render_model_card(content), encoding="utf-8")
    schema = {
        name: hashlib.sha256(_read(_uri(input_dict, key), "schema.pbtxt")).hexdigest()
        for name, key in (("catalog", "catalog_schema"), ("shelves", "shelf_schema"))
    }
    keep_statistics(_serialized(input_dict["shelf_statistics"]), staging.path)
    report(_STAGE, 1, 2, f"publishing version {verdict.version}")
    return registry.publish(
        staging,
        make_record(
            content, exec_properties["inputs_hash"], exec_properties["code_revision"], schema
        ),
    )


def _content(input_dict: Artifacts, exec_properties: dict[str, Any]) -> ReportContent:
    evaluation = _uri(input_dict, "evaluation")
    summary = load_summary(evaluation)
    lines = list(read_predictions(evaluation))
    worst, best = choose(lines, _PHOTOS_SHOWN)
    test = artifact_utils.get_split_uri(input_dict["examples"], "test")
    pictures = _pictures(test, [*worst, *best])
    return ReportContent(
        verdict=Verdict.model_validate_json(_read(_uri(input_dict, "verdict"), VERDICT_NAME)),
        created=datetime.now(timezone.utc).replace(microsecond=0),
        run_id=exec_properties["run_id"],
        summary=summary,
        model=json.loads(_read(_uri(input_dict, "model"), "settings.json")),
        edge=json.loads(_read(_uri(input_dict, "edge_check"), _CHECK)),
        serving=json.loads(_read(_uri(input_dict, "serving_check"), _CHECK)),
        data={
            "catalogue": tuple(_statistics(input_dict["catalog_statistics"])),
            "shelf photos": tuple(_statistics(input_dict["shelf_statistics"])),
        },
        configuration=json.loads(exec_properties["configuration"]),
        lineage=_lineage(input_dict, exec_properties),
        curves=tuple(precision_recall(lines, summary.operating_threshold)),
        worst=tuple(_picture(each, pictures) for each in worst if _id(each) in pictures),
        best=tuple(_picture(each, pictures) for each in best if _id(each) in pictures),
    )


def _statistics(artifacts: list[types.Artifact]) -> Iterator[SplitStatistics]:
    for split, serialized in _serialized(artifacts):
        yield read_statistics(split, serialized)


def _serialized(artifacts: list[types.Artifact]) -> Iterator[tuple[str, bytes]]:
    artifact = artifact_utils.get_single_instance(artifacts)
    for split in artifact_utils.decode_split_names(artifact.split_names):
        folder = artifact_utils.get_split_uri([artifact], split)
        yield split, _read(folder, "FeatureStats.pb")


def _pictures(split: str, wanted: list[Judged]) -> dict[str, bytes]:
    """The photos wanted, by source id, with boxes drawn. Unreadable ones are left out."""
    lines = {_id(each): each.line for each in wanted}
    pictures = {}
    files = fileio.glob(posixpath.join(split, "*.gz"))
    for record in tf.data.TFRecordDataset(files, compression_type="GZIP").as_numpy_iterator():
        features = tf.train.Example.FromString(record).features.feature
        source_id = features["image/source_id"].bytes_list.value[0].decode()
        if source_id in lines:
            encoded = features["image/encoded"].bytes_list.value[0]
            try:
                pictures[source_id] = draw(decode_photo(encoded, ImageLimits()), lines[source_id])
            except BadImage:
                continue
    return pictures


def _picture(judged: Judged, pictures: dict[str, bytes]) -> Picture:
    return Picture(pictures[_id(judged)], judged.line["photo"], judged.caption)


def _id(judged: Judged) -> str:
    return judged.line["source_id"]


def _lineage(input_dict: Artifacts, exec_properties: dict[str, Any]) -> dict[str, str]:
    artifacts = {
        key: f"{artifact.type_name} {artifact.id}: {artifact.uri}"
        for key, (artifact,) in sorted(input_dict.items())
    }
    return {
        "run": exec_properties["run_id"],
        "code revision": exec_properties["code_revision"] or "unknown",
        "inputs": exec_properties["inputs_hash"] or "unknown",
        **artifacts,
    }


def _uri(input_dict: Artifacts, key: str) -> str:
    return artifact_utils.get_single_uri(input_dict[key])


def _read(folder: str, name: str) -> bytes:
    with fileio.open(posixpath.join(folder, name), "rb") as file:
        return file.read()

"""TFX executor that publishes: reads what all stages left, writes the release or the refusal."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import Any

from tfx import types
from tfx.dsl.components.base import base_executor
from tfx.dsl.io import fileio
from tfx.types import artifact_utils

from components.artifacts.run_outcome import OUTCOME_FILE, RunOutcome
from components.publish.candidate_record import make_record
from components.publish.report.render_report import render_model_card, render_report
from components.publish.report.report_content import ReportContent
from components.publish.report.sentences import decision
from components.publish.tfx_inputs import read_content, serialized_statistics
from components.releases.errors import ReleaseError
from components.releases.layout import DEPLOY, EDGE, serving_folder
from components.releases.photo_statistics import keep_statistics
from components.releases.registry import Registry
from components.releases.release import Release
from components.runtime.progress import report
from components.serving_kit.kit import kit_files

Artifacts = dict[str, list[types.Artifact]]

_STAGE = "Publish"
_REPORT_NAME = "report.html"
_CARD_NAME = "model_card.md"


class Executor(base_executor.BaseExecutor):
    """Publishes what the gate blessed; reports in every case."""

    def Do(
        self, input_dict: Artifacts, output_dict: Artifacts, exec_properties: dict[str, Any]
    ) -> None:
        """Write report and outcome.json; raise ReleaseError where a push is not as it must be."""
        report(_STAGE, 0, 2, "writing the report")
        registry = Registry(exec_properties["releases"])
        content = read_content(input_dict, exec_properties, registry)
        html = render_report(content)
        run_folder = Path(exec_properties["runs"]) / exec_properties["run_id"]
        run_folder.mkdir(parents=True, exist_ok=True)
        release = None
        if content.verdict.version is None:
            report_path = str(run_folder / _REPORT_NAME)
            Path(report_path).write_text(html, encoding="utf-8")
        else:
            release = _release(registry, content, html, input_dict)
            report_path = f"{release}/{_REPORT_NAME}"
        current = registry.current()
        baseline = content.summary.baseline
        text = RunOutcome(
            status=decision.status(content.verdict),
            version=content.verdict.version,
            current=current.version if current else None,
            headline=decision.headline_with_reason(content.verdict),
            release=str(release) if release else None,
            report=report_path,
            gates=content.verdict.gates,
            metrics=content.summary.metrics,
            baseline_metrics=baseline.metrics if baseline else None,
            judged_on=content.verdict.judged_on,
            compared=content.compared,
        ).to_json()
        record = artifact_utils.get_single_uri(output_dict["record"])
        fileio.makedirs(record)
        for folder in (str(run_folder), record):
            with fileio.open(posixpath.join(folder, OUTCOME_FILE), "w") as file:
                file.write(text)
        report(_STAGE, 2, 2, content.verdict.headline)


def _release(
    registry: Registry,
    content: ReportContent,
    html: str,
    input_dict: Artifacts,
) -> Release:
    """Complete what the Pushers staged, and publish it."""
    verdict = content.verdict
    assert verdict.version is not None
    staging = registry.stage(verdict.version, verdict.content_hash)
    for key, name in (("pushed_serving", serving_folder(verdict.version)), ("pushed_edge", EDGE)):
        folder = staging.folder.sub(name)
        pushed = artifact_utils.get_single_instance(input_dict[key])
        destination = pushed.get_string_custom_property("pushed_destination")
        if destination != str(folder) or not folder.exists():
            raise ReleaseError(f"{folder}: nothing was pushed there; run again")
    staging.folder.put(_REPORT_NAME, html)
    staging.folder.put(_CARD_NAME, render_model_card(content))
    for name, text in kit_files(verdict.version, verdict.parent).items():
        staging.folder.put(f"{DEPLOY}/{name}", text)
    keep_statistics(serialized_statistics(input_dict["shelf_statistics"]), staging.folder)
    report(_STAGE, 1, 2, f"publishing version {verdict.version}")
    return registry.publish(staging, make_record(content))

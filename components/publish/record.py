"""Makes release.json out of what a run knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from components.evaluator.summary import SliceRow
from components.publish.content import ReportContent
from components.releases.record import ReleaseRecord

_MEASURES = ("n", "share", "precision", "top2", "error_rate")


def make_record(
    content: ReportContent, inputs_hash: str, code_revision: str, schema: Mapping[str, str]
) -> ReleaseRecord:
    """The record of the release that `content` describes; the registry adds the checksums.

    Args:
        content: of the report; its verdict allots a version.
        inputs_hash: hash of everything that the run started from.
        code_revision: revision of the code.
        schema: name of a schema to its SHA-256.
    """
    verdict, summary = content.verdict, content.summary
    if verdict.version is None:
        raise ValueError("there is no record without a version")
    return ReleaseRecord(
        version=verdict.version,
        parent=verdict.parent,
        created=content.created,
        run_id=content.run_id,
        inputs_hash=inputs_hash,
        content_hash=verdict.content_hash,
        operating_threshold=summary.operating_threshold,
        model=dict(content.model),
        metrics=dict(summary.metrics),
        slices={_slice_name(row): _measures(row) for row in summary.slices},
        baseline_metrics=dict(summary.baseline.metrics) if summary.baseline else None,
        gates=verdict.gates,
        data={
            data_set: {split.name: asdict(split) for split in splits}
            for data_set, splits in content.data.items()
        },
        data_schema=dict(schema),
        code_revision=code_revision,
        configuration=dict(content.configuration),
    )


def _slice_name(row: SliceRow) -> str:
    return row.name if row.subset == "all" else f"{row.name}.{row.subset}"


def _measures(row: SliceRow) -> dict[str, float]:
    values = {measure: getattr(row, measure) for measure in _MEASURES}
    return {measure: value for measure, value in values.items() if value is not None}

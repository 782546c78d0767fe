"""Makes release.json out of what a run knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from components.artifacts.evaluation_summary import AttributeSlice, CountSlice, SliceRow
from components.publish.report.report_content import ReportContent
from components.releases.release_record import ReleaseRecord

_MEASURES = ("n", "share", "precision", "top2", "error_rate")
_OF_COUNTS = ("photos", "pairs", "products", "counted", "count_error", "count_exact")
_OF_PRODUCTS = ("n", "skus", "map50", "recall_at_threshold")


def make_record(content: ReportContent) -> ReleaseRecord:
    """Return the record of the candidate that `content` describes; the registry adds the checksums.

    A candidate that is not released has the version that it would have had.
    """
    verdict, summary = content.verdict, content.summary
    return ReleaseRecord(
        version=verdict.version or (verdict.parent or 0) + 1,
        parent=verdict.parent,
        created=content.created,
        run_id=content.run_id,
        inputs_hash=content.inputs_hash,
        training_hash=content.training_hash,
        reference_release=content.reference_release,
        content_hash=verdict.content_hash,
        operating_threshold=summary.operating_threshold,
        model=content.model.content,
        metrics=dict(summary.metrics),
        slices={
            **{_slice_name(row): _measures(row, _MEASURES) for row in summary.slices},
            **{row.name: _measures(row, _OF_PRODUCTS) for row in summary.attribute_slices if row.n},
            **{
                f"counting.{row.name}": _measures(row, _OF_COUNTS)
                for row in (summary.counting.slices if summary.counting else ())
            },
        },
        baseline_metrics=dict(summary.baseline.metrics) if summary.baseline else None,
        gates=verdict.gates,
        judged_on=verdict.judged_on,
        data={
            data_set: {split.name: asdict(split) for split in splits}
            for data_set, splits in content.data.items()
        },
        span_hashes=dict(content.span_hashes),
        data_schema=dict(content.schemas),
        code_revision=content.code_revision,
        configuration=dict(content.configuration),
    )


def _slice_name(row: SliceRow) -> str:
    return row.name if row.subset == "all" else f"{row.name}.{row.subset}"


def _measures(
    row: SliceRow | AttributeSlice | CountSlice, names: Sequence[str]
) -> dict[str, float]:
    values = {measure: getattr(row, measure) for measure in names}
    return {measure: value for measure, value in values.items() if value is not None}

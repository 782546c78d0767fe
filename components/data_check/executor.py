"""Executor of DataCheck: examples in, findings out, on Beam."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import apache_beam as beam
from tfx.dsl.components.base.base_beam_executor import BaseBeamExecutor
from tfx.types import Artifact, artifact_utils

from components.artifacts.data_findings import FINDINGS_FILE, CheckReport, Counts, Finding
from components.data_check.box_checks import check_boxes
from components.data_check.coverage_check import check_coverage, shown_skus
from components.data_check.example_contract import broken_contracts
from components.data_check.findings import Findings
from components.data_check.group_checks import check_groups
from components.data_check.measure_pictures import MeasuredPackshot
from components.data_check.packshot_checks import check_packshot, compare_packshots
from components.data_check.photo_checks import check_photo, compare_photos, compare_with_packshots
from components.data_check.read_examples import checked_packshot, checked_photo
from components.data_check.settings import CheckSettings
from components.imaging.fingerprint import Fingerprint
from components.records.catalog_examples import CATALOG_SPLIT
from components.records.catalog_row import CatalogRow
from components.records.example_files import split_names, split_pattern
from components.records.problems import InputError
from components.records.shelf_photo import ShelfPhoto
from components.records.splits import COMPOSED, SPLITS, Split
from components.records.tf_example import parse
from components.runtime.beam_result_file import WriteResult, read_result

_FOUND, _SHOWN = "found", "shown"
_logger = logging.getLogger("oneshelf.data_check")


class DataCheckExecutor(BaseBeamExecutor):
    """Writes findings.json, shows warnings, and fails where there are errors."""

    def Do(
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Run.

        Raises:
            InputError: With every finding that is an error.
        """
        catalog = artifact_utils.get_single_instance(input_dict["catalog"])
        shelves = artifact_utils.get_single_instance(input_dict["shelves"])
        settings = CheckSettings.model_validate_json(exec_properties["settings"])
        file = exec_properties["products_csv"]
        result = f"{artifact_utils.get_single_uri(output_dict['findings'])}/{FINDINGS_FILE}"
        with self._make_beam_pipeline() as pipeline:
            packshots = (
                pipeline
                | _read(catalog, CATALOG_SPLIT)
                | "Spread packshots" >> beam.Reshuffle()
                | "Check packshots"
                >> beam.ParDo(_CheckPackshot(settings, file)).with_outputs(_FOUND, main="checked")
            )
            skus = (
                packshots["checked"]
                | "SKU" >> beam.Map(lambda packshot: packshot.row.sku)
                | "SKUs" >> beam.Distinct()
            )
            found, checked, shown = [packshots[_FOUND]], [], []
            for split in (split for split in SPLITS if split in split_names(shelves)):
                check = beam.ParDo(_CheckPhoto(settings, split), beam.pvalue.AsList(skus))
                photos = (
                    pipeline
                    | _read(shelves, split)
                    | f"Check {split} photos" >> check.with_outputs(_FOUND, _SHOWN, main="checked")
                )
                found.append(photos[_FOUND])
                checked.append(photos["checked"])
                shown.append(photos[_SHOWN])
            _ = (
                pipeline
                | beam.Create([None])
                | "Compare"
                >> beam.Map(
                    _compare,
                    settings,
                    file,
                    beam.pvalue.AsList(packshots["checked"]),
                    beam.pvalue.AsList(checked | "All photos" >> beam.Flatten()),
                    beam.pvalue.AsList(shown | "All SKUs" >> beam.Flatten() | beam.Distinct()),
                    beam.pvalue.AsList(found | "All findings" >> beam.Flatten()),
                )
                | WriteResult(result)
            )
        _tell(CheckReport.from_dict(read_result(result)), result)


class _Packshot(NamedTuple):
    """A packshot; `measured` is None where it is not worth comparing."""

    row: CatalogRow
    measured: MeasuredPackshot | None


class _Photo(NamedTuple):
    """A photo without its objects, and their number; `fingerprint` is None as in `_Packshot`."""

    photo: ShelfPhoto
    fingerprint: Fingerprint | None
    boxes: int


class _CheckPackshot(beam.DoFn):
    def __init__(self, settings: CheckSettings, file: str) -> None:
        self._settings = settings
        self._file = file

    def process(self, record: bytes) -> Iterator[Any]:
        row, measured = checked_packshot(parse(record), self._settings.second_product)
        findings = Findings(self._settings)
        good = check_packshot(findings, self._file, row, measured)
        yield _Packshot(row, measured if good else None)
        yield from _tagged(findings)


class _CheckPhoto(beam.DoFn):
    def __init__(self, settings: CheckSettings, split: Split) -> None:
        self._settings = settings
        self._split = split

    def start_bundle(self) -> None:
        self._skus: frozenset[str] | None = None

    def process(self, record: bytes, skus: Sequence[str]) -> Iterator[Any]:
        features = parse(record)
        findings = Findings(self._settings)
        findings.break_contract(broken_contracts(features, self._known(skus)))
        if not findings.sorted():
            photo, fingerprint = checked_photo(features, self._split)
            check_boxes(findings, photo)
            good = check_photo(findings, photo, fingerprint)
            small = replace(photo, objects=())
            yield _Photo(small, fingerprint if good else None, len(photo.objects))
            for sku in () if _is_composed(photo) else shown_skus([photo]):
                yield beam.pvalue.TaggedOutput(_SHOWN, sku)
        yield from _tagged(findings)

    def _known(self, skus: Sequence[str]) -> frozenset[str]:
        if self._skus is None:
            self._skus = frozenset(skus)
        return self._skus


def _read(examples: Artifact, split: str) -> beam.PTransform:
    return f"Read {split}" >> beam.io.ReadFromTFRecord(
        split_pattern(examples, split), coder=beam.coders.BytesCoder()
    )


def _tagged(findings: Findings) -> Iterator[beam.pvalue.TaggedOutput]:
    return (beam.pvalue.TaggedOutput(_FOUND, finding) for finding in findings.sorted())


def _compare(
    _: None,
    settings: CheckSettings,
    file: str,
    packshots: Sequence[_Packshot],
    photos: Sequence[_Photo],
    shown: Sequence[str],
    found: Sequence[Finding],
) -> dict[str, Any]:
    """Compare pictures with each other, and put everything found in order.

    Composed shelves are compared with nothing: they are alike as they were drawn.
    """
    findings = Findings(settings)
    rows = sorted(packshots, key=lambda packshot: packshot.row.line)
    compare_packshots(
        findings, file, [(row, packshot) for row, packshot in rows if packshot is not None]
    )
    ordered = sorted(photos, key=lambda photo: photo.photo.source_id)
    taken = [each for each in ordered if not _is_composed(each.photo)]
    good = [(photo, fingerprint) for photo, fingerprint, _ in taken if fingerprint is not None]
    compare_photos(findings, good, seed=0)
    known = [(row, packshot.fingerprint) for row, packshot in rows if packshot is not None]
    compare_with_packshots(findings, file, known, good, seed=0)
    check_groups(findings, file, [row for row, _ in rows])
    if taken:
        check_coverage(findings, file, [row for row, _ in rows], frozenset(shown))
    findings.extend(sorted(found, key=_in_order))
    counts = Counts(
        products=len({row.sku for row, _ in rows}),
        packshots=len(rows),
        photos=len(photos),
        boxes=sum(photo.boxes for photo in photos),
        counted=sum(bool(photo.photo.counts) for photo in photos),
    )
    return CheckReport(findings.sorted(), counts).to_dict()


def _is_composed(photo: ShelfPhoto) -> bool:
    return photo.path.as_posix().startswith(COMPOSED)


def _in_order(finding: Finding) -> tuple[str, str]:
    """Sort as the data is: by file, then by row, whatever order Beam found them in."""
    return finding.problem.file, f"{finding.problem.row!s:>12}"


def _tell(report: CheckReport, path: str) -> None:
    """Show what was found.

    Raises:
        InputError: Where anything is an error.
    """
    for line in report.warned(f"{path} lists them"):
        _logger.warning("%s", line)
    if report.findings:
        _logger.warning("%s; %s", report.total, path)
    _logger.info("looked at %s", report.counts)
    errors = [finding.problem for finding in report.findings if finding.severity == "error"]
    if errors:
        raise InputError(errors)

"""Checks a catalogue and shelf photos, picture by picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from components.artifacts.data_findings import CheckReport, Counts
from components.data_check.box_checks import check_boxes
from components.data_check.coverage_check import check_coverage, shown_skus
from components.data_check.findings import Findings
from components.data_check.group_checks import check_groups
from components.data_check.measure_pictures import (
    MeasuredPackshot,
    fingerprint_photos,
    measure_packshots,
)
from components.data_check.packshot_checks import check_packshot, compare_packshots
from components.data_check.photo_checks import check_photo, compare_photos, compare_with_packshots
from components.data_check.settings import CheckSettings
from components.datasets.input_check import nothing_to_judge_on
from components.datasets.read_catalog import scan_catalog, unusable_packshot
from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.unlabelled import NEGATIVE
from components.imaging.decoding import BadImage
from components.imaging.fingerprint import Fingerprint
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem
from components.records.shelf_photo import ShelfPhoto, ShelfSet
from components.runtime.progress import report

Progress = Callable[[int, int], None]
"""Called with pictures done and pictures in all."""

_REPORT_EVERY = 100
_T = TypeVar("_T")


def check_data(
    products_csv: Path,
    shelves: Path | None,
    settings: CheckSettings | None = None,
    progress: Progress | None = None,
    data: DataSettings | None = None,
) -> CheckReport:
    """Check a catalogue and shelf photos; every picture is decoded once.

    Args:
        products_csv: The catalogue.
        shelves: The folder of spans; None to check the catalogue alone.
        settings: How grave each fault is.
        progress: Told how far it is; without, `components.runtime.progress` is.
        data: How the pipeline reads and splits the data.

    Returns:
        Everything found. Wrong input raises nothing: it is a finding.
    """
    settings, data = settings or CheckSettings(), data or DataSettings()
    findings = Findings(settings)
    catalog = scan_catalog(products_csv, data.limits)
    findings.break_contract(catalog.problems)
    findings.doubt(catalog.remarks)
    found = ShelfSet((), (), 0, 0)
    if shelves is not None:
        found, problems = scan_shelves(shelves, catalog.skus, data)
        findings.break_contract(problems)
        findings.doubt(found.remarks)
        if found.photos:
            findings.break_contract(nothing_to_judge_on(shelves, found, data))
        if found.unlabelled:
            findings.add("unlabelled_photos", _unlabelled(shelves, found.unlabelled))

    tell = _Teller(progress or _report, len(catalog.rows) + len(found.photos))
    measured = measure_packshots(
        [row.image for row in catalog.rows],
        data.limits,
        settings.second_product,
        settings.workers,
    )
    packshots = _check_packshots(
        findings, products_csv, zip(catalog.rows, tell(measured), strict=True)
    )
    fingerprints = fingerprint_photos(
        [photo.path for photo in found.photos], data.limits, settings.workers
    )
    photos = _check_photos(findings, zip(found.photos, tell(fingerprints), strict=True), data.seed)
    compare_with_packshots(findings, str(products_csv), packshots, photos, data.seed)
    check_groups(findings, str(products_csv), catalog.rows)
    for photo in found.photos:
        check_boxes(findings, photo)
    if found.photos:
        check_coverage(findings, str(products_csv), catalog.rows, shown_skus(found.photos))

    counts = Counts(
        products=len(catalog.skus or ()),
        packshots=len(catalog.rows),
        photos=len(found.photos),
        boxes=sum(len(photo.objects) for photo in found.photos),
        counted=sum(bool(photo.counts) for photo in found.photos),
        skipped=found.skipped,
        left_out=found.left_out,
    )
    return CheckReport(findings.sorted(), counts)


def _unlabelled(shelves: Path, count: int) -> Problem:
    return Problem(
        str(shelves),
        None,
        f"{count:,} photos lie in spans without any label; they are not taken for negatives",
        f"annotate them; where nothing is on them, give each image the attribute '{NEGATIVE}': 1",
    )


class _Teller:
    """Reports progress over several passes as one."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def __call__(self, things: Iterable[_T]) -> Iterator[_T]:
        for thing in things:
            self._done += 1
            if self._done % _REPORT_EVERY == 0 or self._done == self._total:
                self._progress(self._done, self._total)
            yield thing


def _report(done: int, total: int) -> None:
    report("DataCheck", done, total, "pictures looked at")


def _check_packshots(
    findings: Findings,
    products_csv: Path,
    measured: Iterable[tuple[CatalogRow, MeasuredPackshot | BadImage]],
) -> list[tuple[CatalogRow, Fingerprint]]:
    """Return the packshots worth comparing with photos."""
    file = str(products_csv)
    good: list[tuple[CatalogRow, MeasuredPackshot]] = []
    for row, packshot in measured:
        if isinstance(packshot, BadImage):
            findings.break_contract([unusable_packshot(file, row, packshot)])
        elif check_packshot(findings, file, row, packshot):
            good.append((row, packshot))
    compare_packshots(findings, file, good)
    return [(row, packshot.fingerprint) for row, packshot in good]


def _check_photos(
    findings: Findings, measured: Iterable[tuple[ShelfPhoto, Fingerprint | BadImage]], seed: int
) -> list[tuple[ShelfPhoto, Fingerprint]]:
    """Return the photos worth comparing with packshots."""
    good: list[tuple[ShelfPhoto, Fingerprint]] = []
    for photo, fingerprint in measured:
        if isinstance(fingerprint, BadImage):
            findings.break_contract(
                [Problem(str(photo.path), None, str(fingerprint), "replace the photo")]
            )
        elif check_photo(findings, photo, fingerprint):
            good.append((photo, fingerprint))
    compare_photos(findings, good, seed)
    return good

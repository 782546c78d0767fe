"""Reads one span, whichever tables say what is on its photos."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from components.datasets.coco_annotations import read_annotations
from components.datasets.photo_counts import read_photo_counts
from components.datasets.photo_labels import read_photo_labels
from components.datasets.settings import DataSettings
from components.datasets.span_folders import (
    ANNOTATIONS,
    ANY_TABLE,
    COUNTS,
    PHOTO_LABELS,
    SPREADSHEETS,
)
from components.datasets.span_scan import SpanScan
from components.datasets.unlabelled import none_labelled
from components.records.problems import Problem
from components.records.words import counted


def read_span(
    span: Path, number: int, skus: Collection[str] | None, settings: DataSettings
) -> SpanScan:
    """Read the photos of one span.

    Args:
        span: Its folder.
        number: Its number.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        settings: Which photo-level split to take, and bounds of photos.

    Returns:
        What its tables say, together. Photos of `annotations.json` are left out where none of them
        has a label: those not counted either are `unlabelled`.
    """
    annotations, labels, counts = span / ANNOTATIONS, span / PHOTO_LABELS, span / COUNTS
    if annotations.exists() and labels.exists():
        what, remedy = f"has both {ANNOTATIONS} and {PHOTO_LABELS}", "put them into different spans"
        return SpanScan(problems=[Problem(str(span), None, what, remedy)])
    scan = SpanScan()
    if annotations.exists():
        scan = read_annotations(annotations, number, skus, settings.limits)
        scan.tables = [annotations]
    elif labels.exists():
        scan = read_photo_labels(labels, number, skus, settings.photo_split, settings.limits)
        scan.tables = [labels]
    elif not counts.exists():
        what, remedy = f"has no {ANY_TABLE}", "annotate the span or remove it"
        none = Problem(str(span), None, what, remedy)
        return SpanScan(problems=list(_spreadsheets(span)) or [none])
    scan.remarks += _spreadsheets(span)
    unlabelled = scan.photos if not scan.problems and none_labelled(scan.photos) else []
    if unlabelled:
        scan.photos = []
    if counts.exists():
        scan = _joined(scan, read_photo_counts(counts, number, skus, settings.limits), counts)
    files = {photo.path for photo in scan.photos}
    scan.unlabelled = sum(photo.path not in files for photo in unlabelled)
    if scan.listed is not None:  # Those that both tables list are there once.
        scan.listed -= len(unlabelled) - scan.unlabelled
    return scan


def _spreadsheets(span: Path) -> Iterator[Problem]:
    """Yield one problem per table that lies there as a spreadsheet only."""
    for table in (COUNTS, PHOTO_LABELS):
        for suffix in SPREADSHEETS:
            sheet = (span / table).with_suffix(suffix)
            if sheet.is_file() and not (span / table).exists():
                remedy = f"save it as {table}, in the form 'CSV UTF-8', to have it read"
                yield Problem(str(sheet), None, "is a spreadsheet, no CSV", remedy)


def _joined(scan: SpanScan, listed: SpanScan, counts: Path) -> SpanScan:
    """Return what both tables of a span say; a photo in both is a problem.

    Counted photos come first: of a visit that also has boxed ones the first decides the split, and
    that of counts is given.
    """
    problems = [*scan.problems, *listed.problems]
    known = {photo.path for photo in scan.photos}
    if both := [photo for photo in listed.photos if photo.path in known]:
        more = f" (and {counted(len(both) - 1, 'more photo')})" if len(both) > 1 else ""
        (table,) = scan.tables
        what = f"photo '{both[0].name}' is listed in {table.name}, too{more}"
        problems.append(Problem(str(counts), None, what, "list each photo in one of them"))
    lists = [each.listed for each in (scan, listed) if each.listed is not None]
    return SpanScan(
        photos=[*(photo for photo in listed.photos if photo.path not in known), *scan.photos],
        problems=problems,
        remarks=[*scan.remarks, *listed.remarks],
        left_out=scan.left_out,
        listed=sum(lists) if lists else None,
        tables=[*scan.tables, counts],
    )

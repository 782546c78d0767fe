"""Reads a folder of shelf photos: spans, each with its annotations."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from components.datasets.read_span import read_span
from components.datasets.settings import DataSettings
from components.datasets.span_folders import find_spans
from components.datasets.span_selection import chosen_spans, spans_in_words
from components.datasets.standing_truth import one_truth, settle_visits
from components.datasets.unlabelled import count_pictures, pictures_alone
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfPhoto, ShelfSet


def read_shelves(
    folder: Path, skus: Collection[str], settings: DataSettings | None = None
) -> ShelfSet:
    """Read the shelf photos of the spans taken and check that each can be used.

    Args:
        folder: Holds folders ``span-N``, or is itself the only span (number 1).
        skus: SKUs of the catalogue.
        settings: Which spans and which photo-level split to take, bounds of photos, and the seed
            of splits.

    Raises:
        InputError: With every problem found.
    """
    shelves, problems = scan_shelves(folder, skus, settings or DataSettings())
    if shelves.unlabelled and not shelves.photos:
        what = f"none of its {shelves.unlabelled:,} photos has a label"
        remedy = "annotate them, or leave shelves out and name the folder as production_photos"
        problems = [Problem(str(folder), None, what, remedy), *problems]
    if problems:
        raise InputError(problems)
    return shelves


def scan_shelves(
    folder: Path, skus: Collection[str] | None, settings: DataSettings
) -> tuple[ShelfSet, list[Problem]]:
    """Read the shelf photos of the spans taken as far as possible; see `read_shelves`.

    Args:
        folder: As in `read_shelves`.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        settings: As in `read_shelves`.

    Returns:
        The photos without fault, one truth of each; and everything that is wrong. Photos of a
        span without any label are counted and left out.
    """
    if alone := pictures_alone(folder):
        return ShelfSet((), (), 0, 0, unlabelled=alone), []
    photos: list[ShelfPhoto] = []
    tables: list[Path] = []
    remarks: list[Problem] = []
    left_out = 0
    available, problems = find_spans(folder)
    numbers = chosen_spans(settings.spans, available)
    if available and not numbers:
        what = f"holds none of data.spans={settings.spans}: it has {spans_in_words([*available])}"
        problems.append(Problem(str(folder), None, what, "set data.spans to one of them, or all"))
    spans = [(number, available[number]) for number in numbers]
    unlisted = 0
    unlabelled = 0
    for number, span in spans:
        scan = read_span(span, number, skus, settings)
        photos += scan.photos
        tables += scan.tables
        problems += scan.problems
        remarks += scan.remarks
        left_out += scan.left_out
        unlabelled += scan.unlabelled
        if scan.listed is not None:
            unlisted += max(count_pictures(span) - scan.listed, 0)
    settled, split_visits = settle_visits(photos, settings.seed)
    standing, superseded = one_truth(settled)
    return ShelfSet(
        photos=tuple(standing),
        tables=tuple(tables),
        skipped=unlisted,
        left_out=left_out,
        superseded=tuple(superseded),
        spans=tuple(spans),
        available=tuple(available),
        remarks=tuple(remarks),
        unlabelled=unlabelled,
    ), [*problems, *split_visits]

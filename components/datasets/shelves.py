"""Reading a folder of shelf photos: spans, each with its annotations."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from components.datasets.coco import read_annotations
from components.datasets.photo_labels import read_photo_labels
from components.datasets.settings import DataSettings
from components.datasets.span_selection import chosen_spans, spans_in_words
from components.datasets.standing_truth import one_truth, settle_visits
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfPhoto, ShelfSet

ANNOTATIONS = "annotations.json"
PHOTO_LABELS = "photos.csv"

_SPAN = re.compile(r"span-(\d{1,9})")
_IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


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
        The photos without fault, one truth of each; and everything that is wrong.
    """
    photos: list[ShelfPhoto] = []
    tables: list[Path] = []
    left_out = 0
    available, problems = find_spans(folder)
    numbers = chosen_spans(settings.spans, available)
    if available and not numbers:
        what = f"holds none of data.spans={settings.spans}: it has {spans_in_words([*available])}"
        problems.append(Problem(str(folder), None, what, "set data.spans to one of them, or all"))
    spans = [(number, available[number]) for number in numbers]
    unlisted = 0
    for number, span in spans:
        annotations, labels = span / ANNOTATIONS, span / PHOTO_LABELS
        if annotations.exists() and labels.exists():
            what = f"has both {ANNOTATIONS} and {PHOTO_LABELS}"
            problems.append(Problem(str(span), None, what, "put them into different spans"))
            continue
        if annotations.exists():
            found, wrong = read_annotations(annotations, number, skus, settings.limits)
            tables.append(annotations)
            others = 0
        elif labels.exists():
            found, others, wrong = read_photo_labels(
                labels, number, skus, settings.photo_split, settings.limits
            )
            tables.append(labels)
        else:
            what = f"has neither {ANNOTATIONS} nor {PHOTO_LABELS}"
            problems.append(Problem(str(span), None, what, "annotate the span or remove it"))
            continue
        photos += found
        problems += wrong
        left_out += others
        unlisted += _count_images(span) - len(found) - others
    settled, torn = settle_visits(photos, settings.seed)
    standing, superseded = one_truth(settled)
    return ShelfSet(
        photos=tuple(standing),
        tables=tuple(tables),
        skipped=max(unlisted, 0),
        left_out=left_out,
        superseded=tuple(superseded),
        spans=tuple(spans),
        available=tuple(available),
    ), [*problems, *torn]


def find_spans(folder: Path) -> tuple[dict[int, Path], list[Problem]]:
    """Return the folders of spans by number, ascending, and what is wrong with them.

    Args:
        folder: As in `read_shelves`.
    """
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "the folder does not exist"
        return {}, [Problem(str(folder), None, what, "give the folder that holds span-1")]
    by_number: dict[int, Path] = {}
    problems: list[Problem] = []
    for entry in sorted(folder.iterdir()):
        match = _SPAN.fullmatch(entry.name)
        if match is None or not entry.is_dir():
            if _is_annotated(entry) and not entry.name.startswith("."):
                what = "is annotated like a span, but not named like one"
                problems.append(Problem(str(entry), None, what, "name it span-N, N its number"))
            continue
        number = int(match[1])
        if number in by_number:
            what = f"the same span as {by_number[number].name}"
            problems.append(Problem(str(entry), None, what, "give each span its own number"))
        else:
            by_number[number] = entry
    if not by_number and _is_annotated(folder):
        by_number[1] = folder
    if not by_number and not problems:
        remedy = f"put the photos and their {ANNOTATIONS} or {PHOTO_LABELS} into a folder span-1"
        problems.append(Problem(str(folder), None, "holds no span", remedy))
    return dict(sorted(by_number.items())), problems


def _is_annotated(folder: Path) -> bool:
    return (folder / ANNOTATIONS).exists() or (folder / PHOTO_LABELS).exists()


def _count_images(span: Path) -> int:
    return sum(path.suffix.lower() in _IMAGE_SUFFIXES for path in span.rglob("*"))

"""The folders of spans: which there are, and what is wrong with them."""

from __future__ import annotations

import re
from pathlib import Path

from components.records.problems import Problem

ANNOTATIONS = "annotations.json"
PHOTO_LABELS = "photos.csv"
COUNTS = "counts.csv"

TABLES = (ANNOTATIONS, PHOTO_LABELS, COUNTS)
"""The files that say what is on the photos of a span."""

SPREADSHEETS = (".xlsx", ".xls", ".ods")
"""Endings of files that a table may lie in and is not read from."""

ANY_TABLE = f"{ANNOTATIONS}, {PHOTO_LABELS} or {COUNTS}"

_SPAN = re.compile(r"span-(\d{1,9})")
_MISSPELT = re.compile(r"span[ _-]*\d+", re.IGNORECASE)


def find_spans(folder: Path) -> tuple[dict[int, Path], list[Problem]]:
    """Return the folders of spans by number, ascending, and what is wrong with them.

    Args:
        folder: Holds folders ``span-N``, or is itself the only span (number 1).
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
            elif entry.is_dir() and _MISSPELT.fullmatch(entry.name):
                what = "would be a span, were it named like one"
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
        remedy = f"put the photos and their {ANY_TABLE} into a folder span-1"
        problems.append(Problem(str(folder), None, "holds no span", remedy))
    return dict(sorted(by_number.items())), problems


def _is_annotated(folder: Path) -> bool:
    return any((folder / table).exists() for table in TABLES)

"""Answers that `oneshelf predict` wrote, read again."""

from __future__ import annotations

import math
from pathlib import Path

from components.datasets.table_text import decoded
from components.datasets.tables import faults_as_problems
from components.records.prediction import PredictionRecord, read_record
from components.records.problems import InputError, Problem

_AGAIN = "give the file that `oneshelf predict --json` wrote"
MOST_DETECTIONS = 2_000
"""Of one photo: many times what a recogniser returns."""


def read_answers(path: Path) -> list[PredictionRecord]:
    """Return the records of a file, one a line.

    Raises:
        InputError: It is no such file; every fault is named.
    """
    with faults_as_problems(path, _AGAIN, "give fewer photos at a time"):
        text, _ = decoded(path.read_bytes())
    records: list[PredictionRecord] = []
    problems: list[Problem] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = read_record(line)
            why = _fault(record)
        except (ValueError, AttributeError, IndexError, RecursionError):
            why = "is no answer for a photo"
        if why:
            problems.append(Problem(str(path), number, why, _AGAIN))
        else:
            records.append(record)
    if not records and not problems:
        problems.append(Problem(str(path), None, "holds no answer", _AGAIN))
    if problems:
        raise InputError(problems)
    return records


def _fault(record: PredictionRecord) -> str:
    """Return what is wrong with a record, as a clause; "" for nothing."""
    if not isinstance(record.photo, str):
        return "photo is no name"
    if record.error is not None:
        return ""
    if not (_length(record.width) and _length(record.height)):
        return "width and height are no lengths in pixels"
    if len(record.detections) > MOST_DETECTIONS:
        return f"has more than {MOST_DETECTIONS:,} detections"
    for number, each in enumerate(record.detections, start=1):
        if not isinstance(each.sku, str):
            return f"the SKU of detection {number} is no text"
        if not (
            all(map(_finite, each.box)) and each.box[0] < each.box[2] and each.box[1] < each.box[3]
        ):
            return f"the box of detection {number} is none"
        if not _finite(each.score):
            return f"the score of detection {number} is no number"
    return ""


def _finite(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _length(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and 0 < value < 1e6

"""Writes what was predicted as feedback, to be confirmed or corrected."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from components.feedback.feedback_lines import new_line_file, read_line_file, text_of
from components.feedback.parse_feedback import MAX_PATH, MAX_TEXT
from components.importers.collected_faults import refusal
from components.records.prediction import PredictionRecord, read_record
from components.records.problems import InputError, Problem
from components.records.texts import line_fault


@dataclass(frozen=True)
class WrittenTemplate:
    """What `write_template` wrote.

    Attributes:
        file: The file.
        photos: How many photos it has a line for.
        boxes: How many boxes are on them.
        unread: How many photos it has none for, as nothing could be said of them.
        folder: What `feedback add` must be told with --photos; None where the photos lie in the
            folder of the file.
    """

    file: Path
    photos: int
    boxes: int
    unread: int
    folder: Path | None


def write_template(
    found: Path, who: str, now: datetime, out: Path | None = None
) -> WrittenTemplate:
    """Write a file that `add_feedback` takes as it is: what was shown, as confirmed by a person.

    Args:
        found: JSON Lines of `oneshelf predict`.
        who: The person.
        now: When it is said, with its time zone.
        out: The file to write; None for one beside `found`.

    Raises:
        InputError: With everything that is wrong, or the file is there already.
    """
    out = out or found.with_name(f"{found.stem}.feedback.jsonl")
    if not who.strip():
        raise refusal(out, "nobody is named", "say with --who whose word it is")
    if fault := line_fault(who, MAX_TEXT):
        what, remedy = fault
        raise refusal(out, f"the name given with --who {what}", remedy)
    records = _records(found)
    read = [record for record in records if record.error is None]
    if not read:
        raise refusal(found, "says nothing of any photo", "give what `oneshelf predict` wrote")
    photos = _photos(found, read)
    here = out.parent.resolve()
    inside = all(photo.is_relative_to(here) for photo in photos)
    lines = []
    for record, photo in zip(read, photos, strict=True):
        name = photo.relative_to(here).as_posix() if inside else str(photo)
        lines.append(_line(record, name, who.strip(), now))
    new_line_file(out, map(text_of, lines))
    return WrittenTemplate(
        file=out,
        photos=len(lines),
        boxes=sum(len(line["objects"]) for line in lines),
        unread=len(records) - len(read),
        folder=None if inside else Path(os.path.commonpath([photo.parent for photo in photos])),
    )


def _records(found: Path) -> list[PredictionRecord]:
    lines = read_line_file(found, "give what `oneshelf predict` wrote")
    records, problems = [], []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = read_record(line)
        except ValueError:
            what, remedy = "is no prediction", "write the file with `oneshelf predict --json`"
            problems.append(Problem(str(found), number, what, remedy))
            continue
        if any(each.shown is None for each in record.detections):
            what, remedy = "does not say what was shown", "predict again: it is of an older version"
            problems.append(Problem(str(found), number, what, remedy))
        records.append(record)
    if problems:
        raise InputError(problems)
    return records


def _photos(found: Path, records: Sequence[PredictionRecord]) -> list[Path]:
    """Return where the photos lie: as `predict` was given them, or seen from the file's folder."""
    photos, problems = [], []
    for record in records:
        if fault := line_fault(record.photo, MAX_PATH):
            what = f"photo '{record.photo}' {fault[0]}"
            problems.append(Problem(str(found), None, what, "rename the file and predict again"))
            continue
        places = [Path(record.photo), found.parent / record.photo]
        there = [place.resolve() for place in places if place.is_file()]
        if there:
            photos.append(there[0])
        else:
            what, remedy = f"photo '{record.photo}' is not there", "call this where `predict` was"
            problems.append(Problem(str(found), None, what, remedy))
    if problems:
        raise InputError(problems)
    return photos


def _line(record: PredictionRecord, photo: str, who: str, now: datetime) -> dict[str, Any]:
    # As the JSON has them, with its rounding.
    detections = json.loads(record.to_json())["detections"]
    objects = [
        {key: each[key] for key in ("number", "sku", "name", "box") if key in each}
        for each in detections
        if each["shown"]
    ]
    return {
        "photo": photo,
        "release": record.origin.release or f"index {record.origin.index}",
        "who": who,
        "when": now.isoformat(timespec="seconds"),
        "verdict": "confirmed" if objects else "nothing_here",
        "objects": objects,
    }

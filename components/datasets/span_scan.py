"""What reading one span gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from components.records.problems import Problem
from components.records.shelf_photo import ShelfPhoto


@dataclass
class SpanScan:
    """A span read as far as possible.

    Attributes:
        photos: Those without fault, as listed.
        problems: Everything that is wrong.
        remarks: What was taken otherwise than it is written.
        left_out: Photos that belong to a split not evaluated.
        listed: Photos that the span lists, also those with faults; None where its list cannot be
            read.
        tables: The files read.
        unlabelled: Photos left out because nobody labelled any of their table.
    """

    photos: list[ShelfPhoto] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[Problem] = field(default_factory=list)
    left_out: int = 0
    listed: int | None = None
    tables: list[Path] = field(default_factory=list)
    unlabelled: int = 0

"""What is marked on a photo: what is in its place, and what is to be done, by its rank."""

from __future__ import annotations

from collections.abc import Iterator

from components.drawing.marks import Mark
from components.drawing.palette import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SKY_BLUE,
    VERMILION,
    YELLOW,
)
from components.records.prediction import Box
from components.shelf.answers import Answers
from components.shelf.facing import Shelf
from components.shelf.to_do import Kind

COLOURS = {
    "missing": VERMILION,
    "low": ORANGE,
    "gap": YELLOW,
    "misplaced": PURPLE,
    "extra": BLUE,
    "unknown": GREY,
}
"""By what is wrong."""
_THERE = ("missing", "low", "gap")
"""What is wrong with a place, and not with what stands there."""
_ROWS = (GREEN, SKY_BLUE)
"""Of what is nothing to do about: every other row, so that people see which facings are one."""


def marks_of(answers: Answers, shelf: Shelf) -> list[Mark]:
    """Return the marks on a photo; labels are ranks of the list of what to do."""
    told: dict[Box, list[tuple[int, Kind]]] = {}
    for rank, task in enumerate(answers.tasks, start=1):
        if task.photo == shelf.photo and task.box is not None:
            told.setdefault(task.box, []).append((rank, task.kind))
    tasks = []
    for box, here in told.items():
        label, gravest = ", ".join(str(rank) for rank, _ in here), here[0][1]
        empty = all(kind in _THERE for _, kind in here)
        tasks.append(Mark(box, COLOURS[gravest], label, dashed=empty))
    return [*_others(shelf, set(told)), *tasks]


def _others(shelf: Shelf, told: set[Box]) -> Iterator[Mark]:
    for number, row in enumerate(shelf.rows):
        for facing in row:
            if facing.box not in told:
                yield Mark(facing.box, _ROWS[number % len(_ROWS)])

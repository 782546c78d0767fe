"""Collects what an import leaves out."""

from __future__ import annotations

from pathlib import Path

from components.records.problems import InputError, Problem

MAX_LISTED = 10_000
"""Problems kept: a table of millions of faulty rows must not fill the memory with sentences."""


class Faults:
    """Takes what is skipped; skipping does not stop the import.

    Attributes:
        problems: The first `MAX_LISTED` faults, in the order found.
        unlisted: Number of faults beyond those.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.unlisted = 0

    def add(self, file: Path, row: int | str | None, what: str, remedy: str) -> None:
        """Take one fault; the arguments are those of `Problem`."""
        self.take(Problem(str(file), row, what, remedy))

    def take(self, *problems: Problem) -> None:
        """Take faults that another reader found."""
        room = max(MAX_LISTED - len(self.problems), 0)
        self.problems += problems[:room]
        self.unlisted += max(len(problems) - room, 0)

    def take_if(self, problem: Problem | None) -> None:
        """Take what another reader found, if it found anything."""
        if problem is not None:
            self.take(problem)


def refusal(file: Path, what: str, remedy: str) -> InputError:
    """Return the error of a source that is not of its format at all."""
    return InputError([Problem(str(file), None, what, remedy)])

"""What is wrong with a user's input, in sentences a user can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from components.records.texts import printable

MOST_REMARKS = 10
"""Remarks that are shown one by one where something else is what the user wants to see."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong with the input: where, what, and what to do about it.

    Attributes:
        file: The file or folder as the user would name it.
        row: Line number in a CSV (the header is line 1), a label such as
            ``"annotation 12"`` for files that have no lines, or None for the whole file.
        what: The fault, as a clause: ``"image 'a.jpg' does not exist"``.
        remedy: What the user does, as an imperative: ``"add the file or remove the row"``.
    """

    file: str
    row: int | str | None
    what: str
    remedy: str

    def __str__(self) -> str:
        where = as_typed(self.file)
        if isinstance(self.row, int):
            where += f", row {self.row}"
        elif self.row is not None:
            where += f", {self.row}"
        return printable(" ".join(f"{where}: {self.what}; {self.remedy}".split()))


def as_typed(path: str) -> str:
    """Return a path as one would type it here: short where it is below the working directory."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except (ValueError, OSError):  # elsewhere, relative already, or no working directory
        return path


def told(remarks: Sequence[Problem], rest: str = "; `oneshelf data check` names all") -> list[str]:
    """Return a line for each of the first remarks, which stop nothing, and one for the rest.

    Args:
        remarks: All of them.
        rest: How the line for the rest ends: what names them all.
    """
    lines = [f"warning: {remark}" for remark in remarks[:MOST_REMARKS]]
    if len(remarks) > MOST_REMARKS:
        more = len(remarks) - MOST_REMARKS
        lines.append(f"warning: {more:,} more like these{rest}")
    return lines


class InputError(Exception):
    """The input cannot be used. Carries every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        if not problems:
            raise ValueError("an InputError needs at least one problem")
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Return one line per problem."""
        return "\n".join(map(str, self.problems))

"""Which spans a run takes: all, the latest, one by its number, or a range."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

_NUMBER = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?", re.ASCII)


def checked_selection(selection: str) -> str:
    """Return a selection as it is.

    Args:
        selection: ``all``, ``latest``, a number such as ``3``, or a range such as ``2-5``.

    Raises:
        ValueError: It is none of these, or a range that runs backwards.
    """
    if selection not in ("all", "latest"):
        _bounds(selection)
    return selection


def chosen_spans(selection: str, numbers: Collection[int]) -> list[int]:
    """Return those of the spans that are taken, ascending; none where none is meant.

    Args:
        selection: As in `checked_selection`; both ends of a range are taken.
        numbers: The spans there are.
    """
    there = sorted(numbers)
    if selection == "all":
        return there
    if selection == "latest":
        return there[-1:]
    first, last = _bounds(selection)
    return [number for number in there if first <= number <= last]


def spans_in_words(numbers: Sequence[int]) -> str:
    """Return ascending numbers for people: ``span 4``, or ``spans 1 to 3, 7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    words = ", ".join(" to ".join(map(str, run)) for run in runs)
    return f"span{'s' if len(numbers) > 1 else ''} {words or 'none'}"


def _bounds(selection: str) -> tuple[int, int]:
    match = _NUMBER.fullmatch(selection)
    if match is None:
        raise ValueError("expected all, latest, a number, or a range such as 2-5")
    first, last = int(match[1]), int(match[2] or match[1])
    if first > last:
        raise ValueError(f"the range runs backwards; write {last}-{first}")
    return first, last

"""Tells finite numbers from everything else that a user's file may hold."""

from __future__ import annotations

import math
from typing import Any


def is_number(value: Any) -> bool:
    """Return whether a value out of a JSON file is a finite number that a float can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def box_numbers(value: Any) -> tuple[float, float, float, float] | None:
    """Return the four numbers of a box, each given as such or as text; None for anything else."""
    if not isinstance(value, list) or len(value) != 4:
        return None
    first, second, third, fourth = map(as_number, value)
    if first is None or second is None or third is None or fourth is None:
        return None
    return first, second, third, fourth


def as_number(value: Any) -> float | None:
    """Return a finite number, given as such or as text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None

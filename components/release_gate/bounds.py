"""Bounds, in numbers and in words."""

from __future__ import annotations

import math

# A drop of exactly what is allowed passes, whatever the last bit of a subtraction says.
_ROUNDING = 1e-9


def within(value: float, least: float | None, most: float | None) -> bool:
    """Whether `value` keeps to the bounds given; NaN never does."""
    above = least is None or value >= least - _ROUNDING
    below = most is None or value <= most + _ROUNDING
    return math.isfinite(value) and above and below


def interval(least: float | None, most: float | None, style: str) -> str:
    """The bounds given, such as '>= 0.5 and <= 0.9'; numbers as the format `style` writes them."""
    bounds = ((">=", least), ("<=", most))
    return " and ".join(f"{sign} {bound:{style}}" for sign, bound in bounds if bound is not None)


def in_words(threshold: str) -> str:
    """What `interval` says, such as 'at least 0.5 and at most 0.9'."""
    return threshold.replace(">=", "at least").replace("<=", "at most")


def number(value: float) -> float | str:
    """JSON has no NaN: what is not a number is written as a word."""
    return float(value) if math.isfinite(value) else str(value)

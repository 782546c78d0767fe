"""Bounds, in numbers and in words."""

from __future__ import annotations

import math

# A drop of exactly what is allowed passes, whatever the last bit of a subtraction says.
_ROUNDING = 1e-9


def within(value: float, least: float | None, most: float | None) -> bool:
    """Return whether `value` keeps to the bounds given; NaN never does."""
    above = least is None or value >= least - _ROUNDING
    below = most is None or value <= most + _ROUNDING
    return math.isfinite(value) and above and below


def interval(least: float | None, most: float | None, style: str) -> str:
    """Write the bounds given, such as '>= 0.5 and <= 0.9', with numbers in the format `style`."""
    bounds = ((">=", least), ("<=", most))
    return " and ".join(f"{sign} {bound:{style}}" for sign, bound in bounds if bound is not None)


def in_words(threshold: str) -> str:
    """Say what `interval` writes, such as 'at least 0.5 and at most 0.9'."""
    return threshold.replace(">=", "at least").replace("<=", "at most")


def amount(value: float, unit: str) -> str:
    """Write a measure with its unit: three digits, and all of them from a hundred on."""
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:.3g}{unit}"


def number(value: float) -> float | str:
    """Return a number, or what it is in a word where JSON has no such number."""
    return float(value) if math.isfinite(value) else str(value)

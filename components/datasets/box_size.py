"""How small a box may be."""

from __future__ import annotations

SMALLEST_SIDE = 1.0
"""Pixels. A thinner box shows nothing, and a slip of the hand draws one soon."""

_ROUNDING = 0.02  # both edges are kept to a hundredth


def size_fault(wide: float, high: float) -> str | None:
    """Return what is wrong with a box of these sides in pixels, as a clause; None where nothing."""
    if wide <= 0 or high <= 0:
        return "has no area"
    if min(wide, high) < SMALLEST_SIDE - _ROUNDING:
        return "is less than a pixel wide or high"
    return None

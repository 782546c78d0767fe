"""What errors cost those who use the model."""

from __future__ import annotations

from typing import NamedTuple


class Costs(NamedTuple):
    """The cost of one error of each kind, in a common, arbitrary unit."""

    false_alarm: float = 1.0
    miss: float = 1.0

    @property
    def break_even(self) -> float:
        """The probability from which it pays to show a detection."""
        return self.false_alarm / (self.false_alarm + self.miss)

"""What each fault of a photo costs: the share of what is recognised on a good photo that is left.

Measured with the demo's release on its test photos, spoilt step by step
(`tests/bench/capture_limits.py`); between the points of a table, and beyond its ends, what is near.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

Fault = Literal["blurred", "moved", "dark", "glare", "far", "steep", "cut_off"]

_KEPT: dict[Fault, tuple[tuple[float, ...], tuple[float, ...]]] = {
    "blurred": ((2.3, 3.1, 4.3, 5.4, 6.7, 8.4), (1.0, 0.96, 0.84, 0.6, 0.45, 0.35)),
    "moved": ((1.8, 2.2, 3.4), (1.0, 0.8, 0.68)),
    "dark": ((0.02, 0.039, 0.067, 0.086, 0.145, 0.32), (0.0, 0.12, 0.55, 0.73, 0.93, 1.0)),
    "glare": ((0.0, 0.036, 0.095, 0.22, 0.35, 0.54), (1.0, 0.94, 0.87, 0.7, 0.53, 0.37)),
    "far": ((30.0, 35.0, 41.0, 47.5, 57.0, 90.0, 140.0), (0.08, 0.31, 0.52, 0.8, 0.88, 0.93, 1.0)),
    "steep": ((0.02, 0.43, 0.81, 1.0, 1.17, 1.55), (1.0, 0.95, 0.89, 0.84, 0.79, 0.61)),
    "cut_off": ((0.5, 0.82, 1.0), (1.0, 0.97, 0.76)),
}
"""By fault: numbers that `measures` gives, and what is left of recognition there."""

SAID_BELOW = 0.8
"""Share that is left below which a fault is said: every fifth product is lost."""


def kept(fault: Fault, measured: float) -> float:
    """Return the share of what would be recognised that is left, 0 to 1."""
    return float(np.interp(measured, *_KEPT[fault]))

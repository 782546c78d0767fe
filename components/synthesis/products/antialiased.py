"""Anti-aliased shapes on uint8 artwork, placed by real coordinates (x, y in pixels)."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

Point = Sequence[float]
Ink = Sequence[int]
FILLED = -1


def ellipse(
    art: np.ndarray,
    centre: Point,
    axes: Point,
    ink: Ink,
    arc: tuple[int, int] = (0, 360),
    turn: float = 0.0,
    thickness: int = FILLED,
) -> None:
    """Draw an ellipse by its half axes, or the arc of it between two angles in degrees."""
    half = (max(round(axes[0]), 0), max(round(axes[1]), 0))
    cv2.ellipse(art, _whole(centre), half, turn, *arc, tuple(ink), thickness, cv2.LINE_AA)


def disc(art: np.ndarray, centre: Point, radius: float, ink: Ink, thickness: int = FILLED) -> None:
    """Draw a circle."""
    cv2.circle(art, _whole(centre), round(radius), tuple(ink), thickness, cv2.LINE_AA)


def line(art: np.ndarray, start: Point, end: Point, ink: Ink, thickness: int = 1) -> None:
    """Draw a straight line."""
    cv2.line(art, _whole(start), _whole(end), tuple(ink), thickness, cv2.LINE_AA)


def polygon(art: np.ndarray, points: np.ndarray, ink: Ink) -> None:
    """Fill a polygon, float `[n, 2]`, to a sixteenth of a pixel."""
    fixed = np.round(np.asarray(points) * 16).astype(np.int32)
    cv2.fillPoly(art, [fixed], tuple(ink), cv2.LINE_AA, shift=4)


def _whole(point: Point) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))

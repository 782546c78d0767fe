"""Where else a photo may lie: by a facing or a few further on, where facings repeat.

Corners alone may miss the right place on a shelf full of one product. Pixels tell all places: a
part of the one photo is slid over the other, and each place where it fits is a rival.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from components.joining.sight import Sight
from components.records.moved_boxes import moved_boxes

_PART = 0.45
"""Width and height of a part that is slid, as a share of the photo's: one at each corner."""
_FITS = 0.5
"""Correlation from which on it may be there."""
_APART = 0.03
"""Places closer than this, as a share of the longer side, are one."""
_MOST = 5
"""Rivals that each part tells."""
_NEAR = 0.02
"""How far from a rival a corner may be, as a share of the photo's longer side."""
_FEWEST = 12


def rivals(one: Sight, other: Sight, guess: np.ndarray) -> list[np.ndarray]:
    """Return homographies `[3, 3]` that a guess may be mistaken for, the guess not among them.

    Args:
        one: A photo.
        other: Another one.
        guess: From pixels of the other photo to those of the first.
    """
    height, width = one.grey.shape
    longest = max(height, width)
    small = np.diag([one.scale, one.scale, 1]) @ guess @ np.diag([1 / other.scale] * 2 + [1])
    frame = np.array([[0.0, 0.0, other.grey.shape[1], other.grey.shape[0]]])
    left, top, right, bottom = moved_boxes(small, frame)[0]
    if not 0 < max(right - left, bottom - top) < 4 * longest:
        return []
    size = max(round(right - left), 1), max(round(bottom - top), 1)
    laid = cv2.warpPerspective(
        other.grey, np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1]]) @ small, size
    )
    shifts: list[tuple[float, np.ndarray]] = []
    for x, y, part in _parts(laid):
        if part.shape[0] >= height or part.shape[1] >= width or part.std() < 1:
            continue
        fits = cv2.matchTemplate(one.grey, part, cv2.TM_CCOEFF_NORMED)
        own = np.array([left + x, top + y])
        for fit, place in _peaks(fits, _APART * longest):
            shifts.append((fit, place - own))
    kept: list[np.ndarray] = [np.zeros(2)]
    for _, shift in sorted(shifts, key=lambda each: -each[0]):
        if min(float(np.linalg.norm(shift - each)) for each in kept) > _APART * longest:
            kept.append(shift)
    return [_moved(shift / one.scale) @ guess for shift in kept[1:]]


def settled(one: Sight, other: Sight, guess: np.ndarray) -> np.ndarray:
    """Return a rival bent to fit the corners near it; itself where they are too few."""
    if not len(one.corners) or not len(other.corners):
        return guess
    reach = _NEAR * max(one.size)
    there = cv2.perspectiveTransform(other.corners[None].astype(np.float64), guess)[0]
    apart = np.linalg.norm(there[:, None] - one.corners[None], axis=2)
    alike = np.where(apart < reach, other.looks @ one.looks.T, -1)
    best = alike.argmax(axis=1)
    good = alike.max(axis=1) > 0
    if good.sum() < _FEWEST:
        return guess
    fitted, _ = cv2.findHomography(
        other.corners[good], one.corners[best[good]], cv2.USAC_MAGSAC, reach / 3, maxIters=1000
    )
    return guess if fitted is None else fitted


def _parts(picture: np.ndarray) -> Iterator[tuple[int, int, np.ndarray]]:
    """Yield x and y of a part at each corner, a little inside, and the part."""
    height, width = picture.shape
    wide, high = round(width * _PART), round(height * _PART)
    inset_x, inset_y = round(width * 0.04), round(height * 0.04)
    for x in (inset_x, width - inset_x - wide):
        for y in (inset_y, height - inset_y - high):
            part = picture[y : y + high, x : x + wide]
            if part.size:
                yield x, y, part


def _peaks(fits: np.ndarray, apart: float) -> Iterator[tuple[float, np.ndarray]]:
    """Yield the best places with their fits; none close to a better one."""
    left = fits.copy()
    for _ in range(_MOST):
        _, fit, _, (x, y) = cv2.minMaxLoc(left)
        if fit < _FITS:
            return
        yield float(fit), np.array([x, y], float)
        cv2.circle(left, (x, y), max(round(apart), 1), (-1.0,), -1)


def _moved(shift: np.ndarray) -> np.ndarray:
    return np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1.0]])

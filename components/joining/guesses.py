"""Where one photo may lie on another: several guesses, since facings of one product look alike.

A corner of a pack looks like the same corner of every facing beside it, so the best match of a
corner says little. Each corner is matched with several, and every shift on which many of these
agree is a guess: the right one, and those by a facing or two.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from components.joining.sight import Sight

_LIKEST = 3
"""Corners that each one is matched with."""
_UNLIKE = 0.75
"""Distance from which on two corners are not the same."""
_GUESSES = 5
_FEWEST = 12
"""Corners that must agree on a guess."""
_ROUGH, _FINE = 0.03, 0.006
"""How far a corner may be off, as a share of the photo's longer side: at first, as the phone was
held at another angle, and in the end, as packs stand at different depths."""
_SCALE = (0.4, 2.5)
"""How much larger one photo may show things than the other."""
_TURN = 25.0
"""How far phones may be rolled against each other, degrees."""


def guesses(one: Sight, other: Sight) -> Iterator[np.ndarray]:
    """Yield homographies `[3, 3]` from pixels of the other photo to those of the first."""
    source, target = _alike(one, other)
    longest = float(max(one.size))
    for _ in range(_GUESSES):
        if len(source) < _FEWEST:
            return
        rough, chosen = cv2.estimateAffinePartial2D(
            source, target, ransacReprojThreshold=_ROUGH * longest, maxIters=1500
        )
        if rough is None:
            return
        close = chosen.ravel() > 0
        if close.sum() < _FEWEST:
            return
        if _plausible(rough):
            fine = _refined(source, target, np.vstack([rough, [0, 0, 1]]), longest)
            if fine is not None:
                yield fine
        source, target = source[~close], target[~close]


def _alike(one: Sight, other: Sight) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of corners that look alike: float32 `[m, 2]` of the other, of the first."""
    if len(one.looks) < _LIKEST or len(other.looks) < _LIKEST:
        return np.zeros((0, 2), np.float32), np.zeros((0, 2), np.float32)
    likeness = other.looks @ one.looks.T
    best = np.argpartition(-likeness, _LIKEST - 1, axis=1)[:, :_LIKEST]
    rows = np.repeat(np.arange(len(best)), _LIKEST)
    columns = best.ravel()
    apart = np.sqrt(np.maximum(2 - 2 * likeness[rows, columns], 0))
    good = apart < _UNLIKE
    order = np.argsort(apart[good], kind="stable")
    return other.corners[rows[good][order]], one.corners[columns[good][order]]


def _plausible(affine: np.ndarray) -> bool:
    scale = float(np.hypot(affine[0, 0], affine[1, 0]))
    turn = float(np.degrees(np.arctan2(affine[1, 0], affine[0, 0])))
    return _SCALE[0] <= scale <= _SCALE[1] and abs(turn) <= _TURN


def _refined(
    source: np.ndarray, target: np.ndarray, guess: np.ndarray, longest: float
) -> np.ndarray | None:
    """Return a guess bent to fit the corners near it; None where too few do."""
    for share in np.geomspace(_ROUGH * 1.5, _FINE * 2, 3):
        off = np.linalg.norm(_moved(guess, source) - target, axis=1)
        near = off < share * longest
        if near.sum() < _FEWEST:
            return None
        fitted, _ = cv2.findHomography(
            source[near], target[near], cv2.USAC_MAGSAC, _FINE * longest, maxIters=1000
        )
        if fitted is None:
            return None
        guess = fitted
    return guess


def _moved(homography: np.ndarray, points: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.perspectiveTransform(points[None].astype(np.float64), homography)[0])

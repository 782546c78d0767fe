"""Whether two photos show the same part of a shelf, and how one lies on the other."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from components.joining.guesses import guesses
from components.joining.rivals import rivals, settled
from components.joining.sight import Sight
from components.joining.witnesses import blocks_agree, products_agree
from components.records.moved_boxes import moved_boxes

_FEWEST_BLOCKS = 9
"""Blocks that both photos must show: less is no overlap."""
_ALIKE = 0.72
"""How alike the blocks of an overlap are at least, on average (normalised correlation)."""
_UNLIKE = 0.6
"""A block less alike than this shows something else."""
_PRODUCTS_WEIGH = 0.25
"""What products that agree are worth, beside pixels that are alike."""
_NOT_SAID = 0.5
"""Share of products that do not agree, where both photos show next to none."""
_FEW = 3
_CLEARER, _CLEARER_SHARE = 0.02, 0.3
"""How much less is wrong with the best guess than with any other place: at least this much, and
this share of what is wrong there."""
_ELSEWHERE = 0.02
"""Guesses further apart than this, as a share of the photo's longer side, are two places."""


@dataclass(frozen=True, eq=False)
class Overlap:
    """How a photo lies on another.

    Attributes:
        homography: float `[3, 3]`, from pixels of the other photo to those of the first.
        wrong: What speaks against it: 0 is nothing.
        clear: Whether no other place fits nearly as well.
    """

    homography: np.ndarray
    wrong: float
    clear: bool


def find_overlap(one: Sight, other: Sight) -> Overlap | None:
    """Return how the other photo lies on the first; None where they share nothing."""
    fits = _fitting(one, other, guesses(one, other))
    if not fits:
        return None
    least, first = min(fits, key=lambda each: each[0])
    others = _fitting(one, other, rivals(one, other, first))
    if any(wrong < least for wrong, _ in others):
        others = _fitting(one, other, (settled(one, other, guess) for _, guess in others))
    fits += others
    least, homography = min(fits, key=lambda each: each[0])
    middle = _middle(homography, other)
    clear = all(
        wrong - least >= max(_CLEARER, _CLEARER_SHARE * wrong)
        for wrong, guess in fits
        if np.linalg.norm(_middle(guess, other) - middle) > _ELSEWHERE * max(one.size)
    )
    return Overlap(homography, least, clear)


def _fitting(
    one: Sight, other: Sight, homographies: Iterable[np.ndarray]
) -> list[tuple[float, np.ndarray]]:
    """Return those that fit, each with what speaks against it."""
    judged = ((_wrong(one, other, each), each) for each in homographies)
    return [(wrong, each) for wrong, each in judged if wrong is not None]


def _wrong(one: Sight, other: Sight, guess: np.ndarray) -> float | None:
    """Return what speaks against a guess; None where the photos share nothing there."""
    alike = blocks_agree(one, other, guess)
    if len(alike) < _FEWEST_BLOCKS or alike.mean() < _ALIKE:
        return None
    same, different = products_agree(one, other, guess)
    seen = same + different
    share = different / seen if seen >= _FEW else _NOT_SAID
    # Where facings repeat, little tells places apart: what is unlike there counts twice.
    return float(1 - alike.mean() + (alike < _UNLIKE).mean()) + _PRODUCTS_WEIGH * share


def _middle(homography: np.ndarray, photo: Sight) -> np.ndarray:
    box = moved_boxes(homography, np.array([[0.0, 0.0, *photo.size]]))[0]
    return np.asarray((box[:2] + box[2:]) / 2)

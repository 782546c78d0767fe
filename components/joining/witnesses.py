"""How far pixels and products bear a guess out, over all that both photos would show.

A guess that is off by a facing lets one row agree with itself; the rows above and below, whose
facings are of other widths, their price tags, what stands at the end of the row, do not.
"""

from __future__ import annotations

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from components.joining.sight import Sight
from components.records.boxes import iou
from components.records.moved_boxes import moved_boxes
from components.records.prediction import SAME_PLACE
from components.records.splits import UNKNOWN_PRODUCT

_BLOCK = 24
"""Side of what is compared at once, pixels of the small picture."""
_REACH = 5
"""How far a block may be off: packs stand at different depths."""
_PLAIN = 7.0
"""Standard deviation of grey values up to which a block shows nothing to compare."""


def blocks_agree(one: Sight, other: Sight, homography: np.ndarray) -> np.ndarray:
    """Return how alike both photos are, block by block where both show something: float `[b]`.

    Args:
        one: A photo.
        other: Another one.
        homography: From pixels of the other to those of the first.
    """
    small = np.diag([one.scale, one.scale, 1]) @ homography @ np.diag([1 / other.scale] * 2 + [1])
    height, width = one.grey.shape
    laid = cv2.warpPerspective(other.grey, small, (width, height))
    inside = cv2.warpPerspective(np.full_like(other.grey, 255), small, (width, height)) == 255
    answer = []
    for y in range(_REACH, height - _BLOCK - _REACH + 1, _BLOCK):
        for x in range(_REACH, width - _BLOCK - _REACH + 1, _BLOCK):
            here = slice(y, y + _BLOCK), slice(x, x + _BLOCK)
            if not inside[here].all():
                continue
            block = laid[here]
            around = one.grey[y - _REACH : y + _BLOCK + _REACH, x - _REACH : x + _BLOCK + _REACH]
            if block.std() <= _PLAIN and around.std() <= _PLAIN:
                continue
            if min(block.std(), around.std()) <= _PLAIN / 2:
                answer.append(0.0)
                continue
            answer.append(float(cv2.matchTemplate(around, block, cv2.TM_CCOEFF_NORMED).max()))
    return np.array(answer)


def products_agree(one: Sight, other: Sight, homography: np.ndarray) -> tuple[int, int]:
    """Return how many products both photos show at one place, and how many at none or as another.

    Only products whose middle both photos show count.
    """
    first = _shown_by(other, np.linalg.inv(homography), one.boxes)
    second = _shown_by(one, homography, other.boxes)
    boxes = moved_boxes(homography, other.boxes[second])
    overlap = iou(one.boxes[first], boxes)
    names = [one.skus[at] for at in np.flatnonzero(first)]
    others = [other.skus[at] for at in np.flatnonzero(second)]
    rows, columns = linear_sum_assignment(-overlap)
    same = other_name = 0
    for row, column in zip(rows, columns, strict=True):
        if overlap[row, column] < SAME_PLACE:
            continue
        pair = names[row], others[column]
        if UNKNOWN_PRODUCT in pair:
            continue
        same += pair[0] == pair[1]
        other_name += pair[0] != pair[1]
    alone = len(names) + len(others) - 2 * (same + other_name)
    return same, other_name + alone


def _shown_by(photo: Sight, homography: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return which boxes, moved by a homography, have their middle in a photo, bool `[n]`."""
    there = moved_boxes(homography, boxes)
    middles = (there[:, :2] + there[:, 2:]) / 2
    return np.asarray(((middles >= 0) & (middles <= np.array(photo.size))).all(axis=1))

"""What changed between two annotations of one photo, box by box."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from components.records.boxes import iou
from components.records.prediction import Box
from components.records.shelf_photo import ShelfObject

SAME_THING = 0.5
"""IoU from which two boxes are of one thing."""

STILL = 0.5
"""Pixels that every side may move by while the box counts as the same."""


@dataclass(frozen=True)
class BoxChange:
    """One box that is not as it was.

    Attributes:
        kind: ``added``, ``removed``, ``renamed`` (another SKU in the same box), or ``moved``.
        sku: The SKU now; of a box that is gone, the one it had.
        was: The SKU before; empty where none was there.
        box: The box now; of a box that is gone, where it was.
    """

    kind: Literal["added", "removed", "renamed", "moved"]
    sku: str
    was: str
    box: Box


def box_changes(before: Sequence[ShelfObject], after: Sequence[ShelfObject]) -> list[BoxChange]:
    """Compare two truths. Boxes that overlap are one thing, those of the same SKU first."""
    left, right = set(range(len(before))), set(range(len(after)))
    changes: list[BoxChange] = []
    for old, new in _pairs(before, after):
        if old not in left or new not in right:
            continue
        left.remove(old)
        right.remove(new)
        was, now = before[old], after[new]
        if was.sku != now.sku:
            changes.append(BoxChange("renamed", now.sku, was.sku, now.box))
        elif max(abs(a - b) for a, b in zip(was.box, now.box, strict=True)) > STILL:
            changes.append(BoxChange("moved", now.sku, was.sku, now.box))
    gone = [BoxChange("removed", before[i].sku, before[i].sku, before[i].box) for i in sorted(left)]
    come = [BoxChange("added", after[i].sku, "", after[i].box) for i in sorted(right)]
    return [*changes, *gone, *come]


def _pairs(before: Sequence[ShelfObject], after: Sequence[ShelfObject]) -> list[tuple[int, int]]:
    """Return positions of pairs that may be one thing, the likeliest first."""
    ours = np.array([thing.box for thing in before], np.float64).reshape(-1, 4)
    theirs = np.array([thing.box for thing in after], np.float64).reshape(-1, 4)
    overlap = iou(ours, theirs)
    pairs = [(int(i), int(j)) for i, j in np.argwhere(overlap >= SAME_THING)]
    return sorted(
        pairs, key=lambda pair: (before[pair[0]].sku != after[pair[1]].sku, -overlap[pair])
    )

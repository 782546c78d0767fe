"""Boxes of one photo that lie on each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.records.boxes import iou
from components.records.shelf_photo import ShelfObject


def boxes_on_each_other(
    objects: Sequence[ShelfObject], least: float
) -> list[tuple[ShelfObject, ShelfObject]]:
    """Return pairs of objects, in order, whose boxes overlap by an IoU of at least `least`.

    Crowds are left out: they may lie on whatever they hold.
    """
    things = [thing for thing in objects if not thing.crowd]
    boxes = np.array([thing.box for thing in things], np.float64).reshape(-1, 4)
    overlap = iou(boxes, boxes)
    first, second = np.nonzero(np.triu(overlap >= least, k=1))
    return [(things[i], things[j]) for i, j in zip(first.tolist(), second.tolist(), strict=True)]

"""Boxes of one photo that lie on each other."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from components.artifacts.data_findings import Shot
from components.data_check.findings import Findings
from components.records.boxes import iou
from components.records.problems import Problem
from components.records.shelf_photo import ShelfObject, ShelfPhoto


def check_boxes(findings: Findings, photo: ShelfPhoto) -> None:
    """Note boxes of one photo that lie on each other."""
    for one, other in boxes_on_each_other(photo.objects, findings.settings.box_overlap):
        shot = Shot(photo.path, photo.source_id, (one.box, other.box))
        if one.sku == other.sku:
            rows = f" ({one.row}, {other.row})" if one.row else ""
            what = f"two boxes of '{one.sku}'{rows} lie on each other at {_place(one)}"
            problem = Problem(str(photo.path), None, what, "remove one of them")
            findings.add("repeated_box", problem, shot)
        else:
            what = f"one thing is boxed as {_named(one)} and as {_named(other)} at {_place(one)}"
            problem = Problem(str(photo.path), None, what, "keep the right one")
            findings.add("contradicting_box", problem, shot)


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


def _named(thing: ShelfObject) -> str:
    return f"'{thing.sku}'" + (f" ({thing.row})" if thing.row else "")


def _place(thing: ShelfObject) -> str:
    left, top, right, bottom = thing.box
    return f"({left:g}, {top:g}) to ({right:g}, {bottom:g})"

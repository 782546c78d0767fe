"""What else may stand on a shelf: other names of facings, and what is too unsure to be shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np

from components.records.boxes import iou
from components.records.prediction import SAME_PLACE, Box, Detection, PredictionRecord
from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.facing import PLANNED_ODDS, Facing

_LEAST = 1 / (1 + PLANNED_ODDS)
"""Probability below which not even what is planned for a place is likely to stand there."""
_ASIDE = 0.4
"""Share of a faint box inside that of a facing up to which it is around something else."""
_ON_BOARD = 0.35
"""How far, in its heights, the foot of a faint box is from those beside it in its row at most."""


Alike = Mapping[str, Collection[str]]
"""By SKU: the products of its group, which nothing tells from it."""


def with_candidates(
    facings: Sequence[Facing], detections: Sequence[Detection], alike: Alike
) -> list[Facing]:
    """Return facings with what else is found around the same thing, or cannot be told from it."""
    boxes = [
        np.array([each.box for each in some], float).reshape(-1, 4)
        for some in (facings, detections)
    ]
    near = iou(*boxes) >= SAME_PLACE
    answer = []
    for facing, around in zip(facings, near, strict=True):
        found: dict[str, float] = {facing.sku: facing.score} if facing.faint else {}
        for at in np.flatnonzero(around):
            one = detections[at]
            for each in (one, one.runner_up):
                if each is not None:
                    found[each.sku] = max(each.score, found.get(each.sku, 0.0))
            for sku in alike.get(one.sku, ()):
                found[sku] = max(one.group_score or one.score, found.get(sku, 0.0))
        if not facing.faint:
            found.pop(facing.sku, None)
        answer.append(replace(facing, candidates=tuple(found.items())))
    return answer


def faint_facings(
    record: PredictionRecord, rows: Sequence[Sequence[Facing]], alike: Alike
) -> tuple[tuple[Facing, ...], ...]:
    """Return by row what may stand there and is not shown: nothing is shown around it."""
    taken = [facing.box for row in rows for facing in row]
    found: list[Facing] = []
    for number, each in enumerate(record.detections, start=1):
        if each.shown is not False or each.score < _LEAST or each.sku == UNKNOWN_PRODUCT:
            continue
        row = _row_at(each.box, rows)
        if row is None or _covered(each.box, taken):
            continue
        taken.append(each.box)
        found.append(
            Facing(
                photo=record.photo,
                row=row + 1,
                place=0,
                sku=each.sku,
                name=each.name,
                box=each.box,
                packs=1,
                raised=False,
                score=each.score,
                numbers=(number,),
                faint=True,
            )
        )
    known = with_candidates(found, record.detections, alike)
    return tuple(
        tuple(each for each in known if each.row == row) for row in range(1, len(rows) + 1)
    )


def _row_at(box: Box, rows: Sequence[Sequence[Facing]]) -> int | None:
    """Return the row whose facings beside a box stand as high as it does; None for none."""
    middle, height = (box[0] + box[2]) / 2, box[3] - box[1]
    best: tuple[float, int] | None = None
    for number, row in enumerate(rows):
        standing = [facing for facing in row if not facing.raised]
        if not standing:
            continue
        beside = min(standing, key=lambda facing: abs(facing.middle - middle))
        off = abs(beside.box[3] - box[3]) / height
        if off <= _ON_BOARD and (best is None or off < best[0]):
            best = off, number
    return None if best is None else best[1]


def _covered(box: Box, others: Sequence[Box]) -> bool:
    """Return whether a good part of a box, or of one of the others, is inside the other."""
    there = np.array(others, float).reshape(-1, 4)
    low, high = np.maximum(there[:, :2], box[:2]), np.minimum(there[:, 2:], box[2:])
    shared = np.clip(high - low, 0, None).prod(axis=1)
    areas = (there[:, 2:] - there[:, :2]).prod(axis=1)
    own = (box[2] - box[0]) * (box[3] - box[1])
    return bool((shared > _ASIDE * np.minimum(areas, own)).any())

"""Facings of a photo: what a customer sees side by side, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType

import numpy as np

from components.records.prediction import Detection, PredictionRecord
from components.shelf.bays import in_bays
from components.shelf.facing import Facing, Shelf
from components.shelf.faint import Alike, faint_facings, with_candidates
from components.shelf.rows import find_rows, stands_on

_HIDDEN = 0.7
"""Share of a box inside that of one in front, from which on it stands behind and is no facing."""


def shelf_of(record: PredictionRecord, alike: Alike = MappingProxyType({})) -> Shelf:
    """Return the rows and facings of what is shown on a photo.

    Args:
        record: What was found.
        alike: By SKU: the products of its group, which nothing tells from it.
    """
    shown = [
        (number, each)
        for number, each in enumerate(record.detections, start=1)
        if each.shown is not False
    ]
    boxes = np.array([each.box for _, each in shown], float).reshape(-1, 4)
    front = ~stand_behind(boxes)
    shown = [each for each, seen in zip(shown, front, strict=True) if seen]
    boxes = boxes[front]
    rows = find_rows(boxes, (max(record.width, 1), max(record.height, 1)))
    below = stands_on(boxes)
    bays = in_bays(boxes, rows)
    found = []
    for number, row in enumerate((row for bay in bays for row in bay), start=1):
        members = np.flatnonzero(rows == row)
        found.append(_row(record.photo, number, shown, boxes, members, below))
    known = iter(with_candidates([each for row in found for each in row], record.detections, alike))
    named = tuple(tuple(next(known) for _ in row) for row in found)
    faint = faint_facings(record, named, alike)
    in_bay = tuple(map(len, bays))
    return Shelf(record.photo, record.width, record.height, named, faint, in_bay)


def _row(
    photo: str,
    row: int,
    shown: Sequence[tuple[int, Detection]],
    boxes: np.ndarray,
    members: np.ndarray,
    below: np.ndarray,
) -> tuple[Facing, ...]:
    """Return the facings of a row from the left, packs upon others after those."""
    inside = set(members.tolist())

    def footing(at: int) -> list[int]:
        """Return a pack and those that it stands on, the lowest first."""
        pile = [at]
        while (lower := int(below[pile[0]])) in inside and lower not in pile:
            pile.insert(0, lower)
        return pile

    piles: dict[int, list[int]] = {}  # of the lowest pack of a facing, its packs upwards
    keys: dict[int, tuple[float, int]] = {}
    for at in sorted(inside, key=lambda at: len(footing(at))):
        pile = footing(at)
        under = pile[-2] if len(pile) > 1 else None
        owner = next((low for low, packs in piles.items() if under in packs), None)
        if owner is not None and shown[at][1].sku == shown[owner][1].sku:
            piles[owner].append(at)
            continue
        piles[at] = [at]
        lowest = boxes[pile[0]]
        keys[at] = (float(lowest[0] + lowest[2]) / 2, len(pile))
    facings = []
    for place, low in enumerate(sorted(piles, key=lambda low: keys[low]), start=1):
        packs = piles[low]
        hull = (*boxes[packs, :2].min(axis=0).tolist(), *boxes[packs, 2:].max(axis=0).tolist())
        detections = [shown[pack][1] for pack in packs]
        surest = max(detections, key=lambda each: each.score)
        facings.append(
            Facing(
                photo=photo,
                row=row,
                place=place,
                sku=surest.sku,
                name=surest.name,
                box=hull,
                packs=len(packs),
                raised=keys[low][1] > 1,
                score=surest.score,
                numbers=tuple(shown[pack][0] for pack in packs),
            )
        )
    return tuple(facings)


def stand_behind(boxes: np.ndarray) -> np.ndarray:
    """Return which boxes stand behind others: mostly inside one whose foot is further down."""
    if not len(boxes):
        return np.zeros(0, bool)
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    shared = np.clip(high - low, 0, None).prod(axis=2)
    area = np.maximum((boxes[:, 2:] - boxes[:, :2]).prod(axis=1), 1e-9)
    lower = boxes[None, :, 3] > boxes[:, None, 3]
    np.fill_diagonal(lower, False)
    return np.asarray((lower & (shared >= _HIDDEN * area[:, None])).any(axis=1))

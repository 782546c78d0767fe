"""Facings of a photo: what a customer sees side by side, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from components.records.prediction import Box, Detection, PredictionRecord, same_place
from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.rows import find_rows, stands_on

_HIDDEN = 0.7
"""Share of a box inside that of one in front, from which on it stands behind and is no facing."""
_PLANNED_ODDS = 9.0
"""How much likelier what is planned for a place is to stand there than all else together."""
_ASIDE = 0.4
"""Share of a faint box inside that of a facing up to which it is around something else."""
_ON_BOARD = 0.35
"""How far, in its heights, the foot of a faint box is from those beside it in its row at most."""


@dataclass(frozen=True)
class Facing:
    """One product where a customer takes it: a pack, or packs of it one upon the other.

    Attributes:
        photo: The path as the user gave it.
        row: From the top, from 1.
        place: In the row, from the left, from 1; a pack on another product comes after that.
        sku: The product, or `unknown_product`.
        name: What people call it; empty where nobody looked it up.
        box: Around all its packs, pixels of the photo.
        packs: One upon the other.
        raised: Whether it stands on another product.
        score: Probability that this is that SKU, of the surest pack.
        numbers: Of its detections in the photo, from 1, lowest pack first.
        candidates: What else it may be, each SKU with its probability.
        faint: Whether it is too unsure to be shown: it counts where something like it is planned.
    """

    photo: str
    row: int
    place: int
    sku: str
    name: str
    box: Box
    packs: int
    raised: bool
    score: float
    numbers: tuple[int, ...]
    candidates: tuple[tuple[str, float], ...] = ()
    faint: bool = False

    @property
    def unknown(self) -> bool:
        """Whether it is a product that the recogniser cannot name."""
        return self.sku == UNKNOWN_PRODUCT

    def may_be(self, sku: str) -> bool:
        """Return whether it is likely to be a product, given that this is planned for its place."""
        if sku == self.sku and not self.faint:
            return True
        score = dict(self.candidates).get(sku, 0.0)
        against = 1 - score if self.faint or self.unknown else self.score
        return score > 0 and _PLANNED_ODDS * score >= against

    @property
    def width(self) -> float:
        """Pixels of the photo."""
        return self.box[2] - self.box[0]

    @property
    def middle(self) -> float:
        """Its x, pixels of the photo."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True)
class Shelf:
    """One photo as rows of facings.

    Attributes:
        photo: The path as the user gave it.
        width: Of the photo, pixels.
        height: Of the photo, pixels.
        rows: From the top, each from the left.
        faint: By row, what may stand there and is not shown.
    """

    photo: str
    width: int
    height: int
    rows: tuple[tuple[Facing, ...], ...]
    faint: tuple[tuple[Facing, ...], ...] = ()

    def with_faint(self) -> Shelf:
        """Return the shelf with faint facings in its rows, from the left."""
        rows = tuple(
            tuple(sorted((*row, *faint), key=lambda each: each.middle)) if faint else row
            for row, faint in zip(self.rows, self.faint, strict=True)
        )
        return Shelf(self.photo, self.width, self.height, rows, tuple(() for _ in rows))

    @property
    def facings(self) -> tuple[Facing, ...]:
        """All of them, row by row."""
        return tuple(facing for row in self.rows for facing in row)


def shelf_of(record: PredictionRecord) -> Shelf:
    """Return the rows and facings of what is shown on a photo."""
    shown = [
        (number, each)
        for number, each in enumerate(record.detections, start=1)
        if each.shown is not False
    ]
    boxes = np.array([each.box for _, each in shown], float).reshape(-1, 4)
    front = ~_hidden(boxes)
    shown = [each for each, seen in zip(shown, front, strict=True) if seen]
    boxes = boxes[front]
    rows = find_rows(boxes, (max(record.width, 1), max(record.height, 1)))
    below = stands_on(boxes)
    found = []
    for number, row in enumerate(np.unique(rows), start=1):
        members = np.flatnonzero(rows == row)
        found.append(_row(record.photo, number, shown, boxes, members, below))
    found = [tuple(map(partial(_with_candidates, detections=record.detections), r)) for r in found]
    faint = _faint(record, found)
    return Shelf(record.photo, record.width, record.height, tuple(found), faint)


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


def _with_candidates(facing: Facing, detections: Sequence[Detection]) -> Facing:
    """Return a facing with what else is found around the same thing."""
    found: dict[str, float] = {}
    for each in detections:
        if same_place(each.box, facing.box):
            found[each.sku] = max(each.score, found.get(each.sku, 0.0))
            if each.runner_up is not None:
                rival = each.runner_up
                found[rival.sku] = max(rival.score, found.get(rival.sku, 0.0))
    found.pop(facing.sku, None)
    return replace(facing, candidates=tuple(found.items()))


def _faint(
    record: PredictionRecord, rows: Sequence[Sequence[Facing]]
) -> tuple[tuple[Facing, ...], ...]:
    """Return by row what may stand there and is not shown: nothing is shown around it."""
    least = 1 / (1 + _PLANNED_ODDS)
    taken = [facing.box for row in rows for facing in row]
    found: list[list[Facing]] = [[] for _ in rows]
    for number, each in enumerate(record.detections, start=1):
        if each.shown is not False or each.score < least or each.sku == UNKNOWN_PRODUCT:
            continue
        if any(_inside(each.box, box) > _ASIDE for box in taken):
            continue
        row = _row_at(each.box, rows)
        if row is None:
            continue
        taken.append(each.box)
        facing = Facing(
            record.photo, row + 1, 0, each.sku, each.name, each.box, 1, False, each.score,
            (number,), faint=True,
        )  # fmt: skip
        known = _with_candidates(facing, record.detections).candidates
        found[row].append(replace(facing, candidates=((each.sku, each.score), *known)))
    return tuple(map(tuple, found))


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


def _inside(box: Box, other: Box) -> float:
    """Return the share of the smaller of two boxes that is inside the other."""
    width = min(box[2], other[2]) - max(box[0], other[0])
    height = min(box[3], other[3]) - max(box[1], other[1])
    if width <= 0 or height <= 0:
        return 0.0
    areas = [(each[2] - each[0]) * (each[3] - each[1]) for each in (box, other)]
    return width * height / min(areas)


def _hidden(boxes: np.ndarray) -> np.ndarray:
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

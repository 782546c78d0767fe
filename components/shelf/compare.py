"""What a planogram asks for, and what photos show of it."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from components.planograms.planogram import PlannedItem, Planogram
from components.records.prediction import Box
from components.shelf.alignment import RowPair, align
from components.shelf.facing import Facing, Shelf
from components.shelf.placing import Places
from components.shelf.planned_rows import Rows, stretches
from components.shelf.row_matching import match_rows

Status = Literal["ok", "missing", "low", "misplaced", "not_shown"]
Oddity = Literal["misplaced", "extra", "unknown"]

_BEST_FIRST: tuple[Status, ...] = ("ok", "low", "misplaced", "missing", "not_shown")
_TRIED = 6
"""Bays, or bays side by side, that a photo is laid beside to see which it fits."""
_UNSEEN = 1000
"""So many planned facings that are not seen weigh as much as one that is, where bays are chosen."""
_ANOTHER_ROW = 10.0
"""What a row counts, in widths of the photo, where a misplaced facing is joined with its place."""
_IMPOSSIBLE = 1e6


@dataclass(frozen=True)
class ItemAnswer:
    """What photos say of one item of a planogram.

    Attributes:
        item: What is asked for.
        status: `ok`: all its facings are in their place; `low`: some are; `misplaced`: none is, and
            the product stands elsewhere; `missing`: it stands nowhere; `not_shown`: the photos do
            not show its place.
        asked: Facings whose places are shown.
        in_place: Facings of it there.
        elsewhere: Facings of it that stand where others should.
        instead: What stands in its places.
        photo: That shows its place; empty where none does.
        box: Its place on that photo, pixels, as far as it can be told.
    """

    item: PlannedItem
    status: Status
    asked: int = 0
    in_place: int = 0
    elsewhere: tuple[Facing, ...] = ()
    instead: tuple[Facing, ...] = ()
    photo: str = ""
    box: Box | None = None


@dataclass(frozen=True)
class OddFacing:
    """A facing that no place of a planogram asks for.

    Attributes:
        facing: What stands there.
        kind: `misplaced`: it belongs elsewhere in the planogram; `extra`: it belongs nowhere, or
            stands beside as many of its kind as are asked for; `unknown`: nobody knows its name.
        item: Where it belongs, if anywhere.
        joined: Whether it is what that item lacks.
    """

    facing: Facing
    kind: Oddity
    item: PlannedItem | None = None
    joined: bool = False


@dataclass(frozen=True)
class PlanogramAnswer:
    """What photos say of a planogram.

    Attributes:
        items: All items of the planogram, in its order.
        odd: Facings that it does not ask for.
    """

    items: tuple[ItemAnswer, ...]
    odd: tuple[OddFacing, ...]

    @property
    def compliance(self) -> float | None:
        """Facings in their places, as a share of those whose places are shown; None for none."""
        asked = sum(each.asked for each in self.items)
        return sum(each.in_place for each in self.items) / asked if asked else None


def compare(planogram: Planogram, shelves: Sequence[Shelf]) -> PlanogramAnswer:
    """Lay photos beside a planogram.

    Each photo is laid beside the bays that it fits best. Of an item that several photos show, the
    best answer counts.
    """
    best = {item: ItemAnswer(item, "not_shown") for item in planogram.items}
    odd: list[OddFacing] = []
    bays = list(stretches(planogram))
    for shelf in (bay for photo in shelves for bay in photo.bays()):
        likely = heapq.nlargest(_TRIED, bays, key=partial(_in_common, shelf))
        answers, strange = max((_laid_beside(rows, shelf) for rows in likely), key=_fit)
        odd += strange
        for answer in answers:
            if _rank(answer) < _rank(best[answer.item]):
                best[answer.item] = answer
    return PlanogramAnswer(tuple(best.values()), tuple(odd))


def _in_common(shelf: Shelf, rows: Rows) -> float:
    """Return how many facings of a photo are of products of some bays, fewer bays being better."""
    planned = Counter(facing.item.sku for row in rows for facing in row)
    seen = Counter(facing.sku for facing in shelf.facings)
    return (planned & seen).total() - planned.total() / _UNSEEN


def _rank(answer: ItemAnswer) -> tuple[int, int]:
    return _BEST_FIRST.index(answer.status), -answer.in_place


def _fit(laid: tuple[Sequence[ItemAnswer], Sequence[OddFacing]]) -> float:
    """Return how well a photo fits: what is in its place, less what is not."""
    answers, odd = laid
    lacking = sum(each.asked - each.in_place for each in answers)
    return sum(each.in_place for each in answers) - 0.5 * lacking - 0.5 * len(odd)


def _laid_beside(planned: Rows, shelf: Shelf) -> tuple[list[ItemAnswer], list[OddFacing]]:
    wanted = [[facing.item.sku for facing in row] for row in planned]
    matched = dict(match_rows(wanted, [[facing.sku for facing in row] for row in shelf.rows]))
    shelf = shelf.with_faint()
    pairs = {row: align(wanted[row], shelf.rows[seen]) for row, seen in matched.items()}
    # What fits in order says where places are, and places then say which of several alike it is.
    places = Places(shelf, planned, matched, pairs)
    pairs = {
        row: align(wanted[row], shelf.rows[seen], places.distances(row))
        for row, seen in matched.items()
    }
    places = Places(shelf, planned, matched, pairs)
    found = {facing.item: ItemAnswer(facing.item, "not_shown") for row in planned for facing in row}
    for row, facings in enumerate(planned):
        for number, facing in enumerate(facings):
            pair = next((each for each in pairs.get(row, ()) if each.planned == number), None)
            seen = None
            if pair is not None and pair.seen is not None:
                seen = shelf.rows[matched[row]][pair.seen]
            elif not (places.shows(row, number, pairs[row]) if pair else places.shows_row(row)):
                continue
            answer = found[facing.item]
            right = seen is not None and seen.may_be(facing.item.sku)
            box = places.box(row, number, seen, pairs.get(row, ()))
            found[facing.item] = replace(
                answer,
                asked=answer.asked + 1,
                in_place=answer.in_place + right,
                instead=answer.instead if right or seen is None else (*answer.instead, seen),
                photo=shelf.photo,
                box=_around(answer.box, box),
            )
    odd = _odd(planned, shelf, matched, pairs)
    elsewhere = _join(found, [each for each in odd if each.kind == "misplaced"], shelf)
    odd = [
        replace(each, item=elsewhere[each.facing], joined=True)
        if each.facing in elsewhere
        else each
        for each in odd
    ]
    answers = []
    for item, answer in found.items():
        strayed = tuple(facing for facing, home in elsewhere.items() if home == item)
        answers.append(replace(answer, elsewhere=strayed, status=_status(answer, strayed)))
    return answers, odd


def _status(answer: ItemAnswer, elsewhere: Sequence[Facing]) -> Status:
    if not answer.asked:
        return "not_shown"
    if answer.in_place >= answer.asked:
        return "ok"
    if answer.in_place:
        return "low"
    return "misplaced" if elsewhere else "missing"


def _odd(
    planned: Rows, shelf: Shelf, matched: Mapping[int, int], pairs: Mapping[int, Sequence[RowPair]]
) -> list[OddFacing]:
    """Return the facings that are in no place of their own, row by row from the left."""
    homes: dict[str, PlannedItem] = {}
    for each in (facing for facings in planned for facing in facings):
        homes.setdefault(each.item.sku, each.item)
    planned_row = {seen: row for row, seen in matched.items()}
    odd = []
    for number, row in enumerate(shelf.rows):
        asked = planned_row.get(number)
        at: dict[int, int] = {}
        if asked is not None:
            at = {
                pair.seen: pair.planned
                for pair in pairs[asked]
                if pair.seen is not None and pair.planned is not None
            }
        own = {
            place
            for place, home in at.items()
            if asked is not None and row[place].may_be(planned[asked][home].item.sku)
        }
        for place, facing in enumerate(row):
            if place in own or facing.faint:
                continue
            home = homes.get(facing.sku)
            if facing.unknown:
                odd.append(OddFacing(facing, "unknown"))
            elif home is None or (place not in at and _beside_its_kind(row, place, own)):
                odd.append(OddFacing(facing, "extra", home))
            else:
                odd.append(OddFacing(facing, "misplaced", home))
    return odd


def _beside_its_kind(row: Sequence[Facing], place: int, own: set[int]) -> bool:
    """Return whether facings of its kind, one of them in its place, lead to a facing."""
    for step in (-1, 1):
        at = place + step
        while 0 <= at < len(row) and row[at].sku == row[place].sku:
            if at in own:
                return True
            at += step
    return False


def _join(
    found: Mapping[PlannedItem, ItemAnswer], strayed: Sequence[OddFacing], shelf: Shelf
) -> dict[Facing, PlannedItem]:
    """Join misplaced facings with items that lack them, the nearest first; each with one place."""
    lacking = [answer for answer in found.values() for _ in range(answer.asked - answer.in_place)]
    if not lacking or not strayed:
        return {}
    costs = np.full((len(strayed), len(lacking)), _IMPOSSIBLE)
    for at, odd in enumerate(strayed):
        for to, answer in enumerate(lacking):
            if answer.item.sku == odd.facing.sku:
                costs[at, to] = _ANOTHER_ROW * abs(answer.item.row - odd.facing.row)
                if answer.box is not None:
                    middle = (answer.box[0] + answer.box[2]) / 2
                    costs[at, to] += abs(middle - odd.facing.middle) / max(shelf.width, 1)
    rows, columns = linear_sum_assignment(costs)
    return {
        strayed[at].facing: lacking[to].item
        for at, to in zip(rows, columns, strict=True)
        if costs[at, to] < _IMPOSSIBLE
    }


def _around(one: Box | None, other: Box | None) -> Box | None:
    if one is None or other is None:
        return one or other
    return (
        min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])
    )  # fmt: skip

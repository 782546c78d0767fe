"""Two visits to a bay compared: what went, what came, and what there is more or fewer of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from components.records.prediction import Box
from components.shelf.change_weights import KNOWN, SEEN
from components.shelf.laid_upon import LaidUpon, laid_upon
from components.shelf.logistic import probability
from components.shelf.places import ChangedPlace, Visit, places_of

ChangeKind = Literal["went", "fewer", "more", "came"]

_LIKELY = 0.5
"""Chance of being noise from which on a change is not told."""


@dataclass(frozen=True)
class VisitChange:
    """A product of which another number of facings stands there than before.

    Attributes:
        kind: `went`: none is left; `fewer`; `more`; `came`: there was none.
        sku: The product.
        before: Facings that the earlier visit shows, where both look.
        after: Facings that this visit shows, where both look.
        noise: Probability that no facing went (or came) in truth.
        photo: The photo or bay of this visit that shows the place.
        box: Around where facings went or came, pixels of it.
    """

    kind: ChangeKind
    sku: str
    before: int
    after: int
    noise: float
    photo: str
    box: Box


@dataclass(frozen=True)
class VisitComparison:
    """What is told of two visits.

    Attributes:
        changes: Those that are likelier true than noise, the surest first.
        alone: Photos or bays of this visit that nothing of the earlier one lies upon.
    """

    changes: tuple[VisitChange, ...]
    alone: tuple[str, ...]


def compare_visits(before: Sequence[Visit], after: Sequence[Visit]) -> VisitComparison:
    """Compare two visits.

    Each photo of this visit is compared with the one of the earlier visit that has most in common
    with it, and only where both look.
    """
    changes: list[VisitChange] = []
    alone = []
    for visit in after:
        tried = [(earlier, laid_upon(earlier.shelf, visit.shelf)) for earlier in before]
        laid = [(earlier, each) for earlier, each in tried if each is not None]
        if not laid:
            alone.append(visit.shelf.photo)
            continue
        earlier, best = max(laid, key=lambda pair: len(pair[1].same))
        changes += _changes(earlier, visit, best)
    return VisitComparison(tuple(sorted(changes, key=lambda each: each.noise)), tuple(alone))


def changed_places(
    before: Visit, after: Visit, laid: LaidUpon
) -> tuple[list[ChangedPlace], list[ChangedPlace]]:
    """Return the places of facings that only the earlier photo shows, and of those only the later.

    The box of the former is on the later photo, that of the latter on the earlier.
    """
    back = [(to, at) for at, to in laid.same]
    return (
        list(places_of(before, after, laid.warp, laid.same)),
        list(places_of(after, before, np.linalg.inv(laid.warp), back)),
    )


def place_looks(place: ChangedPlace, gone: bool) -> np.ndarray:
    """Return all numbers of a place, for weights `SEEN` or, without pixels, `KNOWN`."""
    seen = () if place.seen is None else place.seen
    looks = np.array([*place.known, *seen])
    products = [place.known[0] * place.known[1], float(gone)]
    return np.array([*looks, *looks**2, *products])


def chance_of(place: ChangedPlace, gone: bool) -> float:
    """Return the probability that what one photo shows and the other does not is a change."""
    weights = KNOWN if place.seen is None else SEEN
    return float(probability(place_looks(place, gone), weights))


def _changes(before: Visit, after: Visit, laid: LaidUpon) -> list[VisitChange]:
    went, came = changed_places(before, after, laid)
    chances: dict[str, list[tuple[int, float, Box]]] = {}
    for place in went:
        told = (-1, chance_of(place, True), place.box)
        chances.setdefault(place.facing.sku, []).append(told)
    for place in came:
        told = (1, chance_of(place, False), place.facing.box)
        chances.setdefault(place.facing.sku, []).append(told)
    stays: dict[str, int] = {}
    for at, _ in laid.same:
        sku = before.shelf.facings[at].sku
        stays[sku] = stays.get(sku, 0) + 1
    changes = []
    for sku, each in chances.items():
        net = sum(step for step, _, _ in each)
        if net == 0:
            continue
        way = 1 if net > 0 else -1
        noise = noise_of([told[:2] for told in each], way)
        if before.pixels is None or after.pixels is None:
            # What hides one facing hides those beside it: unseen, they are no further witnesses.
            noise = max(noise, 1 - max(chance for step, chance, _ in each if step == way))
        if noise >= _LIKELY:
            continue
        fewer = sum(step < 0 for step, _, _ in each)
        counts = stays.get(sku, 0) + fewer, stays.get(sku, 0) + len(each) - fewer
        box = _hull(box for step, _, box in each if step * net > 0)
        kind = _kind(*counts)
        changes.append(VisitChange(kind, sku, *counts, noise, after.shelf.photo, box))
    return changes


def noise_of(steps: Iterable[tuple[int, float]], way: int) -> float:
    """Return how likely the sum of steps that may be true goes not that way.

    Args:
        steps: Each -1 or 1, with the probability that it is true.
        way: -1 or 1.
    """
    sums = {0: 1.0}
    for step, chance in steps:
        further: dict[int, float] = {}
        for total, odds in sums.items():
            further[total] = further.get(total, 0.0) + odds * (1 - chance)
            further[total + step] = further.get(total + step, 0.0) + odds * chance
        sums = further
    return sum(odds for total, odds in sums.items() if total * way <= 0)


def _kind(before: int, after: int) -> ChangeKind:
    if after > before:
        return "more" if before else "came"
    return "fewer" if after else "went"


def _hull(boxes: Iterable[Box]) -> Box:
    sides = list(zip(*boxes, strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])

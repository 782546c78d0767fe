"""What to do first: one line for each thing that is not as it should be."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from components.records.prediction import Box
from components.shelf.compare import ItemAnswer, OddFacing, PlanogramAnswer
from components.shelf.expected import ExpectedAnswer
from components.shelf.facing import Facing
from components.shelf.gaps import Gap

Kind = Literal["missing", "low", "gap", "misplaced", "extra", "unknown"]
KINDS: tuple[Kind, ...] = ("missing", "low", "gap", "misplaced", "extra", "unknown")
"""What may be wrong, the gravest first."""

Names = Mapping[str, str]


@dataclass(frozen=True)
class Task:
    """One thing to do.

    Attributes:
        kind: What is wrong.
        sku: The product.
        facings: Of it, that are to be put, moved or taken away.
        value: Price of those, where the catalogue has prices; else 0.
        what: What to do, in a sentence.
        photo: Where it is seen; empty where no photo shows it.
        box: Where on the photo, pixels.
    """

    kind: Kind
    sku: str
    facings: int
    value: float
    what: str
    photo: str = ""
    box: Box | None = None


def to_do(
    comparison: PlanogramAnswer | None,
    expected: Sequence[ExpectedAnswer],
    gaps: Sequence[Gap],
    names: Names,
    prices: Mapping[str, float],
) -> tuple[Task, ...]:
    """Return what to do: what is missing first, of a kind by value, then by facings.

    Args:
        comparison: With a planogram, if there is one.
        expected: Products that must be there.
        gaps: Of all photos; those where the planogram asks for something are told by that.
        names: Of products, by SKU.
        prices: By SKU, as far as they are known.
    """
    tasks = [*_of_expected(expected, names, prices)]
    tasks += [_of_gap(gap, names, prices) for gap in gaps if not gap.planned]
    if comparison is not None:
        for answer in comparison.items:
            tasks += _of_item(answer, names, prices)
        tasks += [_of_odd(odd, names, prices) for odd in comparison.odd if not _is_told(odd)]
    return tuple(
        sorted(tasks, key=lambda task: (KINDS.index(task.kind), -task.value, -task.facings))
    )


def _is_told(odd: OddFacing) -> bool:
    """Return whether the item that lacks a facing says already that it is to be moved."""
    return odd.kind == "misplaced" and odd.joined


def _of_expected(
    expected: Sequence[ExpectedAnswer], names: Names, prices: Mapping[str, float]
) -> Iterator[Task]:
    for answer in expected:
        lacking = answer.asked - answer.seen
        if answer.status == "ok":
            continue
        what = f"put {lacking} × {_named(answer.sku, names)} on the shelf"
        value = lacking * prices.get(answer.sku, 0.0)
        yield Task(answer.status, answer.sku, lacking, value, what)


def _of_item(answer: ItemAnswer, names: Names, prices: Mapping[str, float]) -> Iterator[Task]:
    item = answer.item
    name, place = _named(item.sku, names, item.name), _place(answer)
    price = prices.get(item.sku, 0.0)
    for _, strayed in itertools.groupby(answer.elsewhere, key=lambda each: (each.photo, each.row)):
        facings = list(strayed)
        many = f"{len(facings)} × " if len(facings) > 1 else ""
        what = f"move {many}{name} from {_spot(facings)} to {place}"
        box = _hull(facings)
        value = len(facings) * price
        yield Task("misplaced", item.sku, len(facings), value, what, facings[0].photo, box)
    lacking = answer.asked - answer.in_place - len(answer.elsewhere)
    if lacking <= 0 or answer.status not in ("missing", "low", "misplaced"):
        return
    kind: Kind = "low" if answer.in_place else "missing"
    what = f"put {lacking} × {name} at {place}"
    if answer.instead:
        there = dict.fromkeys(_facing(each, names) for each in answer.instead)
        what += f", where {' and '.join(there)} stands"
    yield Task(kind, item.sku, lacking, lacking * price, what, answer.photo, answer.box)


def _of_gap(gap: Gap, names: Names, prices: Mapping[str, float]) -> Task:
    where = " and ".join(
        f"{side} place {each.place}"
        for side, each in (("after", gap.left), ("before", gap.right))
        if each is not None
    )
    what = f"fill the gap in row {gap.row}, {where} of the picture"
    sku = gap.expected[0][0] if gap.expected else ""
    if gap.expected:
        may_be = " or ".join(_named(each, names) for each, _ in gap.expected)
        what += f": {may_be} may belong there"
    value = gap.facings * prices.get(sku, 0.0)
    return Task("gap", sku, gap.facings, value, what, gap.photo, gap.box)


def _of_odd(odd: OddFacing, names: Names, prices: Mapping[str, float]) -> Task:
    facing = odd.facing
    name, place = _facing(facing, names), _spot([facing])
    if odd.kind == "unknown":
        what = f"see what stands in {place}: nothing like it is in the catalogue"
    elif odd.kind == "misplaced":
        what = f"take {name} away from {place}: it belongs elsewhere, where enough of it stands"
    elif odd.item is not None:
        what = f"take {name} away from {place}: it is one more than planned"
    else:
        what = f"take {name} away from {place}: it is not in the planogram"
    value = prices.get(facing.sku, 0.0)
    return Task(odd.kind, facing.sku, 1, value, what, facing.photo, facing.box)


def _spot(facings: Sequence[Facing]) -> str:
    """Return where facings of one row are, in words."""
    numbers = [str(facing.place) for facing in facings]
    *most, last = numbers
    places = f"places {', '.join(most)} and {last}" if most else f"place {last}"
    return f"row {facings[0].row}, {places} of the picture"


def _hull(facings: Sequence[Facing]) -> Box:
    sides = list(zip(*(facing.box for facing in facings), strict=True))
    return min(sides[0]), min(sides[1]), max(sides[2]), max(sides[3])


def _place(answer: ItemAnswer) -> str:
    item = answer.item
    bay = f"bay {item.bay}, " if item.bay else ""
    return f"{bay}row {item.row}, position {item.position}"


def _facing(facing: Facing, names: Names) -> str:
    if facing.unknown:
        return "an unknown product"
    return _named(facing.sku, names, facing.name)


def _named(sku: str, names: Names, name: str = "") -> str:
    name = names.get(sku) or name
    return f"{name} ({sku})" if name and name != sku else sku

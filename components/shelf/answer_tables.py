"""Answers as tables: names of columns, and rows."""

from __future__ import annotations

from collections.abc import Sequence

from components.records.prediction import Box
from components.shelf.answers import Answers
from components.shelf.facing import Facing

Cell = str | int | float
Table = tuple[Sequence[str], list[list[Cell]]]

_BOX = ("xmin", "ymin", "xmax", "ymax")
_SHARE_DIGITS = 4
_PRICE_DIGITS = 2
_BOX_DIGITS = 1
_COUNT_DIGITS = 2


def tables(answers: Answers) -> dict[str, Table]:
    """Return the tables by their names; those that nobody asked for are left out."""
    found = {"to_do": _to_do(answers)}
    if answers.comparison is not None:
        found["items"] = _items(answers)
    if answers.expected:
        found["expected"] = _expected(answers)
    found |= {"facings": _facings(answers), "gaps": _gaps(answers)}
    found |= {"share": _share(answers), "counts": _counts(answers)}
    return found if answers.since is None else {**found, "changes": _changes(answers)}


def _to_do(answers: Answers) -> Table:
    header = ("rank", "kind", "sku", "name", "facings", "value", "what", "photo", *_BOX)
    rows: list[list[Cell]] = []
    for rank, task in enumerate(answers.tasks, start=1):
        value = round(task.value, _PRICE_DIGITS)
        product = task.sku, answers.names.get(task.sku, ""), task.facings
        photo, box, _ = answers.on_photo(task.photo, task.box)
        rows.append([rank, task.kind, *product, value, task.what, photo, *_sides(box)])
    return header, rows


def _items(answers: Answers) -> Table:
    header = ("bay", "row", "position", "sku", "name", "facings", "status", "asked", "in_place")
    rows: list[list[Cell]] = []
    for answer in answers.comparison.items if answers.comparison else ():
        item = answer.item
        row: list[Cell] = [item.bay, item.row, item.position, item.sku]
        row += [answers.names.get(item.sku, ""), item.facings, answer.status]
        row += [answer.asked, answer.in_place, _named(answer.elsewhere), _named(answer.instead)]
        photo, box, _ = answers.on_photo(answer.photo, answer.box)
        rows.append([*row, photo, *_sides(box)])
    return (*header, "elsewhere", "instead", "photo", *_BOX), rows


def _expected(answers: Answers) -> Table:
    header = ("sku", "name", "status", "asked", "seen")
    return header, [
        [each.sku, answers.names.get(each.sku, ""), each.status, each.asked, each.seen]
        for each in answers.expected
    ]


def _facings(answers: Answers) -> Table:
    header = ("shelf", "row", "place", "sku", "name", "packs", "score", "photo", *_BOX)
    rows: list[list[Cell]] = []
    for each in (facing for shelf in answers.shelves for facing in shelf.facings):
        photo, box, numbers = answers.on_photo(each.photo, each.box, each.numbers)
        name = answers.names.get(each.sku, "")
        row: list[Cell] = [each.photo, each.row, each.place, each.sku, name, each.packs]
        rows.append([*row, each.score, photo, *_sides(box), " ".join(map(str, numbers))])
    return (*header, "detections"), rows


def _gaps(answers: Answers) -> Table:
    header = ("shelf", "row", "left", "right", "chance", "facings", "expected", "photo", *_BOX)
    rows: list[list[Cell]] = []
    for gap in answers.gaps:
        photo, box, _ = answers.on_photo(gap.photo, gap.box)
        sides = ["" if each is None else each.sku for each in (gap.left, gap.right)]
        expected = "; ".join(f"{sku} {chance:.2f}" for sku, chance in gap.expected)
        row: list[Cell] = [gap.photo, gap.row, *sides, round(gap.chance, _SHARE_DIGITS)]
        rows.append([*row, gap.facings, expected, photo, *_sides(box)])
    return header, rows


def _share(answers: Answers) -> Table:
    header = ("by", "of", "name", "facings", "facing_share", "linear_share")
    rows: list[list[Cell]] = []
    for share in answers.shares:
        name = answers.names.get(share.of, "") if share.by == "sku" else ""
        parts = (round(part, _SHARE_DIGITS) for part in (share.facing_share, share.linear_share))
        rows.append([share.by, share.of, name, share.facings, *parts])
    return header, rows


def _counts(answers: Answers) -> Table:
    header = ("sku", "name", "shown", "expected", "low", "high")
    return header, [
        [
            each.sku,
            answers.names.get(each.sku, ""),
            each.shown,
            round(each.expected, _COUNT_DIGITS),
            each.low,
            each.high,
        ]
        for each in answers.counts
    ]


def _changes(answers: Answers) -> Table:
    header = ("kind", "sku", "name", "before", "after", "noise", "photo", *_BOX)
    rows: list[list[Cell]] = []
    for each in answers.since.changes if answers.since else ():
        photo, box, _ = answers.on_photo(each.photo, each.box)
        product = each.kind, each.sku, answers.names.get(each.sku, "")
        numbers = each.before, each.after, round(each.noise, _SHARE_DIGITS)
        rows.append([*product, *numbers, photo, *_sides(box)])
    return header, rows


def _named(facings: Sequence[Facing]) -> str:
    """Return facings as texts: where on the photo, and what."""
    return "; ".join(f"row {each.row}, place {each.place}: {each.sku}" for each in facings)


def _sides(box: Box | None) -> list[Cell]:
    return ["", "", "", ""] if box is None else [round(side, _BOX_DIGITS) for side in box]

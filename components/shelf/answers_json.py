"""Answers as one JSON document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from components.records.prediction import Box
from components.shelf.answers import Answers
from components.shelf.compare import PlanogramAnswer
from components.shelf.facing import Facing

_DIGITS = 4
_BOX_DIGITS = 1
_COUNT_DIGITS = 2


def to_json(answers: Answers) -> str:
    """Return the document, strict JSON (no NaN)."""
    document: dict[str, Any] = {
        "photos": [*_photos(answers)],
        "rows": [
            {
                "shelf": shelf.photo,
                "row": number,
                "facings": [_facing(answers, each) for each in row],
            }
            for shelf in answers.shelves
            for number, row in enumerate(shelf.rows, start=1)
        ],
        "share": [
            {
                "by": each.by,
                "of": each.of,
                "facings": each.facings,
                "facing_share": round(each.facing_share, _DIGITS),
                "linear_share": round(each.linear_share, _DIGITS),
            }
            for each in answers.shares
        ],
    }
    if answers.comparison is not None:
        document["planogram"] = _comparison(answers, answers.comparison)
    if answers.expected:
        document["expected"] = [
            {"sku": each.sku, "status": each.status, "asked": each.asked, "seen": each.seen}
            for each in answers.expected
        ]
    document["gaps"] = [
        {
            **_place(answers, gap.photo, gap.box),
            "row": gap.row,
            "between": [None if each is None else each.sku for each in (gap.left, gap.right)],
            "chance": round(gap.chance, _DIGITS),
            "facings": gap.facings,
            "expected": [
                {"sku": sku, "chance": round(chance, _DIGITS)} for sku, chance in gap.expected
            ],
        }
        for gap in answers.gaps
    ]
    document["to_do"] = [
        {
            "kind": task.kind,
            "sku": task.sku,
            "facings": task.facings,
            "value": round(task.value, 2),
            "what": task.what,
            **_place(answers, task.photo, task.box),
        }
        for task in answers.tasks
    ]
    document["counts"] = [
        {
            "sku": each.sku,
            "shown": each.shown,
            "expected": round(each.expected, _COUNT_DIGITS),
            "low": each.low,
            "high": each.high,
        }
        for each in answers.counts
    ]
    if answers.since is not None:
        document["changes"] = [
            {
                "kind": each.kind,
                "sku": each.sku,
                "before": each.before,
                "after": each.after,
                "noise": round(each.noise, _DIGITS),
                **_place(answers, each.photo, each.box),
            }
            for each in answers.since.changes
        ]
        document["not_compared"] = list(answers.since.alone)
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    # A file name that is no UTF-8 holds lone surrogates, which JSON can say and UTF-8 cannot.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _comparison(answers: Answers, comparison: PlanogramAnswer) -> dict[str, Any]:
    compliance = comparison.compliance
    return {
        "compliance": None if compliance is None else round(compliance, _DIGITS),
        "items": [
            {
                "bay": each.item.bay,
                "row": each.item.row,
                "position": each.item.position,
                "sku": each.item.sku,
                "facings": each.item.facings,
                "status": each.status,
                "asked": each.asked,
                "in_place": each.in_place,
                "elsewhere": [_facing(answers, facing) for facing in each.elsewhere],
                "instead": [_facing(answers, facing) for facing in each.instead],
                **_place(answers, each.photo, each.box),
            }
            for each in comparison.items
        ],
        "not_planned": [
            {"kind": each.kind, **_facing(answers, each.facing)} for each in comparison.odd
        ],
    }


def _photos(answers: Answers) -> Iterator[dict[str, Any]]:
    """Yield the photos, each with the shelf that it is, or that it shows with others."""
    for shelf in answers.shelves:
        if (bay := answers.bays.get(shelf.photo)) is None:
            yield {"photo": shelf.photo, "width": shelf.width, "height": shelf.height}
            continue
        for each in bay.photos:
            onto = each.onto_bay / each.onto_bay[2, 2]
            yield {
                "photo": each.photo,
                "width": each.width,
                "height": each.height,
                "shelf": shelf.photo,
                "onto_shelf": onto.tolist(),
            }
    for unread in answers.unread:
        yield {"photo": unread.photo, "error": unread.error}


def _place(
    answers: Answers, shelf: str, box: Box | None, numbers: Sequence[int] = ()
) -> dict[str, Any]:
    """Return where something is on a photo, and on the bay where photos are joined."""
    photo, there, own = answers.on_photo(shelf, box, numbers)
    place: dict[str, Any] = {"photo": photo or None, "box": _box(there)}
    if numbers:
        place["detections"] = list(own)
    if shelf in answers.bays:
        place |= {"shelf": shelf, "shelf_box": _box(box)}
    return place


def _facing(answers: Answers, facing: Facing) -> dict[str, Any]:
    return {
        **_place(answers, facing.photo, facing.box, facing.numbers),
        "row": facing.row,
        "place": facing.place,
        "sku": facing.sku,
        "packs": facing.packs,
        "score": round(facing.score, _DIGITS),
    }


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else [round(float(side), _BOX_DIGITS) for side in box]

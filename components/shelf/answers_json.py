"""Answers as one JSON document."""

from __future__ import annotations

import json
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
        "photos": [
            {"photo": each.photo, "width": each.width, "height": each.height}
            for each in answers.shelves
        ]
        + [{"photo": each.photo, "error": each.error} for each in answers.unread],
        "rows": [
            {"photo": shelf.photo, "row": number, "facings": [_facing(each) for each in row]}
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
        document["planogram"] = _comparison(answers.comparison)
    if answers.expected:
        document["expected"] = [
            {"sku": each.sku, "status": each.status, "asked": each.asked, "seen": each.seen}
            for each in answers.expected
        ]
    document["to_do"] = [
        {
            "kind": task.kind,
            "sku": task.sku,
            "facings": task.facings,
            "value": round(task.value, 2),
            "what": task.what,
            "photo": task.photo or None,
            "box": _box(task.box),
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
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    # A file name that is no UTF-8 holds lone surrogates, which JSON can say and UTF-8 cannot.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _comparison(comparison: PlanogramAnswer) -> dict[str, Any]:
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
                "elsewhere": [_facing(facing) for facing in each.elsewhere],
                "instead": [_facing(facing) for facing in each.instead],
                "photo": each.photo or None,
                "box": _box(each.box),
            }
            for each in comparison.items
        ],
        "not_planned": [{"kind": each.kind, **_facing(each.facing)} for each in comparison.odd],
    }


def _facing(facing: Facing) -> dict[str, Any]:
    return {
        "photo": facing.photo,
        "row": facing.row,
        "place": facing.place,
        "sku": facing.sku,
        "box": _box(facing.box),
        "packs": facing.packs,
        "score": round(facing.score, _DIGITS),
        "detections": list(facing.numbers),
    }


def _box(box: Box | None) -> list[float] | None:
    return None if box is None else [round(float(side), _BOX_DIGITS) for side in box]

"""Ids of COCO documents, which tools write as numbers and as texts."""

from __future__ import annotations

import re
from typing import Any

from components.datasets.finite_numbers import is_number

_WHOLE = re.compile(r"-?(0|[1-9]\d*)(\.0+)?", re.ASCII)


def coco_id(value: Any) -> str | None:
    """Return one text for all ways to write an id; None for what is none.

    ``7``, ``7.0`` (as pandas has it where a list has gaps), ``"7"`` and ``"7.0"`` are one id;
    ``"007"`` is another.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str):
        text = value.strip()
        return text.partition(".")[0] if _WHOLE.fullmatch(text) else text or None
    if isinstance(value, int):
        return str(value)
    if not is_number(value):
        return None
    return str(int(value)) if value == int(value) else str(value)


def category_sku(name: Any) -> str | None:
    """Return what a category's name says; None where there is none. Whole numbers are GTINs."""
    if isinstance(name, int) and not isinstance(name, bool):
        return str(name)
    return name if isinstance(name, str) else None

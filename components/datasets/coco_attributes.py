"""What an image or annotation of a COCO document says beyond COCO: split, visit, occlusion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OF_IMAGE = ("split", "store", "visit", "hard", "negative")
OF_ANNOTATION = ("occlusion", "difficult", "hard", "rotation")


def attributes_of(entry: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    """Return the attributes of an entry.

    They belong into its object `attributes`, where annotation tools write them. COCO itself has no
    field of these names, so one that stands beside it means the same.

    Args:
        entry: Of the list `images` or `annotations`.
        names: `OF_IMAGE` or `OF_ANNOTATION`.

    Returns:
        A mapping; or what `attributes` is where it is none, for the caller to report.
    """
    given = entry.get("attributes") or {}
    if not isinstance(given, dict):
        return given
    return {**{name: entry[name] for name in names if name in entry}, **given}

"""Settings that were renamed or dropped: their old names are taken for one more release.

Remove an entry in the release after the one that brought it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ABLATION = "tests/bench/ablation.py measures what a part brings"
_FROZEN = "trainer.backbone_factor"

RENAMED: Mapping[str, str] = {
    "serving_photos": "production_photos",
    "recogniser.lattice": "recogniser.roi_grid",
    "recogniser.screen_dims": "recogniser.shortlist_dims",
    "recogniser.skus_screened": "recogniser.shortlist",
    "recogniser.skus_per_place": "recogniser.skus_per_proposal",
    "trainer.places": "trainer.proposals",
    "trainer.recast_share": "trainer.mirror_and_permute_share",
}
"""Dotted names of old, each with the one of today."""

GONE: Mapping[str, str] = {
    "embedded_data.held_out_share": "data.held_out_share decides it",
    "embedded_data.held_out_seed": "data.seed decides it",
    "recogniser.screen": _ABLATION,
    "recogniser.transform": _ABLATION,
    "backbone.trainable": f"{_FROZEN} decides it, and 0 freezes it",
}
"""Settings that there are no more, each with the reason. A frozen backbone stays frozen."""


def renamed(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Give settings their names of today.

    Args:
        values: Settings as a user or an older release wrote them, nested by the dots of their
            names.

    Returns:
        The settings, and a warning for each old name. A new name that is there as well wins.
    """
    current = _copied(values)
    warnings = []
    for old, new in RENAMED.items():
        if (found := _taken_out(current, old)) is not None:
            warnings.append(f"{old}: now called {new}; rename it")
            _put_where_missing(current, new, found[0])
    return current, warnings


def without_gone(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Leave out the settings that there are no more.

    Args:
        values: All settings that were given, merged: of several values the last one counts.

    Returns:
        The settings, and a warning for each that is left out.
    """
    current = _copied(values)
    warnings = []
    for old, why in GONE.items():
        if (found := _taken_out(current, old)) is not None:
            warnings.append(f"{old}: no longer a setting, {why}; remove it")
            if old == "backbone.trainable" and found[0] is False:
                _taken_out(current, _FROZEN)
                _put_where_missing(current, _FROZEN, 0)
    return current, warnings


def with_new_names(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Do both, as is right for settings that come from one place."""
    current, old_names = renamed(values)
    current, gone = without_gone(current)
    return current, old_names + gone


def _copied(values: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _copied(value) if isinstance(value, Mapping) else value
        for key, value in values.items()
    }


def _taken_out(values: dict[str, Any], name: str) -> tuple[Any] | None:
    """Remove a setting; return its value in a tuple, or None where it is not there."""
    *groups, last = name.split(".")
    for group in groups:
        inner = values.get(group)
        if not isinstance(inner, dict):
            return None
        values = inner
    return (values.pop(last),) if last in values else None


def _put_where_missing(values: dict[str, Any], name: str, value: Any) -> None:
    *groups, last = name.split(".")
    for group in groups:
        values = values.setdefault(group, {})
        if not isinstance(values, dict):
            return
    values.setdefault(last, value)

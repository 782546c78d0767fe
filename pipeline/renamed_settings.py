"""Settings that were renamed or dropped: their old names are taken for one more release.

Remove an entry in the release after the one that brought it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

UNSET = object()
"""The value of a setting that is left at its default."""


class Renamed(NamedTuple):
    """What became of a setting.

    Attributes:
        now: Dotted name of the setting that stands in its place; None where there is none.
        value: Turns a value of the old setting into one of the new, or into `UNSET`.
        why: Why there is none, for the user.
    """

    now: str | None
    value: Callable[[Any], Any] = lambda value: value
    why: str = ""


_ABLATION = "tests/bench/ablation.py measures what a part brings"

RENAMED: Mapping[str, Renamed] = {
    "serving_photos": Renamed("production_photos"),
    "embedded_data.held_out_share": Renamed(None, why="data.held_out_share decides it"),
    "embedded_data.held_out_seed": Renamed(None, why="data.seed decides it"),
    "recogniser.lattice": Renamed("recogniser.roi_grid"),
    "recogniser.screen_dims": Renamed("recogniser.shortlist_dims"),
    "recogniser.skus_screened": Renamed("recogniser.shortlist"),
    "recogniser.skus_per_place": Renamed("recogniser.skus_per_proposal"),
    "recogniser.screen": Renamed(None, why=_ABLATION),
    "recogniser.transform": Renamed(None, why=_ABLATION),
    "trainer.places": Renamed("trainer.proposals"),
    "trainer.recast_share": Renamed("trainer.mirror_and_permute_share"),
    "backbone.trainable": Renamed(
        "trainer.backbone_factor", value=lambda trainable: UNSET if trainable else 0
    ),
}


def with_new_names(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Give settings their names of today.

    Args:
        values: Settings as a user wrote them, nested by the dots of their names.

    Returns:
        The settings, and a warning for each old name. A new name that is there as well wins.
    """
    current = _copied(values)
    warnings = []
    for old, renamed in RENAMED.items():
        found = _taken_out(current, old)
        if found is None:
            continue
        if renamed.now is None:
            warnings.append(f"{old}: no longer a setting, {renamed.why}; remove it")
            continue
        value = renamed.value(found[0])
        if value is UNSET:
            warnings.append(f"{old}: no longer a setting, {renamed.now} decides it; remove it")
            continue
        warnings.append(f"{old}: now called {renamed.now}; rename it")
        _put_where_missing(current, renamed.now, value)
    return current, warnings


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

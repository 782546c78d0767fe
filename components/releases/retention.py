"""Which releases may go, and why the others stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from components.releases.release import Release


@dataclass(frozen=True)
class Plan:
    """What a clean-up does.

    Attributes:
        removed: Releases that go, oldest first.
        kept: Version to the reason why it stays.
    """

    removed: tuple[Release, ...]
    kept: dict[int, str]


def plan(releases: Sequence[Release], current: Release, pinned: Collection[int], keep: int) -> Plan:
    """Decide on every release.

    Args:
        releases: All there are, oldest first.
        current: The current one; it stays, and so does its parent, so that a rollback is possible.
        pinned: Versions that stay.
        keep: How many of the newest stay besides.
    """
    reasons = {release.version: f"one of the newest {keep}" for release in releases[-keep:]}
    reasons |= dict.fromkeys(pinned, "pinned")
    if current.record.parent is not None:
        reasons[current.record.parent] = "a rollback goes there"
    reasons[current.version] = "current"
    there = {release.version for release in releases}
    return Plan(
        removed=tuple(release for release in releases if release.version not in reasons),
        kept={version: why for version, why in sorted(reasons.items()) if version in there},
    )

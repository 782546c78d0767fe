"""What people do with releases once they are out: going back, keeping, removing."""

from __future__ import annotations

from components.releases.errors import NoRelease, ReleaseError
from components.releases.folder import REMOVED
from components.releases.history import Event
from components.releases.layout import RECORD
from components.releases.registry import Registry
from components.releases.release import Release


def rollback(registry: Registry, to: int | None = None, why: str = "") -> Release:
    """Make another release current again, by default the parent of the current one.

    Going back to an earlier version withdraws the content of the current one; whatever becomes
    current is no longer withdrawn. The history is written first: a process killed in
    between leaves a withdrawn release current until the rollback is repeated.

    Args:
        registry: The releases.
        to: A version.
        why: Reason, which is recorded.

    Raises:
        ReleaseError: There is nothing to go back to, or its files are damaged.
    """
    current = registry.current() if to is None else registry.current_if_sound()
    if to is None:
        if current is None:
            raise NoRelease(f"{registry.folder}: no release is current, so none can be rolled back")
        to = current.record.parent
        if to is None:
            raise NoRelease(f"{current}: the first release; there is none to go back to")
    release = registry.get(to).verify()
    events = []
    if current is not None and to < current.version:
        events.append(Event.about("withdrawn", current, why))
    if registry.history().withdrawal(release.record.content_hash):
        events.append(Event.about("restored", release, why))
    registry.record(*events)
    registry.move_current(to)
    return release


def pin(registry: Registry, version: int, pinned: bool = True, why: str = "") -> None:
    """Keep a release from being removed, or no longer; raise NoRelease if there is none."""
    registry.record(Event.about("pinned" if pinned else "unpinned", registry.get(version), why))


def remove(registry: Registry, version: int) -> None:
    """Remove a release for good. Its number is never used again.

    It stops being a release in one step; what a process killed later leaves of it,
    `finish_removals` clears away.

    Raises:
        ReleaseError: It is current, or the current one's parent, or pinned.
    """
    release, current = registry.get(version), registry.current()
    if current is None or version in (current.version, current.record.parent):
        raise ReleaseError(f"{release}: current or next to it; it cannot be removed")
    if version in registry.history().pinned:
        raise ReleaseError(f"{release}: pinned; unpin it first")
    registry.record(Event.about("removed", release))
    release.folder.remove(RECORD)


def finish_removals(registry: Registry) -> None:
    """Clear away what interrupted removals left."""
    removed = registry.history().removed
    left = [name for name in registry.folder.folders() if name.startswith(REMOVED)]
    left += [
        str(version)
        for version, entry in registry.entries().items()
        if version in removed and isinstance(entry, NoRelease)
    ]
    for name in left:
        registry.folder.sub(name).remove(RECORD)

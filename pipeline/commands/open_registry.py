"""The releases folder that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from components.releases.registry import Registry


def open_registry(releases: str) -> Registry:
    """Return the registry in a folder that exists.

    Args:
        releases: A path, or an address such as gs://bucket/releases.

    Raises:
        NoRelease: There is no such folder, or it is a single release.
    """
    from components.releases.errors import NoRelease
    from components.releases.layout import RECORD
    from components.releases.registry import Registry

    registry = Registry(releases)
    folder = registry.folder
    if not folder.exists():
        raise NoRelease(f"{folder}: no such folder; give the releases folder by --releases")
    if folder.has(RECORD):
        raise NoRelease(f"{folder}: one release; give the folder around it, {folder.parent()}")
    return registry

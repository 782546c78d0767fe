"""Keeps the paths that a table names inside the folder of the table."""

from pathlib import Path


class OutsideFolder(Exception):
    """A path that leaves the data folder, by itself or through a link."""


def inside(root: Path, name: str) -> Path:
    """Return the file that `name` means, relative to `root`.

    The file need not exist. Links are followed before the comparison, so a link that points out of
    the folder is refused as well.

    Args:
        root: The data folder.
        name: A relative path as written in a table; ``/`` separates folders.

    Raises:
        OutsideFolder: `name` is absolute or resolves to a place outside `root`.
    """
    try:
        base = root.resolve()
        path = (base / name).resolve()
    except (ValueError, OSError, RuntimeError) as error:  # null bytes, names too long, link loops
        raise OutsideFolder(name) from error
    if Path(name).is_absolute() or not path.is_relative_to(base):
        raise OutsideFolder(name)
    return path

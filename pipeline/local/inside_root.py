"""Stages run inside of the output root, so that a root can be moved and copied.

ML Metadata record addresses of artifacts and settings, and a cached result is found by these, too.
Named from the root, they stay true wherever it lies; in full they would lead a copy to the
original's files.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from pipeline.errors import WrongInput

METADATA_FILE = "metadata.sqlite"
ARTIFACTS = "pipeline"
"""Folder of what the stages wrote; those that `METADATA_FILE` does not know must not lie there."""


@contextmanager
def inside(root: Path) -> Iterator[None]:
    """Make `root` the working directory of this process for a while."""
    before = Path.cwd()
    os.chdir(root)
    try:
        yield
    finally:
        os.chdir(before)


def check_metadata(root: Path) -> None:
    """Refuse a database of metadata that is damaged: TFX would say so late, and in SQL."""
    file = root / METADATA_FILE
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as database:
            (said,) = database.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        said = str(error)
    if said != "ok":
        raise WrongInput(
            [
                f"{file}: damaged ({said}); put back a copy, or remove it and {root / ARTIFACTS}: "
                "every stage then runs anew"
            ]
        )


def set_aside_full_paths(root: Path, run_id: str) -> str | None:
    """Put away results of versions that recorded full paths: they may be another root's.

    Returns:
        What was done, for the user; None where there are no such results.
    """
    file = root / METADATA_FILE
    if not file.is_file() or not _names_full_paths(file):
        return None
    aside = root / f"before-{run_id}"
    aside.mkdir()
    for name in (ARTIFACTS, METADATA_FILE):
        with suppress(FileNotFoundError):
            (root / name).rename(aside / name)
    return (
        f"{root}: an earlier version recorded its results by their full paths: every stage runs "
        f"anew, and ends in a new version; the results are in {aside}, which may be removed"
    )


def _names_full_paths(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as database, suppress(sqlite3.OperationalError):
        found = database.execute("SELECT 1 FROM Artifact WHERE uri LIKE '/%' LIMIT 1")
        return found.fetchone() is not None
    return False  # no run has come as far as making the tables

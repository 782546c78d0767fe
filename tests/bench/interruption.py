"""What 50 kills of a push, at random moments, leave behind."""

from __future__ import annotations

import tempfile
from pathlib import Path

from killing import kill_pushes, push
from tables import Figure

KILLS = 50


def measure(seed: int = 5) -> list[Figure]:
    """Kill, and count what is broken."""
    with tempfile.TemporaryDirectory(prefix="oneshelf-") as scratch:
        found = kill_pushes(Path(scratch), KILLS, seed)
        registry = push(Path(scratch))
        left = [name for name in registry.folder.folders() if name.startswith(".")]
    note = f"{found.kills} kills, {found.unfinished} before the release was current"
    return [
        Figure("damaged releases", found.damaged, "<= 0", note=note),
        Figure("times that no release or an older one was current", found.lost, "<= 0"),
        Figure("folders that the next push does not clear away", len(left), "<= 0"),
    ]

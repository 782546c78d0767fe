"""The current release as a model to compare with.

A release knows the catalogue of its day. Judged with that index, it would miss every product added
since, and any candidate would look like progress; so its weights get an index of today's catalogue.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from components.artifacts.model import ModelArtifact
from components.recogniser.reindex import reindex
from components.releases.registry import Registry

ABSENT_FILE = "ABSENT.txt"


def build_baseline(
    releases: Path | str, packshots: Iterable[tuple[str, bytes]], out_dir: Path
) -> int | None:
    """Write the current release, re-indexed, as the Trainer would have written it.

    Args:
        releases: Path or address of the releases folder; it need not exist.
        packshots: (SKU, encoded upright packshot) of today's catalogue, read lazily.
        out_dir: An existing folder. Gets `Format-Serving/` and `settings.json`, or, with no release
            yet, one file that says so.

    Returns:
        The version of the release, None where there is none.

    Raises:
        ReleaseError: `current` names no release, or the files of the release are damaged.
    """
    model = ModelArtifact(out_dir)
    current = Registry(releases).current()
    if current is None:
        (out_dir / ABSENT_FILE).write_text(
            f"{releases} holds no current release: there is nothing to compare with yet.\n",
            encoding="utf-8",
        )
        return None
    with current.checked() as checked:
        reindex(checked.serving, packshots, Path(model.serving))
    settings = {**current.record.model, "operating_threshold": current.record.operating_threshold}
    Path(model.settings).write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    return current.version

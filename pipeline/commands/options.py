"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipeline.config import PipelineConfig

ConfigFile = Annotated[
    Path | None, typer.Option("--config", metavar="FILE", help="YAML file with settings.")
]
Assignments = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY.PATH=VALUE", help="One setting; may be repeated."),
]
ClusterProfile = Annotated[
    str | None, typer.Option(help="Settings to start from; vertex, if there is no --config.")
]
ClusterCatalog = Annotated[
    str | None, typer.Option(metavar="FILE", help="products.csv, as the containers see it.")
]
ClusterShelves = Annotated[
    str | None, typer.Option(metavar="DIR", help="Shelf photos, as the containers see them.")
]
ClusterRoot = Annotated[
    str | None, typer.Option(metavar="DIR", help="Where all goes, as the containers see it.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Print what would be asked for, and change nothing.")
]


def cluster_settings(
    config: Path | None,
    assignments: Sequence[str] | None,
    profile: str | None = None,
    **paths: str | None,
) -> PipelineConfig:
    """Return the settings of a cluster's run, from the profile vertex where nothing else is named.

    Args:
        config: YAML file with settings.
        assignments: Single settings.
        profile: Settings to start from.
        **paths: `catalog`, `shelves` and `root`, where the command line gives them.
    """
    # Not at the top: `--help` answers without pydantic's models.
    from pipeline.config import load

    return load(profile or (None if config else "vertex"), config, assignments or (), paths)

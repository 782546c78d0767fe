"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

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

"""The command line's `oneshelf feedback …`: what people say of predictions."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.examples import examples
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.progress_bar import progress_bar

app = typer.Typer(help="Take in what people say of predictions.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Take in what people say of predictions."""


@app.command(
    epilog=examples(
        "oneshelf feedback add fixed.jsonl --shelves shelves --catalog products.csv",
        "oneshelf feedback add fixed.jsonl --shelves shelves --photos photos",
    )
)
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines, a photo a line.")],
    shelves: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where spans are; 'shelves' if not set.")
    ] = None,
    catalog: Annotated[
        Path | None, typer.Option(metavar="FILE", help="products.csv, to check SKUs against.")
    ] = None,
    photos: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where the photos lie; else beside FILE.")
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="YAML file; names shelves and catalog, too."),
    ] = None,
) -> None:
    """Make the next span of corrected photos; nothing is written where anything is wrong."""
    with reporting_wrong_input():
        from pipeline.config import load

        settings = load(None, config)
        from components.feedback.add_feedback import add_feedback

        shelves = shelves or Path(settings.shelves or "shelves")
        if catalog is None and settings.catalog is not None:
            catalog = Path(settings.catalog)
        with progress_bar("photos") as progress:
            report = add_feedback(file, shelves, catalog, photos, progress, settings.data)
        for sentence in (*report.conflicts, *report.shortened):
            typer.echo(sentence, err=True)
        typer.echo(str(report))
        if report.stops_a_run:
            typer.echo("no run can be made of these spans yet:", err=True)
        for problem in (*report.stops_a_run, *report.stops_training):
            typer.echo(str(problem), err=True)
        if catalog is None:
            typer.echo("SKUs were not checked: give --catalog to have them checked", err=True)

"""The command line's `oneshelf data …`: bringing data in."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.said import wrong_input_said

app = typer.Typer(help="Bring data in.", no_args_is_help=True)


class Format(str, Enum):
    """Formats of data sets that are read; `components.importers.formats` has a reader for each."""

    coco = "coco"
    os2d = "os2d"
    sku110k = "sku110k"
    grocery_store = "grocery-store"
    packshots = "packshots"


@app.callback()
def _group() -> None:
    """Bring data in."""


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(metavar="SRC", help="The data set.")],
    format_: Annotated[Format, typer.Option("--from", help="What it is.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new or an empty folder.")],
    link: Annotated[
        bool, typer.Option("--link", help="Hard links instead of copies of the pictures.")
    ] = False,
) -> None:
    """Write a data set of another format as OneShelf reads it."""
    with wrong_input_said():
        from rich.console import Console
        from rich.progress import Progress

        from components.importers.run import import_data

        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("reading", total=None)

            def progress(done: int, total: int) -> None:
                bar.update(task, description="photos", completed=done, total=total)

            report = import_data(format_.value, source, out, link, progress)
        for problem in report.problems:
            typer.echo(str(problem), err=True)
        if report.unlisted:
            typer.echo(f"and {report.unlisted:,} more", err=True)
        typer.echo(str(report))
        given = [
            f"--{name} {path}"
            for name, path in (("catalog", report.catalog), ("shelves", report.shelves))
            if path
        ]
        typer.echo(f"written: {' '.join(given)}")

"""The command line's `oneshelf feedback …`: what people say of predictions."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.examples import examples
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.plain_group import PlainGroup
from pipeline.commands.progress_bar import progress_bar

app = typer.Typer(
    cls=PlainGroup, help="Take in what people say of predictions.", no_args_is_help=True
)


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
        Path | None,
        typer.Option(metavar="DIR", help="Where spans are, or a new one; 'shelves' if not set."),
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
        from components.records.texts import printable

        shelves = shelves or Path(settings.shelves or "shelves")
        if catalog is None and settings.catalog is not None:
            catalog = Path(settings.catalog)
        with progress_bar("photos") as progress:
            report = add_feedback(file, shelves, catalog, photos, progress, settings.data)
        for sentence in (*report.conflicts, *report.shortened):
            typer.echo(printable(sentence), err=True)
        typer.echo(str(report))
        if report.new_folder:
            named = shlex.quote(str(shelves))
            said = f"{shelves}: a new folder; a run reads it with --shelves {named}"
            typer.echo(printable(said))
        if report.stops_a_run:
            typer.echo("no run can be made of these spans yet:", err=True)
        for problem in (*report.stops_a_run, *report.stops_training):
            typer.echo(str(problem), err=True)
        if catalog is None:
            typer.echo("SKUs were not checked: give --catalog to have them checked", err=True)


@app.command(
    epilog=examples(
        "oneshelf feedback template found.jsonl --who ann",
        "oneshelf feedback template found.jsonl --who ann --out photos/fixed.jsonl",
    )
)
def template(
    found: Annotated[Path, typer.Argument(metavar="FOUND", help="What predict --json wrote.")],
    who: Annotated[str, typer.Option(metavar="NAME", help="Whose word it is.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A new file; else FOUND's name with .feedback.jsonl."),
    ] = None,
) -> None:
    """Write what was shown as feedback: to be confirmed, or corrected with feedback edit."""
    with reporting_wrong_input():
        from datetime import datetime, timezone

        from components.feedback.feedback_template import write_template

        written = write_template(found, who, datetime.now(timezone.utc), out)
        typer.echo(
            f"{written.file}: {written.photos:,} photos with {written.boxes:,} boxes, as {who} "
            "would confirm them; correct what is wrong with `oneshelf feedback edit`"
        )
        if written.unread:
            typer.echo(f"left out: {written.unread:,} photos that could not be read")
        photos = f" --photos {shlex.quote(str(written.folder))}" if written.folder else ""
        typer.echo(f"then: oneshelf feedback add {shlex.quote(str(written.file))}{photos}")


@app.command(
    epilog=examples(
        "oneshelf feedback edit fixed.jsonl --photo shelf.jpg --sku 3=4711 --remove 5",
        "oneshelf feedback edit fixed.jsonl --photo shelf.jpg --add 4711=102,33,180,240",
    )
)
def edit(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What feedback template wrote.")],
    photo: Annotated[
        str | None,
        typer.Option(metavar="PHOTO", help="Its path or name in FILE, unless there is one only."),
    ] = None,
    sku: Annotated[
        list[str] | None,
        typer.Option(metavar="NUMBER=SKU", help="The box is of this SKU; may be repeated."),
    ] = None,
    remove: Annotated[
        list[int] | None,
        typer.Option(metavar="NUMBER", help="There is no product in the box; may be repeated."),
    ] = None,
    add_box: Annotated[
        list[str] | None,
        typer.Option(
            "--add",
            metavar="SKU=XMIN,YMIN,XMAX,YMAX",
            help="A product without box, in pixels of the photo; may be repeated.",
        ),
    ] = None,
    catalog: Annotated[
        Path | None, typer.Option(metavar="FILE", help="products.csv, to check SKUs against.")
    ] = None,
) -> None:
    """Change, remove or add boxes of a photo by the numbers that drawings show."""
    with reporting_wrong_input():
        from datetime import datetime, timezone

        from components.feedback.edit_feedback import Edits, edit_feedback
        from components.feedback.read_feedback import skus_of
        from components.records.texts import printable
        from pipeline.errors import WrongInput

        edits = Edits(
            [_numbered(each) for each in sku or ()],
            remove or (),
            [_boxed(each) for each in add_box or ()],
        )
        if edits == Edits([], (), []):
            raise WrongInput(["nothing to change: give --sku, --remove or --add"])
        skus = None if catalog is None else skus_of(catalog)
        edited = edit_feedback(file, photo, edits, datetime.now(timezone.utc), skus)
        typer.echo(printable(edited.said))
        for sentence in edited.unchecked:
            typer.echo(printable(sentence), err=True)


def _numbered(text: str) -> tuple[int, str]:
    """Return what NUMBER=SKU says."""
    from pipeline.errors import WrongInput

    number, _, sku = text.partition("=")
    if not number.strip().isdecimal() or not sku.strip():
        raise WrongInput([f"--sku {text}: give the number of a box and its SKU, such as 3=4711"])
    return int(number), sku.strip()


def _boxed(text: str) -> tuple[str, tuple[float, float, float, float]]:
    """Return what SKU=XMIN,YMIN,XMAX,YMAX says."""
    from pipeline.errors import WrongInput

    sku, _, box = text.rpartition("=")
    try:
        left, top, right, bottom = map(float, box.split(","))
        good = bool(sku.strip()) and left < right < float("inf") and top < bottom < float("inf")
    except ValueError:
        good = False
    if not good:
        what = "give a SKU and the edges of its box, such as 4711=102,33,180,240"
        raise WrongInput([f"--add {text}: {what}"])
    return sku.strip(), (left, top, right, bottom)

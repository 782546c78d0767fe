"""The command line's `oneshelf data …`: bringing data in and looking at it."""

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.examples import examples
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.plain_group import PlainGroup
from pipeline.commands.progress_bar import progress_bar
from pipeline.exits import WRONG_INPUT

app = typer.Typer(
    cls=PlainGroup,
    help="Bring data in, check it, list and compare spans, look at augmentation.",
    no_args_is_help=True,
)


class Format(str, Enum):
    """Formats of data sets that are read; `components.importers.formats` has a reader for each."""

    coco = "coco"
    os2d = "os2d"
    sku110k = "sku110k"
    grocery_store = "grocery-store"
    packshots = "packshots"


@app.callback()
def _group() -> None:
    """Bring data in, check it, list and compare spans, look at augmentation."""


@app.command(
    "import",
    epilog=examples(
        "oneshelf data import packshots --from packshots --out mine",
        "oneshelf data import export --from coco --out mine --link",
    ),
)
def import_(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="SRC…",
            show_default=False,
            help="The data set; of packshots several folders, each named as its category.",
        ),
    ],
    format_: Annotated[Format, typer.Option("--from", help="What it is.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="A new or an empty folder.")],
    link: Annotated[
        bool, typer.Option("--link", help="Hard links instead of copies of the pictures.")
    ] = False,
) -> None:
    """Write a data set of another format as OneShelf reads it."""
    with reporting_wrong_input():
        from components.importers.import_data import import_data

        with progress_bar("photos") as progress:
            source, *further = sources
            report = import_data(format_.value, source, out, link, progress, further=further)
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


@app.command(
    epilog=examples(
        "oneshelf data check mine",
        "oneshelf data check --catalog products.csv --shelves shelves --sheet sheet.png",
    )
)
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Holds products.csv and shelves.")
    ] = None,
    catalog: Annotated[Path | None, typer.Option(metavar="FILE", help="products.csv.")] = None,
    shelves: Annotated[Path | None, typer.Option(metavar="DIR", help="Shelf photos.")] = None,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A picture of what was found, as PNG.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="List every warning, however many of one kind.")
    ] = False,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="YAML file with settings.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY.PATH=VALUE", help="One setting.")
    ] = None,
) -> None:
    """Look at every picture for what a schema cannot see; exit code 2 with any error."""
    with reporting_wrong_input():
        from pipeline.config import load
        from pipeline.errors import WrongInput

        if folder is None and catalog is None:
            raise WrongInput(["nothing to check: give DIR, or --catalog and --shelves"])
        if folder is not None:
            if catalog is None and not (folder / "products.csv").exists():
                raise WrongInput([f"{folder}: holds no products.csv; name yours with --catalog"])
            there = folder / "shelves"
            catalog = catalog or folder / "products.csv"
            shelves = shelves or (there if there.is_dir() else None)
        assert catalog is not None
        settings = load(None, config, assignments or ())
        from components.artifacts.data_findings import MOST_OF_KIND
        from components.data_check.check_folder import check_data
        from components.data_check.findings_sheet import write_contact_sheet

        with progress_bar("pictures") as progress:
            report = check_data(catalog, shelves, settings.data_check, progress, settings.data)
        typer.echo(report.listed(None if everything else MOST_OF_KIND))
        if sheet is not None:
            shown = write_contact_sheet(report, sheet)
            typer.echo(
                f"{sheet}: shows {shown} of {len(report.findings)} findings"
                if shown
                else f"{sheet}: not written, since there is no picture of a fault to show"
            )
        if report.failed:
            raise typer.Exit(WRONG_INPUT)


@app.command(
    epilog=examples(
        "oneshelf data preview-augmentation --out preview.png",
        "oneshelf data preview-augmentation --out preview.png --catalog products.csv",
    )
)
def preview_augmentation(
    out: Annotated[Path, typer.Option(metavar="FILE", help="The picture, a PNG.")],
    catalog: Annotated[
        Path | None, typer.Option(metavar="FILE", help="products.csv; else generated products.")
    ] = None,
    number: Annotated[int, typer.Option(min=1, max=16, help="Shelves composed.")] = 4,
    profile: Annotated[str | None, typer.Option(help="Settings to start from.")] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="YAML file with settings.")
    ] = None,
    assignments: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY.PATH=VALUE", help="One setting.")
    ] = None,
) -> None:
    """Draw composed shelves and their variants with boxes, to see what training will see."""
    with reporting_wrong_input():
        from pipeline.config import load

        given = {"catalog": str(catalog) if catalog else None}
        settings = load(profile, config, assignments or (), given)
        import os

        os.environ.setdefault("NO_ALBUMENTATIONS_UPDATE", "1")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow greets at length.
        typer.echo("loading what composes shelves: some ten seconds", err=True)
        from components.augment.preview import write_preview

        with progress_bar("shelves") as progress:
            summary = write_preview(out, settings.augment, number, catalog, settings.data, progress)
        typer.echo(str(summary))


@app.command(
    "list",
    epilog=examples(
        "oneshelf data list mine",
        "oneshelf data list --shelves shelves --releases oneshelf-out/releases",
    ),
)
def list_(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="Holds shelves, or the spans themselves.")
    ] = None,
    shelves: Annotated[Path | None, typer.Option(metavar="DIR", help="Shelf photos.")] = None,
    releases: Annotated[
        str | None,
        typer.Option(
            metavar="DIR", help="Also say which of these releases used exactly what a span holds."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what each span holds: photos, boxes, SKUs, corrections, and who made them."""
    with reporting_wrong_input():
        from pipeline.errors import WrongInput

        if shelves is None and folder is not None:
            there = folder / "shelves"
            shelves = there if there.is_dir() else folder
        if shelves is None:
            raise WrongInput(["nothing to list: give DIR or --shelves"])
        from pipeline.commands.open_registry import open_registry
        from pipeline.commands.span_tables import print_spans

        registry = open_registry(releases) if releases is not None else None
        if not print_spans(shelves, registry, json):
            raise typer.Exit(WRONG_INPUT)


@app.command(
    "diff",
    epilog=examples(
        "oneshelf data diff shelves/span-1 elsewhere/span-1",
        "oneshelf data diff 1-3 all --shelves shelves",
    ),
)
def diff_(
    first: Annotated[str, typer.Argument(metavar="A", help="A folder, or with --shelves: 3, 1-4.")],
    second: Annotated[str, typer.Argument(metavar="B", help="Likewise.")],
    shelves: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A and B are spans of these shelf photos.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="For machines.")] = False,
) -> None:
    """Say what photos, SKUs and boxes B has and A has not, and who corrected them."""
    with reporting_wrong_input():
        from pipeline.commands.span_tables import print_differences

        print_differences(first, second, shelves, json)

"""The command line: `oneshelf run | index | predict | compile | submit | schedule … | …`.

Exit codes: 0 done, 1 refused by a gate, 2 wrong input or usage, 3 failed. Commands import what they
need when they run, so that `--help` and usage errors answer at once.
"""

import sys
import traceback
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from components.runtime.standard_streams import open_standard_streams
from pipeline.commands import data as data_cli
from pipeline.commands import feedback as feedback_cli
from pipeline.commands import releases as releases_cli
from pipeline.commands import schedule as schedule_cli
from pipeline.commands.examples import examples
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.options import (
    Assignments,
    ClusterCatalog,
    ClusterProfile,
    ClusterRoot,
    ClusterShelves,
    ConfigFile,
    DryRun,
    cluster_settings,
)
from pipeline.commands.plain_group import PlainGroup
from pipeline.commands.user_home import ensure_home_and_user
from pipeline.exits import FAILED, INTERRUPTED, REFUSED, WRONG_INPUT
from pipeline.interruption import leave_at_once
from pipeline.memory import keep_freed_memory

app = typer.Typer(
    cls=PlainGroup,
    help="One packshot per product in, a shelf recogniser out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


app.add_typer(data_cli.app, name="data")
app.add_typer(feedback_cli.app, name="feedback")
app.add_typer(releases_cli.app, name="releases")
app.add_typer(schedule_cli.app, name="schedule")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"oneshelf {version('oneshelf')}")
        raise typer.Exit


@app.callback()
def _top(
    _: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """One packshot per product in, a shelf recogniser out."""


class CompileTarget(str, Enum):
    """Where a compiled pipeline is to run."""

    vertex = "vertex"
    kubeflow = "kubeflow"


class PredictTarget(str, Enum):
    """Which of a release's models answers."""

    serving = "serving"
    edge = "edge"


class Wrong(str, Enum):
    """What may be wrong on a shelf."""

    missing = "missing"
    low = "low"
    gap = "gap"
    misplaced = "misplaced"
    extra = "extra"
    unknown = "unknown"


Profile = Annotated[
    str | None,
    typer.Option(
        help="Settings to start from: quick (the default with a catalogue), full (real training, "
        "an hour), demo (the default without), start, test or vertex."
    ),
]
Catalog = Annotated[
    str | None, typer.Option(metavar="FILE", help="products.csv; else the embedded data set.")
]
Shelves = Annotated[
    str | None,
    typer.Option(metavar="DIR", help="Folder of shelf photos; else shelves composed of packshots."),
]
Root = Annotated[
    str | None, typer.Option(metavar="DIR", help="Where everything goes; oneshelf-out if not set.")
]
Release = Annotated[
    str, typer.Option(metavar="DIR", help="A release, or the releases folder for the current one.")
]


@app.command(
    epilog=examples(
        "oneshelf run",
        "oneshelf run --catalog products.csv --root mine",
        "oneshelf run --catalog products.csv --shelves shelves --profile full",
        "oneshelf run --from-stage Evaluator --set release_gate.edge.max_size_mb=20",
    )
)
def run(
    config: ConfigFile = None,
    assignments: Assignments = None,
    profile: Profile = None,
    catalog: Catalog = None,
    shelves: Shelves = None,
    root: Root = None,
    from_stage: Annotated[
        str | None, typer.Option(metavar="STAGE", help="Start here, with earlier results.")
    ] = None,
    to_stage: Annotated[str | None, typer.Option(metavar="STAGE", help="Stop after this.")] = None,
) -> None:
    """Run the pipeline on this machine: from packshots and photos to a release."""
    with reporting_wrong_input():
        from pipeline.config import load

        given = {"catalog": catalog, "shelves": shelves, "root": root}
        settings = load(profile, config, assignments or (), given)
        _check_stages(from_stage, to_stage)
        if from_stage and profile is None and config is None:
            # Results of a run are gone on from with its settings, not with the defaults.
            from pipeline.local.earlier_run import CONFIG_FILE, last_finished

            earlier = last_finished(Path(settings.root)) / CONFIG_FILE
            settings = load(None, earlier, assignments or (), {**given, "root": settings.root})
        from pipeline.local.run_here import run_here

        raise typer.Exit(run_here(settings, from_stage, to_stage))


@app.command(
    epilog=examples(
        "oneshelf index --release oneshelf-out/releases --catalog new.csv --out index",
        "oneshelf predict photos --release oneshelf-out/releases --index index",
    )
)
def index(
    release: Release,
    catalog: Annotated[Path, typer.Option(metavar="FILE", help="products.csv.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the index.")],
    serving: Annotated[
        bool,
        typer.Option(
            "--serving",
            help="Also write a serving version with this index; the releases folder keeps a note "
            "of its number.",
        ),
    ] = False,
) -> None:
    """Make a release know today's catalogue: a new index, seconds of work, no training."""
    with reporting_wrong_input():
        from pipeline.commands.index_catalog import write_index

        write_index(release, catalog, out, serving)


@app.command(
    epilog=examples(
        "oneshelf calibrate --release oneshelf-out/releases --shelves boxed",
    )
)
def calibrate(
    release: Release,
    shelves: Annotated[
        Path, typer.Option(metavar="DIR", help="Real shelf photos with boxes, some fifty boxes.")
    ],
    index: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The photos show products of this index.")
    ] = None,
) -> None:
    """Fit a release's scores on real boxed photos, without training: a release of its own."""
    with reporting_wrong_input():
        from pipeline.commands import calibrate as command

        if not command.calibrate(release, shelves, index):
            raise typer.Exit(REFUSED)


@app.command(
    epilog=examples(
        "oneshelf predict photo.jpg --release oneshelf-out/releases",
        "oneshelf predict photos --release oneshelf-out/releases --json found.jsonl",
        "oneshelf predict a.jpg b.jpg --release oneshelf-out/releases/3 --draw drawn",
    )
)
def predict(
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO|FOLDER…", show_default=False)],
    release: Release,
    index: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Look for the products of this index.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSON Lines go here, not to the terminal.")
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also a table: a row per photo and product."),
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same as a spreadsheet.")
    ] = None,
    expected: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with a column sku: products with a row for every photo, found or not.",
        ),
    ] = None,
    draw: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also draw the boxes into copies here.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            metavar="SCORE",
            help="Show and count from this score on, 0 to 1; else the release's own.",
        ),
    ] = None,
    target: Annotated[
        PredictTarget | None,
        typer.Option(
            help="The model for servers or the one for phones; if not set, that for phones, which "
            "answers at once, where the release has one."
        ),
    ] = None,
) -> None:
    """Find products in photos: one line of JSON per photo, in input order; counts on a terminal."""
    with reporting_wrong_input():
        from pipeline.commands.predict_photos import Outputs, predict_photos

        answered = predict_photos(
            release,
            photos,
            index,
            target.value if target else None,
            threshold,
            Outputs(json=json, csv=csv, xlsx=xlsx, drawings=draw, expected=expected),
        )
        from components.records.texts import printable

        for remark in answered.remarks:
            typer.echo(printable(remark), err=True)
        if answered.unreadable:
            said = (
                f"{answered.unreadable:,} of {answered.photos:,} photos could not be read; their "
                "lines say why"
            )
            typer.echo(said, err=True)
            raise typer.Exit(WRONG_INPUT)


@app.command(
    epilog=examples(
        "oneshelf shelf bay.jpg --release oneshelf-out/releases --planogram bay.csv",
        "oneshelf shelf found.jsonl --planogram bay.psa --out answers",
        "oneshelf shelf found.jsonl --expected products.csv --fail-on missing",
    )
)
def shelf(
    given: Annotated[
        list[Path], typer.Argument(metavar="PHOTO|FOLDER|ANSWERS…", show_default=False)
    ],
    release: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Looks at photos; answers of predict need none."),
    ] = None,
    index: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Look for the products of this index.")
    ] = None,
    planogram: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What is to stand where: a CSV, a .psa of ProSpace or a .json."
        ),
    ] = None,
    expected: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV with sku and min_facings: what must be there, wherever it stands.",
        ),
    ] = None,
    catalog: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="products.csv, for brand, category, gtin and price of products."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder for all answers: JSON, CSV and a spreadsheet."),
    ] = None,
    before: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR|FILE", help="Answers of an earlier visit to this bay: what changed since?"
        ),
    ] = None,
    fail_on: Annotated[
        list[Wrong] | None,
        typer.Option(help="Exit code 1 where there is any of this; may be repeated."),
    ] = None,
) -> None:
    """Say what is missing, misplaced or unknown on a shelf, and who has which share of it."""
    with reporting_wrong_input():
        from pipeline.commands.shelf_answers import Given, shelf_answers

        named = Given(given, release, index, planogram, expected, catalog, out, before)
        if code := shelf_answers(named, [each.value for each in fail_on or ()]):
            raise typer.Exit(code)


@app.command("train-worker", epilog=examples("oneshelf train-worker --root mine"))
def train_worker(
    root: Annotated[
        Path, typer.Option(metavar="DIR", help="The root of the run, which both machines see.")
    ],
) -> None:
    """Train with the machine that runs the pipeline; TF_CONFIG names both. See guides/training."""
    with reporting_wrong_input():
        from pipeline.commands.train_worker import train_worker as work

        raise typer.Exit(work(root))


@app.command(
    "compile",
    epilog=examples(
        "oneshelf compile --target vertex --out pipeline.json --config cloud.yaml",
        "oneshelf compile --target kubeflow --out pipeline.yaml --root gs://bucket/out",
    ),
)
def compile_pipeline(
    target: Annotated[CompileTarget, typer.Option(help="Where it is to run.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="A .json file, or .yaml for kubeflow.")],
    config: ConfigFile = None,
    assignments: Assignments = None,
    profile: ClusterProfile = None,
    catalog: ClusterCatalog = None,
    shelves: ClusterShelves = None,
    root: ClusterRoot = None,
) -> None:
    """Write the pipeline as a file for Vertex AI or Kubeflow; needs no network or credentials."""
    with reporting_wrong_input():
        settings = cluster_settings(
            config, assignments, profile, catalog=catalog, shelves=shelves, root=root
        )
        from kubeflow.compile import compile_to
        from pipeline.quiet import without_noise

        with without_noise():
            compile_to(target.value, out, settings)
        typer.echo(f"wrote {out}")
        if left := settings.placeholders:
            typer.echo(f"still to be replaced in it, by --set or --config: {', '.join(left)}")


@app.command(
    epilog=examples(
        "oneshelf submit --target vertex --config cluster.yaml",
        "oneshelf submit --target kubeflow --config cluster.yaml --dry-run",
        "oneshelf submit --target vertex --config cluster.yaml --alarm drift",
    )
)
def submit(
    target: Annotated[CompileTarget, typer.Option(help="Where it runs.")],
    name: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Of the run; given twice, it runs once. The pipeline's name and the time, if not "
            "set.",
        ),
    ] = None,
    config: ConfigFile = None,
    assignments: Assignments = None,
    profile: ClusterProfile = None,
    catalog: ClusterCatalog = None,
    shelves: ClusterShelves = None,
    root: ClusterRoot = None,
    alarm: Annotated[
        str, typer.Option(metavar="TEXT", help="Why to train although nothing changed.")
    ] = "",
    dry_run: DryRun = False,
) -> None:
    """Run the pipeline once on Vertex AI or Kubeflow, from what `compile` would write."""
    with reporting_wrong_input():
        from pipeline.commands import cluster_runs

        settings = cluster_settings(
            config, assignments, profile, catalog=catalog, shelves=shelves, root=root
        )
        typer.echo(cluster_runs.submit(target.value, settings, name, alarm, dry_run))


def main() -> None:
    """Entry point of the console script."""
    open_standard_streams()
    try:
        Path.cwd()
    except FileNotFoundError:
        typer.echo("the folder that you are in is gone: change to another one", err=True)
        sys.exit(WRONG_INPUT)
    if sys.argv[1:2] == ["run"]:
        keep_freed_memory()
    ensure_home_and_user()
    try:
        # Also around what no command does, such as to print help.
        with reporting_wrong_input():
            app()
    except typer.Exit as ended:
        sys.exit(ended.exit_code)
    except SystemExit as ended:
        if ended.code == INTERRUPTED:
            leave_at_once()
        raise
    except Exception:
        traceback.print_exc()
        typer.echo("failed: the lines above say where; this is a defect of the program", err=True)
        sys.exit(FAILED)


def _check_stages(from_stage: str | None, to_stage: str | None) -> None:
    """Refuses what are no stages, or in the wrong order, before anything slow starts."""
    from pipeline.errors import WrongInput
    from pipeline.stages import STAGES, no_such_stage

    problems = [
        f"{name}: {no_such_stage(name)}"
        for name in (from_stage, to_stage)
        if name is not None and name not in STAGES
    ]
    if problems:
        raise WrongInput(problems)
    first, last = from_stage or STAGES[0], to_stage or STAGES[-1]
    if STAGES.index(first) > STAGES.index(last):
        raise WrongInput([f"{last} comes before {first}: swap --from-stage and --to-stage"])


if __name__ == "__main__":
    main()

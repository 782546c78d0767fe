"""The command line's `oneshelf releases …`: looking at releases, going back, cleaning up."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.examples import examples
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.plain_group import PlainGroup
from pipeline.exits import REFUSED

if TYPE_CHECKING:
    from components.releases.registry import Registry
    from components.releases.release import Release
    from components.releases.release_record import ReleaseRecord

app = typer.Typer(
    cls=PlainGroup, help="Look at releases, go back to one, clean up.", no_args_is_help=True
)

Releases = Annotated[
    str | None,
    typer.Option(
        "--releases",
        "--release",
        metavar="DIR",
        help="The releases folder; oneshelf-out/releases if not set.",
    ),
]
Version = Annotated[int, typer.Argument(min=1, metavar="VERSION", show_default=False)]
_LONGEST_REASON = 500  # letters
Why = Annotated[str, typer.Option(metavar="TEXT", help="Is recorded.")]


@app.callback()
def _group() -> None:
    """Look at releases, go back to one, clean up."""


@app.command(
    "list",
    epilog=examples(
        "oneshelf releases list", "oneshelf releases list --releases mine/releases --quick"
    ),
)
def list_(
    releases: Releases = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Compare sizes only, and read no checksums.")
    ] = False,
) -> None:
    """List all releases, whether each is whole, and which is current; exit 1 if that is damaged."""
    with reporting_wrong_input():
        registry = _open(releases)
        from rich.console import Console
        from rich.progress import track

        from pipeline.commands.release_tables import overview, print_table

        entries = registry.entries()
        console = Console(stderr=True)
        rows = track(entries.items(), "reading every file", console=console, transient=True)
        current, named = _current(registry)
        table, notes, damaged = overview(rows, current, registry.history(), checksums=not quick)
        if entries:
            print_table(table)
        else:
            typer.echo(f"{registry.folder}: no release yet")
        for note in notes:
            _say(note)
        if damaged or (named and current is None):
            raise typer.Exit(REFUSED)


@app.command(
    epilog=examples("oneshelf releases show", "oneshelf releases show 3 --releases mine/releases")
)
def show(
    version: Annotated[
        int | None, typer.Argument(min=1, metavar="VERSION", help="The current one if not given.")
    ] = None,
    releases: Releases = None,
) -> None:
    """Show one release: what it is made of, what the gates said, and its metrics."""
    with reporting_wrong_input():
        registry = _open(releases)
        release = _named(registry, version)
        from pipeline.commands.release_tables import details, print_table

        for table in details(release, _current(registry)[0], registry.history()):
            print_table(table)
            typer.echo()


@app.command(epilog=examples("oneshelf releases check", "oneshelf releases check 3"))
def check(
    version: Annotated[
        int | None, typer.Argument(min=1, metavar="VERSION", help="The current one if not given.")
    ] = None,
    releases: Releases = None,
) -> None:
    """Load a release as a server does and send it its warm-up photos, if its files are whole."""
    with reporting_wrong_input():
        release = _named(_open(releases), version)
        from pipeline.quiet import without_noise

        typer.echo(f"{release}: reading every file, then loading the model", err=True)
        with without_noise():
            # Imports TensorFlow, which has much to say.
            from components.serving_check.check_release import check_release
            from components.serving_check.settings import ServingCheckSettings

            verdict = check_release(release, ServingCheckSettings())
        if not verdict.ok:
            for reason in verdict.reasons:
                _say(reason)
            raise typer.Exit(REFUSED)
        typer.echo(
            f"{release}: answers {verdict.requests} requests rightly; loaded in "
            f"{verdict.load_seconds:.1f} s, {verdict.latency_ms:.0f} ms per photo"
        )


@app.command(epilog=examples("oneshelf releases diff 2 3"))
def diff(a: Version, b: Version, releases: Releases = None) -> None:
    """Compare two releases: metrics, gates, products, data and configuration."""
    with reporting_wrong_input():
        registry = _open(releases)
        from components.releases.compare_releases import compare
        from pipeline.commands.release_tables import differences, print_table

        before, after = registry.get(a), registry.get(b)
        records = _with_settings_of_today(before.record), _with_settings_of_today(after.record)
        found = compare(*records, before.products(), after.products())
        tables = differences(found, a, b)
        for table in tables:
            print_table(table)
            typer.echo()
        if not tables:
            typer.echo(f"{a} and {b}: no difference in metrics, gates, products, data or settings")


def _with_settings_of_today(record: "ReleaseRecord") -> "ReleaseRecord":
    """Return a record whose settings are named as today, so that a new name is no difference."""
    from pipeline.renamed_settings import with_new_names

    configuration, _ = with_new_names(record.configuration)
    return record.model_copy(update={"configuration": configuration})


@app.command(
    epilog=examples(
        "oneshelf releases rollback",
        "oneshelf releases rollback --to 2 --why 'too many false alarms'",
    )
)
def rollback(
    to: Annotated[
        int | None, typer.Option(min=1, metavar="VERSION", help="Else the current one's parent.")
    ] = None,
    why: Why = "",
    releases: Releases = None,
) -> None:
    """Make an earlier release current again, if its files are whole; withdraws the current one."""
    with reporting_wrong_input():
        registry = _open(releases)
        before, _ = _current(registry)
        from components.releases import upkeep
        from components.releases.layout import EDGE, serving_folder

        release = upkeep.rollback(registry, to, _checked(why))
        typer.echo(f"release {release.version} is current; every file is as released")
        if before is not None and release.version < before:
            typer.echo(
                f"release {before} is withdrawn: a run that gives the same model is refused, "
                "unless release_gate.allow_withdrawn says otherwise"
            )
        typer.echo(f"predict and new runs use it from now on; phones take {release}/{EDGE}")
        typer.echo(
            f'servers go on as before: in their models.config, set "stable" to {release.version}, '
            f"which has to be loaded there: {release}/{serving_folder(release.version)}"
        )


@app.command(epilog=examples("oneshelf releases pin 2 --why 'used in the north'"))
def pin(version: Version, why: Why = "", releases: Releases = None) -> None:
    """Keep a release from being removed by gc."""
    with reporting_wrong_input():
        registry = _open(releases)
        from components.releases import upkeep

        upkeep.pin(registry, version, why=_checked(why))
        typer.echo(f"release {version} is pinned")


@app.command(epilog=examples("oneshelf releases unpin 2"))
def unpin(version: Version, why: Why = "", releases: Releases = None) -> None:
    """Let gc remove a release again."""
    with reporting_wrong_input():
        registry = _open(releases)
        from components.releases import upkeep

        upkeep.pin(registry, version, pinned=False, why=_checked(why))
        typer.echo(f"release {version} is no longer pinned")


@app.command(
    epilog=examples("oneshelf releases gc --keep 5", "oneshelf releases gc --keep 5 --yes")
)
def gc(
    keep: Annotated[int, typer.Option(min=1, metavar="N", help="How many of the newest stay.")],
    yes: Annotated[
        bool, typer.Option("--yes", help="Remove; else only say what would go.")
    ] = False,
    releases: Releases = None,
) -> None:
    """Remove old releases, never the current one, its parent or what is pinned."""
    with reporting_wrong_input():
        registry = _open(releases)
        from components.releases import upkeep
        from components.releases.errors import NoRelease
        from components.releases.retention import plan
        from pipeline.commands.release_tables import print_table, retention

        current = registry.current()
        if current is None:
            raise NoRelease(f"{registry.folder}: no release is current, so none is safe to remove")
        planned = plan(registry.list(), current, registry.history().pinned, keep)
        print_table(retention(planned))
        if yes:
            upkeep.finish_removals(registry)
            for release in planned.removed:
                upkeep.remove(registry, release.version)
                typer.echo(f"removed {release.version}")
        elif planned.removed:
            typer.echo("nothing is removed yet: add --yes")


def _say(line: str) -> None:
    """Print a line that may hold what people and files say."""
    from components.records.texts import printable

    typer.echo(printable(line), err=True)


def _checked(why: str) -> str:
    """Return a reason that can be kept and shown as one line."""
    from components.records.texts import line_fault
    from pipeline.errors import WrongInput

    if fault := line_fault(why, _LONGEST_REASON):
        raise WrongInput([f"--why {'; '.join(fault)}"])
    return why


def _open(releases: str | None) -> "Registry":
    """Return the registry in a folder that exists; a run's where none is named."""
    from pipeline.commands.open_registry import open_registry
    from pipeline.config import PipelineConfig

    return open_registry(releases or PipelineConfig().releases_folder)


def _named(registry: "Registry", version: int | None) -> "Release":
    """Return the release that was asked for: a version, or else the current one."""
    from components.releases.errors import NoRelease

    release = registry.get(version) if version else registry.current()
    if release is None:
        raise NoRelease(f"{registry.folder}: no release is current; name a version")
    return release


def _current(registry: "Registry") -> tuple[int | None, bool]:
    """Return the version that is current, if it is a release, and whether any is named."""
    from components.releases.errors import ReleaseError

    try:
        release = registry.current()
    except ReleaseError as error:
        _say(str(error))
        return None, True
    return (release.version, True) if release else (None, False)

"""The command line's `oneshelf schedule …`: runs that start by the clock."""

from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.commands.examples import examples
from pipeline.commands.input_errors import reporting_wrong_input
from pipeline.commands.options import (
    Assignments,
    ClusterCatalog,
    ClusterRoot,
    ClusterShelves,
    ConfigFile,
    DryRun,
    cluster_settings,
)
from pipeline.commands.plain_group import PlainGroup

if TYPE_CHECKING:
    from kubeflow.schedules import Schedules, Timing
    from pipeline.config import PipelineConfig

app = typer.Typer(cls=PlainGroup, help="Start runs by the clock.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Start runs by the clock."""


class ScheduleTarget(str, Enum):
    """Where runs are to start."""

    vertex = "vertex"
    kubeflow = "kubeflow"
    local = "local"


Target = Annotated[ScheduleTarget, typer.Option(help="Where the runs start.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the schedule.")]


@app.command(
    epilog=examples(
        "oneshelf schedule create weekly --target vertex --config cluster.yaml",
        "oneshelf schedule create nightly --target local --cron '0 2 * * *'",
        "oneshelf schedule create weekly --target kubeflow --dry-run",
    )
)
def create(
    name: Name,
    target: Target,
    cron: Annotated[
        str,
        typer.Option(
            metavar="FIELDS", help="Minute, hour, day of the month, month, day of the week."
        ),
    ] = "0 3 * * 1",
    time_zone: Annotated[
        str | None,
        typer.Option(
            metavar="ZONE",
            help="Europe/Zurich, for example; if not set, the one that the target reads times in.",
        ),
    ] = None,
    config: ConfigFile = None,
    assignments: Assignments = None,
    profile: Annotated[
        str | None,
        typer.Option(
            help="Settings to start from; if there is no --config, vertex, and on this machine "
            "what `run` starts from."
        ),
    ] = None,
    catalog: ClusterCatalog = None,
    shelves: ClusterShelves = None,
    root: ClusterRoot = None,
    dry_run: DryRun = False,
) -> None:
    """Start a run at set times; given again, the schedule of that name becomes what is given."""
    with reporting_wrong_input():
        from kubeflow.cron import check_time_zone, read_cron
        from kubeflow.schedules import Timing
        from pipeline.commands.cluster_runs import check_name, create_schedule
        from pipeline.config import load

        check_name(name)
        given = {"catalog": catalog, "shelves": shelves, "root": root}
        if target is not ScheduleTarget.local and not config:
            profile = profile or "vertex"
        settings = load(profile, config, assignments or (), given)
        zone = time_zone or _time_zone(target, settings)
        check_time_zone(zone)
        timing = Timing(read_cron(cron), zone)
        remark = ""
        if target is ScheduleTarget.local:
            said, remark = _create_here(name, timing, settings, dry_run)
        else:
            said = create_schedule(target.value, settings, name, timing, dry_run)
        if dry_run:
            typer.echo(said)
            return
        typer.echo(f"{name}: {said}; runs start by {timing.with_zone}")
        if remark:
            typer.echo(remark)


@app.command(
    "list",
    epilog=examples(
        "oneshelf schedule list --target vertex --config cluster.yaml",
        "oneshelf schedule list --target local",
    ),
)
def list_schedules(
    target: Target, config: ConfigFile = None, assignments: Assignments = None
) -> None:
    """Show the schedules that `schedule create` made."""
    with reporting_wrong_input():
        from pipeline.commands.release_tables import Shown, print_table
        from pipeline.quiet import without_noise

        schedules = _schedules(target, config, assignments)
        with without_noise():
            there = schedules.list()
        if not there:
            typer.echo("there is none; `oneshelf schedule create` makes one")
            return
        print_table(Shown(("schedule", "when", "state", "next run"), there))


@app.command(epilog=examples("oneshelf schedule pause weekly --target local"))
def pause(
    name: Name, target: Target, config: ConfigFile = None, assignments: Assignments = None
) -> None:
    """Start no more runs until it is resumed; a run that is at work goes on."""
    with reporting_wrong_input():
        _quietly(_schedules(target, config, assignments).pause, name)
        typer.echo(f"{name}: paused")


@app.command(epilog=examples("oneshelf schedule resume weekly --target local"))
def resume(
    name: Name, target: Target, config: ConfigFile = None, assignments: Assignments = None
) -> None:
    """Start runs again from now on; what was missed meanwhile is left."""
    with reporting_wrong_input():
        _quietly(_schedules(target, config, assignments).resume, name)
        typer.echo(f"{name}: active")


@app.command(epilog=examples("oneshelf schedule delete weekly --target local"))
def delete(
    name: Name, target: Target, config: ConfigFile = None, assignments: Assignments = None
) -> None:
    """Take a schedule away; a run that is at work goes on."""
    with reporting_wrong_input():
        _quietly(_schedules(target, config, assignments).delete, name)
        typer.echo(f"{name}: deleted")


def _create_here(
    name: str, timing: "Timing", settings: "PipelineConfig", dry_run: bool
) -> tuple[str, str]:
    """Return what was done, or would be, and what to know of it."""
    from pipeline.local import local_schedules
    from pipeline.local.timed_run import timed_run

    run = timed_run(name, timing, settings)
    schedules = local_schedules.scheduler()
    if dry_run:
        return schedules.request(run), ""
    return local_schedules.create(run, settings), schedules.remark.replace("NAME", name)


def _schedules(
    target: ScheduleTarget, config: Path | None, assignments: list[str] | None
) -> "Schedules":
    if target is ScheduleTarget.local:
        from pipeline.local.local_schedules import scheduler

        return scheduler()
    from pipeline.commands.cluster_runs import cluster

    return cluster(target.value, cluster_settings(config, assignments))


def _quietly(change: Callable[[str], None], name: str) -> None:
    """Change a schedule, with nothing of what the libraries of its target print."""
    from pipeline.quiet import without_noise

    with without_noise():
        change(name)


def _time_zone(target: ScheduleTarget, settings: "PipelineConfig") -> str:
    if target is ScheduleTarget.local:
        from pipeline.local.crontab_lines import machine_time_zone

        return machine_time_zone()
    return settings.cloud.kubeflow.time_zone if target is ScheduleTarget.kubeflow else "UTC"

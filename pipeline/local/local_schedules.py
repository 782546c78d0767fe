"""Schedules of this machine, by whichever of its schedulers it has."""

from kubeflow.schedules import Change
from pipeline.config import PipelineConfig
from pipeline.errors import WrongInput
from pipeline.local.crontab_lines import CrontabLines
from pipeline.local.systemd_timers import SystemdTimers
from pipeline.local.timed_run import TimedRun


def scheduler() -> SystemdTimers | CrontabLines:
    """Return what starts runs on this machine.

    Raises:
        WrongInput: There is nothing that does.
    """
    for kind in (SystemdTimers, CrontabLines):
        if kind.usable():
            return kind()
    raise WrongInput(
        [
            "this machine starts nothing by the clock: there is no systemd for users and no "
            "crontab; install cron (apt install cron), or let another scheduler give `oneshelf run`"
        ]
    )


def create(run: TimedRun, config: PipelineConfig) -> Change:
    """Make a schedule, or make the one of this name what it would be now; keep its settings."""
    schedules = scheduler()
    schedules.request(run)  # refuses before anything is written
    settings = config.to_yaml()
    same = run.settings.is_file() and run.settings.read_text(encoding="utf-8") == settings
    run.settings.parent.mkdir(parents=True, exist_ok=True)
    run.settings.write_text(settings, encoding="utf-8")
    change = schedules.create(run)
    return "changed" if change == "unchanged" and not same else change

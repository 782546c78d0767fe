"""A run of this machine that starts by the clock."""

import subprocess
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from kubeflow.schedules import Timing
from pipeline.config import PipelineConfig, below
from pipeline.errors import WrongInput


class TimedRun(NamedTuple):
    """What starts, when, and where its output goes; paths are in full."""

    name: str
    timing: Timing
    settings: Path
    folder: Path  # that paths in the settings are seen from
    log: Path

    @property
    def command(self) -> list[str]:
        """The command line of a run; two never run at once, for a run locks its root."""
        program = Path(sysconfig.get_path("scripts")) / "oneshelf"
        return [str(program), "run", "--config", str(self.settings)]


def timed_run(name: str, timing: Timing, config: PipelineConfig) -> TimedRun:
    """Return the run that a schedule of this machine starts.

    Raises:
        WrongInput: A path cannot stand in a line, or the data is not there.
    """
    folder = Path.cwd()
    root = folder / config.root
    run = TimedRun(
        name,
        timing,
        settings=Path(below(str(root), f"schedules/{name}.yaml")),
        folder=folder,
        log=Path(below(str(root), f"logs/schedule-{name}.log")),
    )
    problems = [
        f"{path!r}: no path for a schedule; rename it to plain letters"
        for path in (*run.command, str(folder))
        if not path.isprintable()
    ]
    # Said now, and not at night in a log.
    problems += [
        f"{path}: there is no such file or folder; check the path"
        for path in (config.catalog, config.shelves)
        if path is not None and not Path(path).exists()
    ]
    if problems:
        raise WrongInput(problems)
    return run


def ask(*command: str, text: str | None = None) -> str:
    """Return what a program of this machine answers.

    Raises:
        WrongInput: It refuses; with its last line.
    """
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        said = last_line(done.stderr.splitlines()) or f"exit code {done.returncode}"
        raise WrongInput([f"{' '.join(command)}: {said}"])
    return done.stdout.strip()


def last_line(lines: Sequence[str]) -> str:
    """Return the last line that says anything."""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")

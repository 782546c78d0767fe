"""Schedules of this machine as lines of a crontab, where systemd runs nothing for users."""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Sequence

from kubeflow.schedules import Change, Schedule, none_of_that_name
from pipeline.errors import WrongInput
from pipeline.local.timed_run import TimedRun, ask, last_line

_WHERE = "in the crontab"
_PAUSED = "#paused "
_LINE = re.compile(
    rf"(?P<paused>{_PAUSED})?(?P<cron>(?:\S+ ){{4}}\S+) .* # oneshelf (?P<name>[a-z0-9-]+)"
)


class CrontabLines:
    """Lines of a crontab that end in `# oneshelf NAME`; all others stay as they are."""

    remark = "its output goes to the folder `logs` of its root"

    @staticmethod
    def usable() -> bool:
        """Whether this user has a crontab, or may have one."""
        return shutil.which("crontab") is not None

    def request(self, run: TimedRun) -> str:
        """Return the line that stands for a schedule.

        Raises:
            WrongInput: Another time zone is asked for than the machine's.
        """
        zone = machine_time_zone()
        if run.timing.time_zone != zone:
            raise WrongInput(
                [
                    f"--time-zone {run.timing.time_zone}: cron starts runs by this machine's time "
                    f"zone, {zone}; give that, or leave it out"
                ]
            )
        command = f"cd {shlex.quote(str(run.folder))} && nice {shlex.join(run.command)}"
        line = f"{command} >> {shlex.quote(str(run.log))} 2>&1"
        # To cron a bare % ends the line.
        return f"{run.timing.cron.fields} {line}".replace("%", r"\%") + f" # oneshelf {run.name}"

    def create(self, run: TimedRun) -> Change:
        """Make a schedule, or make the one of this name what it would be now."""
        wanted = self.request(run)
        run.log.parent.mkdir(parents=True, exist_ok=True)
        lines = _read()
        at = next((at for at, line in enumerate(lines) if _name(line) == run.name), None)
        if at is None:
            _write([*lines, wanted])
            return "created"
        earlier = lines[at].removeprefix(_PAUSED)
        if earlier == wanted:
            return "unchanged"
        lines[at] = lines[at].replace(earlier, wanted)
        _write(lines)
        return "changed"

    def list(self) -> list[Schedule]:
        """Return the schedules of this user."""
        zone = machine_time_zone()
        return [
            Schedule(
                match["name"],
                f"TZ={zone} {match['cron']}",
                "paused" if match["paused"] else "active",
            )
            for line in _read()
            if (match := _LINE.fullmatch(line))
        ]

    def pause(self, name: str) -> None:
        """Start no more runs until it is resumed."""
        self._replace(name, lambda line: _PAUSED + line.removeprefix(_PAUSED))

    def resume(self, name: str) -> None:
        """Start runs again from now on."""
        self._replace(name, lambda line: line.removeprefix(_PAUSED))

    def delete(self, name: str) -> None:
        """Take a schedule away; a run that is at work goes on."""
        self._replace(name, lambda line: None)

    def _replace(self, name: str, change: Callable[[str], str | None]) -> None:
        lines = _read()
        names = [found for line in lines if (found := _name(line))]
        if name not in names:
            raise none_of_that_name(name, names, _WHERE)
        changed = [change(line) if _name(line) == name else line for line in lines]
        _write([line for line in changed if line is not None])


def machine_time_zone() -> str:
    """Return the name of the time zone that this machine's clock shows."""
    if zone := os.environ.get("TZ", "").lstrip(":"):
        return zone
    _, found, zone = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    return zone.removeprefix("Etc/") if found else "UTC"


def _name(line: str) -> str | None:
    match = _LINE.fullmatch(line)
    return match["name"] if match else None


def _read() -> list[str]:
    done = subprocess.run(["crontab", "-l"], capture_output=True, text=True, check=False)
    if done.returncode and "no crontab" not in done.stderr.lower():
        said = last_line(done.stderr.splitlines())
        raise WrongInput([f"crontab -l: {said or f'exit code {done.returncode}'}"])
    return [] if done.returncode else done.stdout.splitlines()


def _write(lines: Sequence[str]) -> None:
    ask("crontab", "-", text="".join(f"{line}\n" for line in lines))

"""Schedules of this machine as timers of the user's systemd."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from kubeflow.schedules import Change, Schedule, none_of_that_name
from pipeline.local.timed_run import TimedRun, ask

_WHERE = "on this machine"
_SERVICE = """\
[Unit]
Description=OneShelf schedule {name}

[Service]
Type=oneshot
Nice=10
WorkingDirectory={folder}
ExecStart={command}
"""
_TIMER = """\
[Unit]
Description=OneShelf schedule {name}

[Timer]
OnCalendar={when}
Persistent=false

[Install]
WantedBy=timers.target
"""


class SystemdTimers:
    """Timers and services `oneshelf-NAME`."""

    remark = (
        "it runs while you are logged in; `loginctl enable-linger` lets it run without, and "
        "`journalctl --user -u oneshelf-NAME` shows what it said"
    )

    def __init__(self) -> None:
        home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        self._folder = home / "systemd" / "user"

    @staticmethod
    def usable() -> bool:
        """Whether systemd runs services of this user here."""
        if shutil.which("systemctl") is None:
            return False
        asked = ["systemctl", "--user", "show-environment"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0

    def request(self, run: TimedRun) -> str:
        """Return the files that stand for a schedule, one below the other."""
        texts = self._texts(run)
        return "\n".join(f"# {file}\n{text}" for file, text in texts.items())

    def create(self, run: TimedRun) -> Change:
        """Make a schedule, or make the one of this name what it would be now."""
        texts = self._texts(run)
        new = not self._timer(run.name).is_file()
        if all(file.is_file() and file.read_text() == text for file, text in texts.items()):
            return "unchanged"
        self._folder.mkdir(parents=True, exist_ok=True)
        for file, text in texts.items():
            file.write_text(text, encoding="utf-8")
        _systemctl("daemon-reload")
        if new:
            _systemctl("enable", "--now", self._timer(run.name).name)
            return "created"
        # A timer that is paused stays so.
        _systemctl("try-restart", self._timer(run.name).name)
        return "changed"

    def list(self) -> list[Schedule]:
        """Return the schedules of this user."""
        return [self._schedule(name) for name in self._names()]

    def pause(self, name: str) -> None:
        """Start no more runs until it is resumed."""
        _systemctl("disable", "--now", self._found(name).name)

    def resume(self, name: str) -> None:
        """Start runs again from now on."""
        _systemctl("enable", "--now", self._found(name).name)

    def delete(self, name: str) -> None:
        """Take a schedule away; a run that is at work goes on."""
        timer = self._found(name)
        _systemctl("disable", "--now", timer.name)
        timer.unlink()
        timer.with_suffix(".service").unlink(missing_ok=True)
        _systemctl("daemon-reload")

    def _texts(self, run: TimedRun) -> dict[Path, str]:
        timer = self._timer(run.name)
        service = _SERVICE.format(
            name=run.name,
            folder=str(run.folder).replace("%", "%%"),
            command=" ".join(map(_quoted, run.command)),
        )
        when = run.timing.cron.on_calendar(run.timing.time_zone)
        timer_text = _TIMER.format(name=run.name, when=when)
        return {timer.with_suffix(".service"): service, timer: timer_text}

    def _timer(self, name: str) -> Path:
        return self._folder / f"oneshelf-{name}.timer"

    def _names(self) -> Iterator[str]:
        for file in sorted(self._folder.glob("oneshelf-*.timer")):
            yield file.stem.removeprefix("oneshelf-")

    def _found(self, name: str) -> Path:
        if name not in (names := list(self._names())):
            raise none_of_that_name(name, names, _WHERE)
        return self._timer(name)

    def _schedule(self, name: str) -> Schedule:
        timer = self._timer(name)
        lines = timer.read_text(encoding="utf-8").splitlines()
        (when,) = [line for line in lines if line.startswith("OnCalendar=")]
        shown = _systemctl(
            "show", timer.name, "--property=ActiveState", "--property=NextElapseUSecRealtime"
        )
        values = dict(line.partition("=")[::2] for line in shown.splitlines())
        active = values.get("ActiveState") == "active"
        return Schedule(
            name,
            when.removeprefix("OnCalendar="),
            "active" if active else "paused",
            values.get("NextElapseUSecRealtime", "") if active else "",
        )


def _systemctl(*words: str) -> str:
    return ask("systemctl", "--user", *words)


def _quoted(word: str) -> str:
    """Return a word as systemd takes it for one, whatever is in it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'

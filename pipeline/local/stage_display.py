"""What a run shows while it lasts: one line per finished stage, a bar for the one at work."""

import logging
import time
from collections import deque
from types import TracebackType
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from components.runtime import progress

_LOGGER_NAME = "oneshelf"
_NAME_WIDTH = 21
_UNBROKEN = 10_000  # letters
_SECONDS_BETWEEN_PLAIN_LINES = 15.0
_PACE_SECONDS, _FEWEST_SECONDS = 60.0, 10.0


def console_on(stream: TextIO) -> Console:
    """Return a console as wide as the terminal; in a file no line is broken and no table cut."""
    console = Console(file=stream)
    return console if console.is_terminal else Console(file=stream, width=_UNBROKEN)


class StageDisplay:
    """Shows stages as they start, advance and end; use as a context manager.

    On a terminal the stage at work has a live line with its time and, where it reports progress,
    a bar, a remark and the time left. Elsewhere (a file, a CI log) there are plain lines only.
    Progress arrives through the logger of `components.runtime.progress`, and so do
    warnings of any logger below `oneshelf`.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._live = Progress(
            TextColumn(" {task.description}"),
            TimeElapsedColumn(),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[remark]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._handler = _LogHandler(self)
        self._task: TaskID | None = None
        self._label = ""
        self._clock = _Clock()
        self._last_plain_line = 0.0

    def __enter__(self) -> "StageDisplay":
        logger = logging.getLogger(_LOGGER_NAME)
        logger.addHandler(self._handler)
        logger.setLevel(logging.INFO)  # remarks of lower rank than warnings go to the log file
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        logging.getLogger(_LOGGER_NAME).removeHandler(self._handler)
        self._live.stop()

    def say(self, text: str) -> None:
        """Print a line above the live one."""
        self.console.print(text, markup=False, highlight=False, soft_wrap=True)

    def stage_started(self, name: str, number: int | None = None, total: int | None = None) -> None:
        """Show that stage `name` is at work; it is the `number`th of `total`, counted from 1."""
        count = f"{number:>2}/{total} " if number is not None else "      "
        self._label = f"{count}{name:<{_NAME_WIDTH}}"
        self._clock = _Clock()
        self._last_plain_line = time.monotonic()
        self._task = self._live.add_task(self._label, total=None, remark="")

    def stage_advanced(self, report: progress.Progress) -> None:
        """Show what the stage at work reports: how far it has come."""
        if self._task is None:
            return
        self._clock.note(report.done)
        remark = _remark(report, self._clock.seconds_left(report.total))
        self._live.update(
            self._task, completed=report.done, total=max(report.total, 1), remark=remark
        )
        now = time.monotonic()
        quiet_for = now - self._last_plain_line
        if not self.console.is_terminal and quiet_for >= _SECONDS_BETWEEN_PLAIN_LINES:
            self._last_plain_line = now
            self.say(f" {self._label} {remark}")

    def stage_ended(self, seconds: float, outcome: str = "") -> None:
        """Show that the stage is done; `outcome` says what is not obvious, such as "cached"."""
        if self._task is not None:
            self._live.remove_task(self._task)
            self._task = None
        said = outcome or f"{duration(seconds):>8}"
        self.say(f" {self._label} {said}")


class _LogHandler(logging.Handler):
    """Hands what arrives as log records to a display: progress, what stages say, and warnings."""

    def __init__(self, display: StageDisplay) -> None:
        super().__init__()
        self._display = display

    def emit(self, record: logging.LogRecord) -> None:
        report = getattr(record, "progress", None)
        if isinstance(report, progress.Progress):
            self._display.stage_advanced(report)
        elif record.levelno >= logging.WARNING or hasattr(record, "said"):
            self._display.say(f"       {record.getMessage()}")


class _Clock:
    """Estimates the time left from the pace of the last minute or so.

    Neither what comes before the first report (compiling, loading) nor the first few things done,
    which still wait for caches and threads, are a measure of it.
    """

    def __init__(self) -> None:
        self._reports: deque[tuple[float, int]] = deque()

    def note(self, done: int) -> None:
        """Take a report; a count that went back starts afresh."""
        now = time.monotonic()
        if self._reports and done < self._reports[-1][1]:
            self._reports.clear()
        self._reports.append((now, done))
        while len(self._reports) > 2 and self._reports[1][0] <= now - _PACE_SECONDS:
            self._reports.popleft()

    def seconds_left(self, total: int) -> float | None:
        """Return the seconds left until the count reaches `total`; None while unknown."""
        if not self._reports:
            return None
        (began, first), (ended, last) = self._reports[0], self._reports[-1]
        if last == first or ended - began < _FEWEST_SECONDS:
            return None
        return (ended - began) / (last - first) * (total - last)


def duration(seconds: float) -> str:
    """Return a time as people say it: 4.2 s, 1:05 min, 2:03 h."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)}:{int(seconds % 60):02d} min"
    return f"{int(seconds // 3600)}:{int(seconds % 3600 // 60):02d} h"


def _remark(report: progress.Progress, seconds_left: float | None) -> str:
    parts = [f"{report.done:,} of {report.total:,}"]
    if report.note:
        parts.append(report.note)
    if seconds_left is not None and report.done < report.total:
        parts.append(f"{duration(seconds_left)} left")
    return ", ".join(parts)

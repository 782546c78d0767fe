"""Runs a module of this project in a process of its own that tells how it goes as if it ran here.

The process writes JSON lines to its standard output; here they become log records again, see
progress.py. Standard error is the parent's.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

from components.runtime import progress
from components.runtime.isolated import complaint_of

_PROGRESS, _SAID, _WARNING, _FAILED = "progress", "said", "warning", "failed"


def run_reporting(module: str, arguments: Sequence[str]) -> None:
    """Run `python -m module arguments…`, which is to call `reporting`, and wait for its end.

    Raises:
        RuntimeError: It failed; the message is the process's own.
    """
    variables = dict(os.environ)
    variables["PYTHONPATH"] = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    process = subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        env=variables,
    )
    failure = ""
    try:
        assert process.stdout is not None
        for line in process.stdout:
            failure = _relay(line) or failure
        returncode = process.wait()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    if returncode:
        raise RuntimeError(failure or f"{module} {complaint_of(returncode, '')}")


def reporting(work: Callable[[], None]) -> int:
    """Do the work of a process that `run_reporting` started; return its exit code."""
    logger = logging.getLogger("oneshelf")
    logger.setLevel(logging.INFO)
    logger.addHandler(_ToParent())
    try:
        work()
    except Exception as error:
        traceback.print_exc()
        _send(_FAILED, f"{error}" or type(error).__name__)
        return 1
    return 0


class _ToParent(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        reported = getattr(record, "progress", None)
        if isinstance(reported, progress.Progress):
            _send(_PROGRESS, reported)
        elif getattr(record, "said", False):
            _send(_SAID, record.getMessage())
        elif record.levelno >= logging.WARNING:
            _send(_WARNING, record.getMessage())


def _send(kind: str, value: object) -> None:
    print(json.dumps({kind: value}), flush=True)


def _relay(line: str) -> str:
    """Say here what the process said in a line; return why it failed, if that is what it says."""
    try:
        ((kind, value),) = json.loads(line).items()
    except (ValueError, AttributeError):  # what a library printed
        sys.stderr.write(line)
        return ""
    if kind == _PROGRESS:
        progress.report(*value)
    elif kind == _SAID:
        progress.say(value)
    elif kind == _WARNING:
        logging.getLogger("oneshelf.process").warning("%s", value)
    return value if kind == _FAILED else ""

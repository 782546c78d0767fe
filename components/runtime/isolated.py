"""Running one of this project's modules in a process of its own, and telling how it ended.

Native code (the TFLite converter, a SavedModel's kernels) can abort the whole process: there is no
exception to catch, so what may abort runs here and an abort becomes a sentence.
"""

import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LAST_LINES = 5
"""Lines of stderr that a complaint holds where a signal ended the process."""


@dataclass(frozen=True)
class Outcome:
    """How a process ended.

    Attributes:
        stdout: What it wrote.
        complaint: What went wrong, in one line; empty when it ended well.
    """

    stdout: str
    complaint: str

    @property
    def ok(self) -> bool:
        """Whether the process ended by itself with exit code 0."""
        return not self.complaint


def run_isolated(
    module: str,
    arguments: Sequence[str],
    timeout_seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Run `python -m module arguments…` with this process's import path.

    Args:
        module: Dotted name.
        arguments: For its command line.
        timeout_seconds: When it is stopped.
        environment: Variables beside those of this process.

    Returns:
        How it ended; nothing is raised, whatever happens.
    """
    variables = dict(os.environ, **(environment or {}))
    variables["PYTHONPATH"] = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    # No accelerator is asked for: what is checked must hold on any machine, and a device that the
    # parent process occupies would make the child fail for a reason that is not the model's.
    variables["CUDA_VISIBLE_DEVICES"] = "-1"
    variables.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    # Files rather than pipes: a child left behind by an aborted process would keep a pipe open, and
    # the wait would never end.
    with tempfile.TemporaryFile() as stdout, tempfile.TemporaryFile() as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            env=variables,
        )
        timed_out = False
        try:
            returncode = process.wait(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
            process.kill()
            returncode = process.wait()
        finally:
            if process.poll() is None:
                process.kill()
        stdout.seek(0)
        stderr.seek(0)
        written = stdout.read().decode("utf-8", "replace")
        errors = stderr.read().decode("utf-8", "replace")
    if timed_out:
        complaint = f"did not end within {timeout_seconds:g} s and was stopped"
    else:
        complaint = complaint_of(returncode, errors)
    return Outcome(stdout=written, complaint=complaint)


def complaint_of(returncode: int, stderr: str) -> str:
    """Say in one line how a process ended that failed; empty for exit code 0."""
    if returncode == 0:
        return ""
    lines = [line.rstrip() for line in stderr.splitlines() if line.strip()]
    if returncode < 0:
        how = f"was ended by {_signal_name(-returncode)}"
        if -returncode == signal.SIGKILL:
            how += " (often: out of memory)"
        return " | ".join([how, *lines[-_LAST_LINES:]])
    if not lines:
        return f"ended with exit code {returncode} and no message"
    return " ".join(line.strip() for line in lines[_exception_starts(lines) :])


def _exception_starts(lines: Sequence[str]) -> int:
    """Return where the exception begins that ends a traceback; its message may take lines."""
    begins = [at for at, line in enumerate(lines) if re.match(r"[A-Za-z_][\w.]*(: |$)", line)]
    return begins[-1] if begins else len(lines) - 1


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"

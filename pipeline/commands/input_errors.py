"""How faults of a user's input, and of the machine around, are printed."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import typer

from pipeline.exits import INTERRUPTED, NOBODY_READS, WRONG_INPUT
from pipeline.interruption import acknowledged


@contextmanager
def reporting_wrong_input() -> Iterator[None]:
    """Turn what a user can mend into one line each and the exit code for it."""
    try:
        try:
            with _to_terminal() as say, acknowledged(say):
                yield
        finally:
            # Here and not when Python ends, where nobody could say what is wrong with it.
            sys.stdout.flush()
    except KeyboardInterrupt:
        _say("stopped; nothing half-written stays, so the same command can be given again")
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        _close_output()
        raise typer.Exit(NOBODY_READS) from None
    except Exception as error:
        lines = _lines_of(error)
        if lines is None:
            raise
        if not _close_output() and isinstance(error, OSError) and error.filename is None:
            error.filename = "standard output"
            lines = _lines_of(error) or lines
        for line in lines:
            _say(line)
        raise typer.Exit(WRONG_INPUT) from None


def _lines_of(error: Exception) -> list[str] | None:
    from components.records.problems import InputError
    from components.releases.errors import ReleaseError
    from components.runtime.system_errors import system_error_of
    from pipeline.errors import WrongInput

    if isinstance(error, WrongInput | InputError):
        lines = [str(problem) for problem in error.problems]
        return [*lines, f"{len(lines)} problems"] if len(lines) > 1 else lines
    if isinstance(error, ReleaseError):
        return [str(error)]
    system_error = system_error_of(error)
    return None if system_error is None else [system_error]


@contextmanager
def _to_terminal() -> Iterator[Callable[[str], None]]:
    """Give what prints a line on the standard error of now, wherever that will go meanwhile."""
    descriptor = os.dup(2)

    def say(line: str) -> None:
        # Below the line that the terminal shows ^C in, which may be a progress bar.
        start = "\n" if os.isatty(descriptor) else ""
        with suppress(OSError):  # nobody is there to be told
            os.write(descriptor, f"{start}{line}\n".encode())

    try:
        yield say
    finally:
        os.close(descriptor)


def _say(line: str) -> None:
    from components.records.texts import printable

    typer.echo(printable(line), err=True)


def _close_output() -> bool:
    """Drop what can no longer be written, or Python complains of it once more when it ends.

    Returns:
        Whether all could be written.
    """
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True

"""Keeps the output of libraries off the terminal.

TensorFlow, Beam and gRPC write to the process's own file descriptors, from C++ as well as from
Python. So the descriptors themselves point at a log file while a run lasts, and what is meant for
people goes to a duplicate of the former standard output.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def output_to(log: Path) -> Iterator[TextIO]:
    """Send standard output and error, of this process and its children, to the file `log`.

    Yields:
        A text stream to where standard output went before.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    sys.stdout.flush()
    sys.stderr.flush()
    saved_out, saved_err = os.dup(1), os.dup(2)
    with (
        log.open("ab", buffering=0) as file,
        os.fdopen(os.dup(saved_out), "w", 1, encoding="utf-8", errors="replace") as terminal,
    ):
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
        try:
            yield terminal
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os.dup2(saved_out, 1)
            os.dup2(saved_err, 2)
            os.close(saved_out)
            os.close(saved_err)


@contextmanager
def standard_error() -> Iterator[TextIO]:
    """Give a stream to standard error that stays on the terminal while `output_to` lasts."""
    with os.fdopen(os.dup(2), "w", 1, encoding="utf-8", errors="replace") as stream:
        yield stream


@contextmanager
def without_noise() -> Iterator[TextIO]:
    """Do as `output_to` does, with a log that nobody keeps."""
    with tempfile.TemporaryDirectory() as folder, output_to(Path(folder) / "log") as terminal:
        yield terminal

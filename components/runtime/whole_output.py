"""Files that are there whole or not at all: written beside, and renamed at the end."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from components.runtime.system_errors import naming

PART = ".part"
"""Ends the name of what an interrupted command had written."""


class CannotWrite(Exception):
    """The file cannot be written. One line for the user."""


@contextmanager
def whole_output(
    path: Path, mode: str, kept: Callable[[Path], None] | None = None, **text: Any
) -> Iterator[Any]:
    """Give an open file that takes the place of `path` once all is written.

    An error, or Ctrl-C, leaves what was there before. What is no file, such as `/dev/stdout`, is
    written to directly.

    Args:
        path: Where the file goes.
        mode: As for `open`.
        kept: Where a part is worth keeping: it goes into a file beside, which this is told of.
        text: Encoding and the like, as for `open`.

    Raises:
        CannotWrite: It cannot be opened.
    """
    target = Path(os.path.realpath(path))
    is_file = target.is_file()
    beside = is_file or not target.exists()
    written = target.with_name(f".{target.name}.fresh") if beside else target
    try:
        # Renaming asks for no right to the file that it replaces.
        if is_file and not os.access(target, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        file = written.open(mode, **text)
    except OSError as error:
        raise CannotWrite(f"{path}: cannot be written ({error.strerror})") from None
    try:
        with naming(path), file:
            yield file
        if beside:
            written.replace(target)
    except BaseException:
        if beside and kept is not None and written.stat().st_size:
            part = target.with_name(target.name + PART)
            written.replace(part)
            kept(part)
        elif beside:
            written.unlink(missing_ok=True)
        raise

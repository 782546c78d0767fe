"""Keeps what is no regular file from being opened: a pipe may never answer, a device never end."""

from __future__ import annotations

import errno
import stat
from pathlib import Path


class NoRegularFile(OSError):
    """A pipe, a socket or a device."""


def regular_size(path: Path) -> int:
    """Return the size of a regular file, bytes; call it before the file is opened.

    Raises:
        IsADirectoryError: It is a folder.
        NoRegularFile: It is neither a file nor a folder.
        OSError: Nothing can be said of it.
    """
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, "a folder, not a file", str(path))
    if not stat.S_ISREG(status.st_mode):
        raise NoRegularFile(errno.EINVAL, "a pipe or a device, not a file", str(path))
    return status.st_size

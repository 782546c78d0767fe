"""Errors of the system around the program (a full disk, no rights): one line for people."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

_MAKE_ROOM = "make room and try again"
_NO_RIGHT = "check its permissions, or name another place"
_ELSEWHERE = "name another place"
_REMEDIES = {
    errno.ENOSPC: _MAKE_ROOM,
    errno.EDQUOT: _MAKE_ROOM,
    errno.EFBIG: "allow larger files (ulimit -f) and try again",
    errno.EMFILE: "allow more open files (ulimit -n) and try again",
    errno.EIO: "check the disk",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EROFS: "name a place that can be written to",
    errno.EEXIST: _ELSEWHERE,
    errno.ENOTDIR: _ELSEWHERE,
    errno.EISDIR: _ELSEWHERE,
    errno.ENAMETOOLONG: _ELSEWHERE,
}
_IN_WORDS_OF_LIBRARIES = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)


def system_error_of(error: BaseException) -> str | None:
    """Return what happened and what to do about it; None where the program itself is at fault.

    Args:
        error: What was raised; what it was raised from counts, too.
    """
    for cause in causes_of(error):
        if isinstance(cause, OSError) and cause.errno in _REMEDIES:
            return _sentence(cause.errno, cause.filename)
        # TensorFlow and Beam pass on what the system said, as text in exceptions of their own.
        for number in _IN_WORDS_OF_LIBRARIES:
            if os.strerror(number) in str(cause):
                return _sentence(number, None)
    return None


@contextmanager
def naming(file: str | os.PathLike[str]) -> Iterator[None]:
    """Let errors of the system say which file is written: those of an open file do not."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = os.fspath(file)
        raise


def causes_of(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and what it was raised from, in turn."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _sentence(number: int, place: object) -> str:
    where = f"{os.fsdecode(place)}: " if isinstance(place, str | bytes) else ""
    return f"{where}{os.strerror(number)}; {_REMEDIES[number]}"

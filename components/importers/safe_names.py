"""Makes names from outside safe names of files."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

_MAX_NAME_BYTES = 120  # file systems end at 255; a suffix and a number must fit behind
_UNSAFE = re.compile(r"[^\w.+-]+")


def file_stem(name: str) -> str:
    """Return `name` made usable as a file's name, without suffix, on every file system.

    Letters and digits of all scripts and ``. + - _`` stay; everything else becomes ``_``.
    """
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", name)).strip(".")
    return safe.encode()[:_MAX_NAME_BYTES].decode(errors="ignore") or "_"


def photo_stem(name: str) -> str:
    """Return a photo's relative path made usable, without its suffix.

    Folders lose their dots, so that no folder is called as a file is.
    """
    path = PurePosixPath(name)
    folders = [file_stem(part).replace(".", "_") for part in path.parts[:-1] if part != ".."]
    return "/".join([*folders, file_stem(path.stem)])

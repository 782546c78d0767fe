"""A hash of input files by content, so that a replaced photo is never mistaken for the old one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_THREADS = 4  # hashing releases the interpreter lock
_BLOCK_BYTES = 1 << 20


def content_hash(paths: Iterable[Path]) -> str:
    """Hash the names and bytes of files.

    Names count relative to the files' common folder: the same data elsewhere hashes the same, a
    renamed file does not. Order and modification times do not count.

    Args:
        paths: Files, in any order.

    Returns:
        64 hexadecimal digits.
    """
    digests = file_digests(Path(path).absolute() for path in paths)
    if not digests:
        return hashlib.sha256().hexdigest()
    root = os.path.commonpath([path.parent for path in digests])
    whole = hashlib.sha256()
    for path in sorted(digests):
        name = path.relative_to(root).as_posix().encode()
        whole.update(name + b"\0" + bytes.fromhex(digests[path]))
    return whole.hexdigest()


def file_digests(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the SHA-256 of each file, 64 hexadecimal digits."""
    files = list(dict.fromkeys(paths))
    with ThreadPoolExecutor(_THREADS) as pool:
        return dict(zip(files, pool.map(_file_digest, files), strict=True))


def _file_digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()

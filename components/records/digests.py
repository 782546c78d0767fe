"""A hash of input files by content, so that a replaced photo is never mistaken for the old one."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from components.runtime import progress

_THREADS = 4  # hashing releases the interpreter lock
_BLOCK_BYTES = 1 << 20
_REPORT_EVERY = 500


def content_hash(paths: Iterable[Path], known: Mapping[Path, str] | None = None) -> str:
    """Hash the names and bytes of files.

    Names count relative to the files' common folder: the same data elsewhere hashes the same, a
    renamed file does not. Order and modification times do not count.

    Args:
        paths: Files, in any order.
        known: Digests of `file_digests`, for files that need not be read again.

    Returns:
        64 hexadecimal digits.
    """
    files, known = {Path(path).absolute() for path in paths}, known or {}
    digests = {path: known[path] for path in files & known.keys()}
    digests |= file_digests(files - known.keys())
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
    digests: dict[Path, str] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        for path, digest in zip(files, pool.map(file_digest, files), strict=True):
            digests[path] = digest
            if len(digests) % _REPORT_EVERY == 0:
                progress.report("reading files", len(digests), len(files))
    return digests


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file, 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()

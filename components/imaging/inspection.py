"""Checks many photo files at once, without holding any of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from components.imaging.decoding import BadImage, ImageHeader, ImageLimits, inspect_file
from components.runtime import progress

_THREADS = 8  # most of the time goes to waiting for the disk
_REPORT_EVERY = 500


def inspect_files(
    paths: Sequence[Path], limits: ImageLimits, what: str
) -> Iterator[ImageHeader | BadImage]:
    """Yield for each path, in order, its header or why it cannot be used.

    Args:
        paths: The photo files.
        limits: Bounds they must keep.
        what: Name of the files in progress reports, for example ``"packshots"``.
    """

    def inspect(path: Path) -> ImageHeader | BadImage:
        try:
            return inspect_file(path, limits)
        except BadImage as error:
            return error

    with ThreadPoolExecutor(_THREADS) as pool:
        for done, header in enumerate(pool.map(inspect, paths), start=1):
            if done % _REPORT_EVERY == 0 or done == len(paths):
                progress.report(f"checking {what}", done, len(paths))
            yield header

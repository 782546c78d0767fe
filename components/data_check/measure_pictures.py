"""Decodes every picture once, in several processes, and keeps three kilobytes of each."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from components.data_check.isolation import (
    border_share,
    plain_background,
    products_side_by_side,
    shrunk,
)
from components.imaging.decoding import BadImage, ImageLimits, decode_photo
from components.imaging.fingerprint import Fingerprint, fingerprint_of

_FEW = 64  # starting processes takes longer than looking at so many
_AT_ONCE = 8


@dataclass(frozen=True, eq=False)
class MeasuredPackshot:
    """What is kept of a packshot.

    Attributes:
        fingerprint: What it looks like.
        digest: The same for two packshots of the same pixels.
        border: Share of its border that is not white.
        background: The one colour all around the product, RGB; None where there is none.
        products: How many stand side by side.
    """

    fingerprint: Fingerprint
    digest: bytes
    border: float
    background: tuple[int, int, int] | None
    products: int


def fingerprint_photos(
    paths: Sequence[Path], limits: ImageLimits, workers: int
) -> Iterator[Fingerprint | BadImage]:
    """Yield for each shelf photo, in order, its fingerprint or why it cannot be used.

    Args:
        paths: The files.
        limits: Bounds they must keep.
        workers: Number of processes; 0 takes one per core.
    """
    return _map(partial(_fingerprint_photo, limits=limits), paths, workers)


def measure_packshots(
    paths: Sequence[Path], limits: ImageLimits, second_product: float, workers: int
) -> Iterator[MeasuredPackshot | BadImage]:
    """Yield for each packshot, in order, what is to be known of it or why it cannot be used.

    Args:
        paths: The files.
        limits: Bounds they must keep.
        second_product: As in `CheckSettings`.
        workers: Number of processes; 0 takes one per core.
    """
    return _map(
        partial(_measure_packshot, limits=limits, second_product=second_product), paths, workers
    )


def _fingerprint_photo(path: Path, limits: ImageLimits) -> Fingerprint | BadImage:
    try:
        return fingerprint_of(decode_photo(_read(path), limits))
    except BadImage as error:
        return error


def _measure_packshot(
    path: Path, limits: ImageLimits, second_product: float
) -> MeasuredPackshot | BadImage:
    try:
        pixels = decode_photo(_read(path), limits)
    except BadImage as error:
        return error
    return measure_packshot(pixels, second_product)


def measure_packshot(pixels: np.ndarray, second_product: float) -> MeasuredPackshot:
    """Return what is to be known of a packshot.

    Args:
        pixels: The packshot, uint8 `[H, W, 3]` RGB.
        second_product: As in `CheckSettings`.
    """
    digest = hashlib.blake2b(repr(pixels.shape).encode() + pixels.tobytes(), digest_size=16)
    small = shrunk(pixels)
    return MeasuredPackshot(
        fingerprint=fingerprint_of(pixels),
        digest=digest.digest(),
        border=border_share(small),
        background=plain_background(small),
        products=products_side_by_side(small, second_product),
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadImage(f"cannot be read ({error.strerror or 'input/output error'})") from error


def _map(measure: Callable, paths: Sequence[Path], workers: int) -> Iterator:
    workers = min(workers or os.cpu_count() or 1, len(paths))
    if workers <= 1 or len(paths) <= _FEW:
        yield from map(measure, paths)
        return
    # Forking a process that runs other threads can hang, so workers start afresh.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, fresh, cv2.setNumThreads, (1,)) as pool:
        yield from pool.map(measure, paths, chunksize=_AT_ONCE)

"""Writes a span of corrected photos; it appears whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from components.datasets.coco_writing import box_entry, category_entries
from components.datasets.span_folders import ANNOTATIONS, find_spans
from components.feedback.feedback_photos import read_photo
from components.feedback.settle_feedback import PhotoFeedback
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.picture_names import SUFFIX_OF_FORMAT
from components.importers.collected_faults import refusal
from components.importers.safe_names import file_stem

_GROWING = ".feedback.growing"
_LOCK = ".feedback.lock"


@contextmanager
def alone_in(shelves: Path) -> Iterator[None]:
    """Keep a second writer out of a folder of spans; what a killed one left is cleared away.

    Raises:
        InputError: Another one is at work, or the folder cannot be written to.
    """
    try:
        lock = (shelves / _LOCK).open("w")
    except OSError as error:
        what = f"cannot be written to ({error.strerror})"
        raise refusal(shelves, what, "check its permissions") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            what = "feedback is being added here by another process"
            raise refusal(shelves, what, "wait for it") from error
        shutil.rmtree(shelves / _GROWING, ignore_errors=True)
        yield


def write_span(
    shelves: Path,
    entries: Sequence[PhotoFeedback],
    homes: Sequence[Mapping[str, str]],
    limits: ImageLimits,
) -> Path:
    """Write the next span; call it `alone_in` the folder.

    Args:
        shelves: The folder of spans.
        entries: What was said of each photo.
        homes: For each, the attributes that say where the photo belongs.
        limits: Bounds of photos.

    Returns:
        The span's folder.

    Raises:
        InputError: A photo changed since it was looked at, or the disk takes no more.
    """
    growing = shelves / _GROWING
    try:
        growing.mkdir()
        images: list[dict[str, Any]] = []
        for number, (each, home) in enumerate(zip(entries, homes, strict=True), start=1):
            name = _file_name(number, each)
            _copy(each, growing / name, limits)
            images.append(_image(number, name, each, home))
        _write(growing / ANNOTATIONS, json.dumps(_document(images, entries), indent=1).encode())
        _to_disk(growing)
        span = shelves / f"span-{max(find_spans(shelves)[0], default=0) + 1}"
        growing.rename(span)
        _to_disk(shelves)
        return span
    except OSError as error:
        what = f"the span cannot be written ({error.strerror})"
        raise refusal(shelves, what, "make room or check its permissions, and add again") from error
    finally:
        shutil.rmtree(growing, ignore_errors=True)


def _copy(each: PhotoFeedback, target: Path, limits: ImageLimits) -> None:
    data = read_photo(each.photo.path, limits)
    if hashlib.sha256(data).hexdigest() != each.photo.digest:
        why = BadImage("changed while it was read")
        raise refusal(each.photo.path, str(why), "add the feedback again")
    _write(target, data)


def _file_name(number: int, each: PhotoFeedback) -> str:
    stem = file_stem(PurePosixPath(each.feedback.photo).stem)
    return f"{number:04d}-{stem}{SUFFIX_OF_FORMAT[each.photo.header.format]}"


def _image(number: int, name: str, each: PhotoFeedback, home: Mapping[str, str]) -> dict[str, Any]:
    review = each.feedback.review
    attributes: dict[str, Any] = {**home, **review.attributes()}
    if review.verdict == "nothing_here":
        attributes["hard"] = 1
    header = each.photo.header
    return {
        "id": number,
        "file_name": name,
        "width": header.width,
        "height": header.height,
        "attributes": attributes,
    }


def _document(images: list[dict[str, Any]], entries: Sequence[PhotoFeedback]) -> dict[str, Any]:
    skus = sorted({thing.sku for each in entries for thing in each.feedback.objects})
    categories = {sku: number for number, sku in enumerate(skus, start=1)}
    annotations: list[dict[str, Any]] = []
    for image, each in zip(images, entries, strict=True):
        hard = int(each.feedback.review.verdict == "corrected")
        for thing in each.feedback.objects:
            box = [round(edge, 2) for edge in thing.box]
            number, category = len(annotations) + 1, categories[thing.sku]
            attributes = {"hard": hard}
            annotations.append(box_entry(number, image["id"], category, box, attributes=attributes))
    return {
        "images": images,
        "annotations": annotations,
        "categories": category_entries(categories),
    }


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _to_disk(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

"""The photos that feedback speaks of: found inside their folder, decoded whole, boxes inside."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from components.datasets.box_size import size_fault
from components.datasets.inside_folder import OutsideFolder, inside
from components.datasets.named_files import NamedFiles
from components.datasets.photo_edge import sticks_out
from components.feedback.parse_feedback import Report
from components.imaging.decoding import (
    BadImage,
    ImageHeader,
    ImageLimits,
    decode_photo,
    read_header,
)
from components.imaging.fingerprint import Fingerprint, fingerprint_of
from components.records.prediction import Box


@dataclass(frozen=True, eq=False)
class SeenPhoto:
    """A photo that can be used, without its pixels.

    Attributes:
        path: The file.
        digest: SHA-256 of its bytes, 64 hexadecimal digits.
        size: Bytes.
        header: Of the file.
        fingerprint: To find photos that are nearly the same.
    """

    path: Path
    digest: str
    size: int
    header: ImageHeader
    fingerprint: Fingerprint


def see_photo(
    name: str, files: NamedFiles, limits: ImageLimits, report: Report
) -> SeenPhoto | None:
    """Look at one photo; None where it cannot be used, and why is reported.

    Args:
        name: Its path as the feedback writes it: relative to their folder, or absolute and inside.
        files: Those of the folder where photos may lie.
        limits: Bounds it must keep.
        report: Told the fault.
    """
    folder = files.root
    try:
        path = inside(folder, _relative(name, folder))
    except OutsideFolder:
        report(
            f"photo '{name}' lies outside the folder of photos, {folder}",
            "put it there, or give its folder with --photos",
        )
        return None
    try:
        if not path.is_file():
            remedy = f"{files.hint(name)}correct it, or give --photos"
            report(f"photo '{name}' is not in {folder}", remedy)
            return None
        data = read_photo(path, limits)
        header = read_header(data, limits)
        fingerprint = fingerprint_of(decode_photo(data, limits))
    except (BadImage, OSError) as error:
        why = error if isinstance(error, BadImage) else f"cannot be read ({error.strerror})"
        report(f"photo '{name}': {why}", "replace the photo or remove the line")
        return None
    return SeenPhoto(path, hashlib.sha256(data).hexdigest(), len(data), header, fingerprint)


def read_photo(path: Path, limits: ImageLimits) -> bytes:
    """Return a photo's bytes, never many more than the limits allow."""
    with path.open("rb") as stream:
        return stream.read(limits.max_bytes + 1)


def fit_boxes(boxes: Iterable[tuple[int, Box]], header: ImageHeader, report: Report) -> list[Box]:
    """Return boxes, those that rounding pushed out of the photo clipped.

    Args:
        boxes: With the numbers of their objects.
        header: Of their photo.
        report: Told of boxes that leave the photo.
    """
    width, height = header.width, header.height
    fitted: list[Box] = []
    for number, box in boxes:
        left, top, right, bottom = box
        clipped = (max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height))
        too_small = size_fault(clipped[2] - clipped[0], clipped[3] - clipped[1])
        if too_small or sticks_out(box, width, height):
            report(
                f"object {number}: its box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) leaves "
                f"the photo of {width} x {height} as displayed",
                "give the box in pixels of the photo as displayed",
            )
        fitted.append(clipped)
    return fitted


def _relative(name: str, folder: Path) -> str:
    path = Path(name)
    if not path.is_absolute():
        return name
    try:
        return path.resolve().relative_to(folder.resolve()).as_posix()
    except (ValueError, OSError, RuntimeError) as error:
        raise OutsideFolder(name) from error

"""The contact sheet of a check: the offenders, each with its fault."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from components.artifacts.data_findings import CheckReport, Finding, FindingKind, Severity, Shot
from components.drawing.contact_sheet import Tile, check_target, lay_out, write_picture
from components.drawing.frames import frame
from components.drawing.palette import BLUE, VERMILION
from components.imaging.decoding import ALREADY_CHECKED, BadImage, decode_photo

_HEADLINES: dict[FindingKind, str] = {
    "contract": "Cannot be used",
    "leakage": "The same photo in two splits",
    "same_packshot": "One packshot, two SKUs",
    "contradicting_box": "One thing, two SKUs",
    "blank_packshot": "Blank packshot",
    "blank_photo": "Blank photo",
    "doubtful": "Doubtful",
    "near_duplicate_photo": "Nearly the same photo",
    "near_duplicate_packshot": "Nearly the same packshot",
    "not_isolated": "Not isolated on white",
    "several_products": "Several products",
    "repeated_box": "Boxed twice",
    "odd_group": "Odd group",
    "never_on_shelf": "Never on a shelf",
    "fills_picture": "Filled to its border",
}
_COLOURS: dict[Severity, str] = {"error": "#B3261E", "warning": "#9A5B00", "info": BLUE}
_FRAMES = (BLUE, VERMILION)
_COLUMNS, _TILE = 4, (380, 230)
_SHOWN_SIDE = 720
_FRAMED_SIDE = 320  # as shown, or frames would shrink with the picture
_CONTEXT = 0.8


def write_contact_sheet(report: CheckReport, path: Path, most: int = 60) -> int:
    """Write the pictures with faults on one page, the most severe first.

    Args:
        report: What a check found.
        path: A .png or .jpg.
        most: Largest number of findings shown.

    Returns:
        Number of findings shown. Those without a picture are not; where none has one, nothing is
        written.

    Raises:
        InputError: The sheet cannot be written there.
    """
    check_target(path)
    drawable = [finding for finding in report.findings if finding.shots]
    if not drawable:
        return 0
    tiles = [_tile(finding) for finding in drawable[:most]]
    notes = [f"Looked at {report.counts}.", f"{report.total}."]
    if len(drawable) > most:
        notes.append(f"Not shown: {len(drawable) - most:,} more.")
    if unseen := len(report.findings) - len(drawable):
        notes.append(f"Faults that no picture shows: {unseen:,}; the list has them.")
    write_picture(path, lay_out("Data check", notes, tiles, _COLUMNS, _TILE))
    return len(tiles)


def _tile(finding: Finding) -> Tile:
    pictures: list[np.ndarray] = []
    labels: list[str] = []
    for shot in finding.shots:
        for picture in _pictures(shot):
            pictures.append(picture)
            labels.append(shot.caption)
    if len(labels) > len(finding.shots):
        labels[1] = "close up"
    what = finding.problem.what
    said = what[0].upper() + what[1:] if finding.row is None else f"Row {finding.row}: {what}"
    return Tile(
        tuple(pictures),
        tuple(labels),
        _HEADLINES[finding.kind],
        f"{said}.",
        _COLOURS[finding.severity],
    )


def _pictures(shot: Shot) -> list[np.ndarray]:
    """Return the picture; where there are boxes, with them, and once more from near."""
    try:
        pixels = decode_photo(shot.path.read_bytes(), ALREADY_CHECKED)
    except (OSError, BadImage):
        # It was there when it was checked. The sheet still has the rest to show.
        return [np.full((120, 120, 3), 160, np.uint8)]
    if not shot.boxes:
        return [_shrunk(pixels)]
    around = _around(shot.boxes, pixels.shape)
    left, top, right, bottom = around
    near = pixels[top:bottom, left:right]
    moved = tuple((x0 - left, y0 - top, x1 - left, y1 - top) for x0, y0, x1, y1 in shot.boxes)
    return [_framed(pixels, shot.boxes[:1]), _framed(near, moved)]


def _around(boxes: tuple[tuple[float, ...], ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    edges = np.array(boxes)
    low, high = edges[:, :2].min(axis=0), edges[:, 2:].max(axis=0)
    wider = (high - low).max() * _CONTEXT / 2
    left, top = np.maximum(np.floor(low - wider), 0).astype(int).tolist()
    right, bottom = np.ceil(high + wider).astype(int).tolist()
    return left, top, min(right, shape[1]), min(bottom, shape[0])


def _framed(pixels: np.ndarray, boxes: tuple[tuple[float, ...], ...]) -> np.ndarray:
    """Return the picture at the size it is shown in, with boxes; the second is dashed."""
    scale = _FRAMED_SIDE / max(pixels.shape[:2])
    size = (max(round(pixels.shape[1] * scale), 1), max(round(pixels.shape[0] * scale), 1))
    picture = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
    canvas = ImageDraw.Draw(picture)
    for at, (left, top, right, bottom) in enumerate(boxes):
        box = (left * scale, top * scale, right * scale, bottom * scale)
        frame(canvas, box, _FRAMES[at % len(_FRAMES)], dashed=at > 0)
    return np.asarray(picture)


def _shrunk(pixels: np.ndarray) -> np.ndarray:
    """Return a picture no larger than is shown: a page of phone photos would fill the memory."""
    picture = Image.fromarray(pixels)
    picture.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    return np.asarray(picture)

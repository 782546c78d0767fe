"""Reads the list `images` of one span's COCO document."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.datasets.coco_attributes import OF_IMAGE, attributes_of
from components.datasets.coco_ids import coco_id
from components.datasets.finite_numbers import as_number
from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NamedFiles, NoFile
from components.datasets.unlabelled import NEGATIVE
from components.records.review import review_of
from components.records.shelf_photo import ShelfPhoto
from components.records.splits import SPLITS
from components.records.texts import writable

_TEXTS = ("store", "visit", "who", "release")
_UNFIT = "contains a control character or is not UTF-8"

Report = Callable[[str | None, str, str], None]
"""Takes a problem: where in the document, what, remedy."""


@dataclass
class ListedImage:
    """An entry of `images`, as far as it was good.

    Attributes:
        photo: Without size and objects.
        where: The entry, for problems.
        declared: Width and height that the document says; either may be None.
        annotations: Those of the image: name for problems, SKU, and entry.
    """

    photo: ShelfPhoto
    where: str
    declared: tuple[float | None, float | None]
    annotations: list[tuple[str, str, Any]] = field(default_factory=list)


def read_images(
    files: NamedFiles, span: int, entries: list[Any], report: Report
) -> dict[str, ListedImage | None]:
    """Return the images by id; None for an id that is listed and not usable.

    Args:
        files: Those below the span's folder.
        span: Its number.
        entries: The list.
        report: Takes what is wrong.
    """
    images: dict[str, ListedImage | None] = {}
    where_of_path: dict[Path, str] = {}
    for position, entry in enumerate(entries):
        where = f"images[{position + 1}]"
        key = coco_id(entry.get("id")) if isinstance(entry, dict) else None
        if key is None:
            report(where, "has no id", "give every image an id of its own")
            continue
        where = f"image {key}"
        name = entry.get("file_name")
        if key in images:
            what = f"this id is listed twice, the second time for '{name}'"
            report(where, what, "give every image an id of its own")
            continue
        images[key] = None
        if not isinstance(name, str) or not name:
            report(where, "has no file_name", "name the photo's file")
            continue
        if not writable(name):
            report(where, f"its file_name {name!r} {_UNFIT}", "rename the photo")
            continue
        try:
            file = files.find(name)
        except OutsideFolder:
            report(
                where,
                f"photo '{name}' lies outside the data folder",
                f"{files.hint(name)}put the file into the span's folder and give its relative path",
            )
            continue
        except NoFile as error:
            remedy = f"{error.hint}add the file or remove the image"
            report(where, f"photo '{name}' {error}", remedy)
            continue
        if file in where_of_path:
            report(
                where, f"photo '{name}' is already {where_of_path[file]}", "list each photo once"
            )
            continue
        where_of_path[file] = where
        told = _told(attributes_of(entry, OF_IMAGE), where, report)
        if told is not None:
            photo = ShelfPhoto(file, name, span, width=0, height=0, position=position, **told)
            declared = (as_number(entry.get("width")), as_number(entry.get("height")))
            images[key] = ListedImage(photo, where, declared)
    return images


def _told(attributes: Any, where: str, report: Report) -> dict[str, Any] | None:
    """Return what an image's attributes say of the photo; None where they cannot be used."""
    if not isinstance(attributes, dict):
        report(where, "its attributes are no object", "write them as name and value")
        return None
    for name in _TEXTS:
        value = attributes.get(name)
        if isinstance(value, str) and not writable(value):
            report(where, f"its {name} {value!r} {_UNFIT}", "write it without")
            return None
    split = attributes.get("split") or None
    if split is not None and split not in SPLITS:
        report(where, f"unknown split '{split}'", f"use one of {', '.join(SPLITS)}")
        return None
    flags = {name: attributes.get(name, 0) for name in ("hard", NEGATIVE)}
    for name, value in flags.items():
        if value not in (0, 1):
            report(where, f"{name} is {value!r}", f"write {name} as 0 or 1")
            return None
    try:
        review = review_of(attributes)
    except ValueError as error:
        report(where, str(error), "write it as `oneshelf feedback add` does, or remove it")
        return None
    return {
        "store": _text(attributes.get("store")),
        "visit": _text(attributes.get("visit")),
        "split": split,
        "review": review,
        "hard_negative": bool(flags["hard"]),
        "negative": bool(flags[NEGATIVE]),
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)

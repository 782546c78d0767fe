"""Reads one span's `annotations.json` in COCO form."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.datasets.coco_images import ListedImage, Report, read_images
from components.datasets.finite_numbers import is_number
from components.datasets.nearest_name import nearest
from components.datasets.photo_edge import sticks_out
from components.datasets.tables import read_json
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfObject, ShelfPhoto
from components.records.splits import UNKNOWN_PRODUCT


def read_annotations(
    path: Path, span: int, skus: Collection[str] | None, limits: ImageLimits
) -> tuple[list[ShelfPhoto], list[Problem]]:
    """Read the annotated photos of one span as far as possible.

    Args:
        path: The span's `annotations.json`; photos lie in its folder or below.
        span: Number of the span.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        limits: Bounds every photo must keep.

    Returns:
        The photos without fault, as listed, and everything that is wrong.
    """
    problems: list[Problem] = []

    def report(where: str | None, what: str, remedy: str) -> None:
        problems.append(Problem(str(path), where, what, remedy))

    try:
        document = read_json(path)
    except InputError as error:
        return [], list(error.problems)
    if not isinstance(document, dict):
        report(None, "is no COCO document", "export it as COCO (images, annotations, categories)")
        return [], problems
    lists = {name: document.get(name) for name in ("images", "annotations", "categories")}
    for name, entries in lists.items():
        if not isinstance(entries, list):
            report(None, f"has no list '{name}'", "export it as COCO")
    if problems:
        return [], problems
    if not lists["images"]:
        report(None, "lists no photos", "list the span's photos in 'images' or remove the span")
        return [], problems

    images = read_images(path.parent, span, lists["images"] or [], report)
    names = _read_categories(lists["categories"] or [], report)
    _attach_annotations(lists["annotations"] or [], images, names, skus, report)
    photos = _read_photos(images, names, limits, report)
    return photos, problems


def _read_categories(entries: list[Any], report: Report) -> dict[Any, str]:
    names: dict[Any, str] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"categories[{number}]"
        if (
            not isinstance(entry, dict)
            or not isinstance(entry.get("id"), (int, str))
            or not isinstance(entry.get("name"), str)
        ):
            report(where, "has no id or no name", "give every category an id and its SKU as name")
        elif entry["id"] in names:
            report(where, f"id {entry['id']} is listed twice", "give every category its own id")
        else:
            names[entry["id"]] = entry["name"].strip()
    return names


def _attach_annotations(
    entries: list[Any],
    images: dict[Any, ListedImage | None],
    names: dict[Any, str],
    skus: Collection[str] | None,
    report: Report,
) -> None:
    """Hand each annotation to its image; report those of unknown image, category or SKU."""
    unknown_skus: defaultdict[str, list[str]] = defaultdict(list)
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            report(f"annotations[{number}]", "is no object", "export the file again")
            continue
        where = f"annotation {entry.get('id', f'number {number}')}"
        image_id, category_id = entry.get("image_id"), entry.get("category_id")
        if not isinstance(image_id, (int, str)) or image_id not in images:
            report(where, f"unknown image id {image_id}", "list the image or remove the annotation")
        elif not isinstance(category_id, (int, str)) or category_id not in names:
            report(
                where,
                f"unknown category id {category_id}",
                "list the category or remove the annotation",
            )
        else:
            sku = names[category_id]
            if skus is not None and sku != UNKNOWN_PRODUCT and sku not in skus:
                unknown_skus[sku].append(where)
            image = images[image_id]
            if image is not None:
                image.annotations.append((where, entry))
    for sku, annotated in unknown_skus.items():
        count = f" ({len(annotated):,} annotations)" if len(annotated) > 1 else ""
        report(
            annotated[0],
            f"SKU '{sku}' is not in the catalogue{count}",
            f"{nearest(sku, skus or ())}rename the category, add the product to the catalogue, "
            f"or use '{UNKNOWN_PRODUCT}'",
        )


def _read_photos(
    images: dict[Any, ListedImage | None],
    names: dict[Any, str],
    limits: ImageLimits,
    report: Report,
) -> list[ShelfPhoto]:
    listed = [image for image in images.values() if image is not None]
    headers = inspect_files([image.photo.path for image in listed], limits, "shelf photos")
    photos: list[ShelfPhoto] = []
    for image, header in zip(listed, headers, strict=True):
        if isinstance(header, BadImage):
            report(image.where, f"photo '{image.photo.name}': {header}", "replace the photo")
            continue
        size = (header.width, header.height)
        declared = tuple(
            found if told is None else told
            for told, found in zip(image.declared, size, strict=True)
        )
        if declared != size:
            report(
                image.where,
                f"photo '{image.photo.name}' is {size[0]} x {size[1]} as displayed, "
                f"annotated as {declared[0]} x {declared[1]}",
                "annotate the photo as it is displayed, at its full size",
            )
            continue
        objects = [
            _read_object(entry, names[entry["category_id"]], size, where, report)
            for where, entry in image.annotations
        ]
        good = tuple(thing for thing in objects if thing is not None)
        photos.append(replace(image.photo, width=size[0], height=size[1], objects=good))
    return photos


def _read_object(
    entry: dict[str, Any], sku: str, size: tuple[int, int], where: str, report: Report
) -> ShelfObject | None:
    box = entry.get("bbox")
    if not isinstance(box, list) or len(box) != 4 or not all(map(is_number, box)):
        report(where, "has no box of four numbers", "give bbox as x, y, width, height in pixels")
        return None
    left, top, wide, high = map(float, box)
    if wide <= 0 or high <= 0:
        report(where, f"its box has no area ({wide:g} x {high:g})", "draw it again or remove it")
        return None
    width, height = size
    right, bottom = left + wide, top + high
    if sticks_out((left, top, right, bottom), width, height):
        report(
            where,
            f"its box ({left:g}, {top:g}) to ({right:g}, {bottom:g}) leaves the photo "
            f"of {width} x {height}",
            "draw it again inside the photo",
        )
        return None
    clipped = (max(left, 0.0), max(top, 0.0), min(right, width), min(bottom, height))
    if clipped[0] >= clipped[2] or clipped[1] >= clipped[3]:
        report(where, "its box has no area inside the photo", "draw it again or remove it")
        return None

    attributes = entry.get("attributes") or {}
    if not isinstance(attributes, dict):
        report(where, "its attributes are no object", "write them as name and value")
        return None
    occlusion = attributes.get("occlusion", 0)
    if not is_number(occlusion) or not 0 <= occlusion <= 1:
        report(where, f"occlusion {occlusion!r} is no fraction", "give a number from 0 to 1")
        return None
    flags = {
        "iscrowd": entry.get("iscrowd", 0),
        "difficult": attributes.get("difficult", 0),
        "hard": attributes.get("hard", 0),
    }
    for name, value in flags.items():
        if value not in (0, 1):
            report(where, f"{name} is {value!r}", f"write {name} as 0 or 1")
            return None
    return ShelfObject(
        sku=sku,
        box=clipped,
        occlusion=float(occlusion),
        difficult=bool(flags["difficult"]),
        crowd=bool(flags["iscrowd"]),
        hard=bool(flags["hard"]),
    )

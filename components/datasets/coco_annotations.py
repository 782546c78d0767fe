"""Reads one span's `annotations.json` in COCO form."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.datasets.coco_boxes import BoxReader
from components.datasets.coco_ids import category_sku, coco_id
from components.datasets.coco_images import ListedImage, Report, read_images
from components.datasets.named_files import NamedFiles
from components.datasets.nearest_name import nearest_sku
from components.datasets.span_scan import SpanScan
from components.datasets.tables import read_json
from components.datasets.turned_boxes import turned_remark
from components.imaging.decoding import BadImage, ImageLimits
from components.imaging.inspection import inspect_files
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfPhoto
from components.records.skus import oddities, tidy_sku
from components.records.splits import UNKNOWN_PRODUCT


def read_annotations(
    path: Path, span: int, skus: Collection[str] | None, limits: ImageLimits
) -> SpanScan:
    """Read the annotated photos of one span.

    Args:
        path: The span's `annotations.json`; photos lie in its folder or below.
        span: Number of the span.
        skus: SKUs of the catalogue; None where the catalogue is unknown, to check all else.
        limits: Bounds every photo must keep.
    """
    scan = SpanScan()

    def report(where: str | None, what: str, remedy: str) -> None:
        scan.problems.append(Problem(str(path), where, what, remedy))

    def remark(where: str | None, what: str, remedy: str) -> None:
        scan.remarks.append(Problem(str(path), where, what, remedy))

    try:
        document = read_json(path)
    except InputError as error:
        scan.problems += error.problems
        return scan
    if not isinstance(document, dict):
        report(None, "is no COCO document", "export it as COCO (images, annotations, categories)")
        return scan
    lists = {name: document.get(name) for name in ("images", "annotations", "categories")}
    for name, entries in lists.items():
        if not isinstance(entries, list):
            report(None, f"has no list '{name}'", "export it as COCO")
    if scan.problems:
        return scan
    if not lists["images"]:
        report(None, "lists no photos", "list the span's photos in 'images' or remove the span")
        return scan

    scan.listed = len(lists["images"])
    files = NamedFiles(path.parent)
    images = read_images(files, span, lists["images"] or [], report)
    if respelt := files.remark(path):
        scan.remarks.append(respelt)
    names = _read_categories(lists["categories"] or [], report, remark)
    _attach_annotations(lists["annotations"] or [], images, names, skus, report)
    boxes = BoxReader(path)
    scan.photos = _read_photos(images, limits, boxes, report)
    if complaint := boxes.form.complaint():
        report(None, *complaint)
    else:
        scan.problems += boxes.problems
    if boxes.turned:
        scan.remarks.append(turned_remark(path, len(boxes.turned), boxes.turned[0]))
    return scan


def _read_categories(entries: list[Any], report: Report, remark: Report) -> dict[str, str]:
    names: dict[str, str] = {}
    for number, entry in enumerate(entries, start=1):
        where = f"categories[{number}]"
        known = isinstance(entry, dict)
        key = coco_id(entry.get("id")) if known else None
        name = category_sku(entry.get("name")) if known else None
        if key is None or name is None:
            report(where, "has no id or no name", "give every category an id and its SKU as name")
        elif key in names:
            report(where, f"id {key} is listed twice", "give every category its own id")
        else:
            names[key] = tidy_sku(name)
            if odd := oddities(name):
                what = f"the SKU '{names[key]}' {odd}"
                remark(where, what, f"it is taken as '{names[key]}'")
    return names


def _attach_annotations(
    entries: list[Any],
    images: dict[str, ListedImage | None],
    names: dict[str, str],
    skus: Collection[str] | None,
    report: Report,
) -> None:
    """Hand each annotation to its image; report those of unknown image, category or SKU."""
    unknown_images: dict[str, list[str]] = {}
    unknown_categories: dict[str, list[str]] = {}
    unknown_skus: dict[str, list[str]] = {}
    for number, entry in enumerate(entries, start=1):
        if not isinstance(entry, dict):
            report(f"annotations[{number}]", "is no object", "export the file again")
            continue
        where = f"annotation {entry.get('id', f'number {number}')}"
        image_id, category_id = coco_id(entry.get("image_id")), coco_id(entry.get("category_id"))
        if image_id is None or image_id not in images:
            unknown_images.setdefault(str(entry.get("image_id")), []).append(where)
        elif category_id is None or category_id not in names:
            unknown_categories.setdefault(str(entry.get("category_id")), []).append(where)
        else:
            sku = names[category_id]
            if skus is not None and sku != UNKNOWN_PRODUCT and sku not in skus:
                unknown_skus.setdefault(sku, []).append(where)
            image = images[image_id]
            if image is not None:
                image.annotations.append((where, sku, entry))
    for kind, unknown in (("image", unknown_images), ("category", unknown_categories)):
        for key, annotated in unknown.items():
            what = f"unknown {kind} id {key}{_count(annotated)}"
            report(annotated[0], what, f"list the {kind} or remove the annotation")
    for sku, annotated in unknown_skus.items():
        report(
            annotated[0],
            f"SKU '{sku}' is not in the catalogue{_count(annotated)}",
            f"{nearest_sku(sku, skus or ())}rename the category, add the product to the "
            f"catalogue, or use '{UNKNOWN_PRODUCT}'",
        )


def _count(annotated: list[str]) -> str:
    return f" ({len(annotated):,} annotations)" if len(annotated) > 1 else ""


def _read_photos(
    images: dict[str, ListedImage | None],
    limits: ImageLimits,
    boxes: BoxReader,
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
                f"annotated as {declared[0]:g} x {declared[1]:g}",
                "annotate the photo as it is displayed, at its full size",
            )
            continue
        objects = boxes.read(image.photo.name, image.annotations, size)
        photos.append(replace(image.photo, width=size[0], height=size[1], objects=objects))
    return photos

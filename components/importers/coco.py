"""COCO: `images`, `annotations` and `categories` in JSON, the photos anywhere below the folder.

A source is such a file, or a folder that holds one or several (one per split, say). A category's
name is the SKU. A `products.csv` beside the annotations, or in the source's folder, is taken along.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.datasets.finite_numbers import as_number
from components.datasets.inside_folder import OutsideFolder
from components.datasets.read_catalog import scan_catalog
from components.datasets.tables import read_json
from components.imaging.decoding import ImageLimits
from components.importers.collected_faults import Faults, refusal
from components.importers.picture_files import NoPhoto, PhotoFinder, files_below
from components.importers.safe_names import sku_fault
from components.importers.source_contents import BoxedPhoto, Contents, RawBox, SourcePackshot
from components.importers.split_names import split_named, splits_named
from components.records.prediction import Box
from components.records.problems import InputError
from components.records.splits import UNKNOWN_PRODUCT, Split

_LISTS = ("images", "annotations", "categories")
_REMEDY = "export it as COCO (images, annotations, categories)"


def read(source: Path, limits: ImageLimits, faults: Faults) -> Contents:
    """Read a COCO data set.

    The split is the image's attribute `split`; where there is none and the source has several
    files of annotations, it is what the file's name or folder says.

    Raises:
        InputError: There is no COCO document.
    """
    root = source if source.is_dir() else source.parent
    documents = _documents(source, faults)
    names = [path.relative_to(root).as_posix() for path in documents]
    splits = splits_named(names) if len(names) > 1 else {}
    finder = PhotoFinder(root)
    listed: dict[Path, Path] = {}
    photos: list[BoxedPhoto] = []
    for name, (path, document) in zip(names, documents.items(), strict=True):
        reader = _DocumentReader(path, document, splits.get(name), finder, faults)
        photos += reader.photos(listed)
    return Contents(packshots=_packshots(root, list(documents), limits, faults), photos=photos)


def _documents(source: Path, faults: Faults) -> dict[Path, dict[str, Any]]:
    if not source.is_dir():
        document = read_json(source)
        if not _is_coco(document):
            raise refusal(source, "is no COCO document", _REMEDY)
        return {source: document}
    found: dict[Path, dict[str, Any]] = {}
    for name in files_below(source):
        if not name.lower().endswith(".json"):
            continue
        try:
            document = read_json(source / name)
        except InputError as error:
            faults.take(*error.problems)
            continue
        if _is_coco(document):
            found[source / name] = document
    if not found:
        nothing = refusal(source, "holds no COCO document", _REMEDY)
        raise InputError([*faults.problems, *nothing.problems])
    return found


def _is_coco(document: Any) -> bool:
    return isinstance(document, dict) and all(isinstance(document.get(n), list) for n in _LISTS)


def _packshots(
    root: Path, documents: Collection[Path], limits: ImageLimits, faults: Faults
) -> list[SourcePackshot]:
    folders = dict.fromkeys([*(path.parent for path in documents), root])
    table = next((path for folder in folders if (path := folder / "products.csv").is_file()), None)
    if table is None:
        return []
    scan = scan_catalog(table, limits)
    faults.take(*scan.problems)
    return [
        SourcePackshot(row.image, row.sku, row.name, row.category, table, row.line, row.extra)
        for row in scan.rows
    ]


@dataclass
class _Listed:
    """An entry of `images` and its annotations."""

    entry: dict[str, Any]
    where: str
    annotations: list[tuple[str, Any]] = field(default_factory=list)


class _DocumentReader:
    """Reads one document."""

    def __init__(
        self,
        path: Path,
        document: dict[str, Any],
        split: Split | None,
        finder: PhotoFinder,
        faults: Faults,
    ) -> None:
        self._path = path
        self._document = document
        self._split = split
        self._finder = finder
        self._faults = faults

    def photos(self, listed: dict[Path, Path]) -> Iterator[BoxedPhoto]:
        """Yield the photos; `listed` tells which document has which, and is added to."""
        images = self._images()
        skus = self._skus()
        self._attach(images)
        for image in images.values():
            photo = self._photo(image, skus, listed)
            if photo is not None:
                yield photo

    def _fault(self, where: str, what: str, remedy: str) -> None:
        self._faults.add(self._path, where, what, remedy)

    def _images(self) -> dict[Any, _Listed]:
        images: dict[Any, _Listed] = {}
        for number, entry in enumerate(self._document["images"], start=1):
            where = f"images[{number}]"
            if not isinstance(entry, dict) or not isinstance(entry.get("id"), (int, str)):
                self._fault(where, "has no id", "give every image an id of its own")
            elif entry["id"] in images:
                self._fault(where, f"id {entry['id']} is listed twice", "give it an id of its own")
            else:
                images[entry["id"]] = _Listed(entry, f"image {entry['id']}")
        return images

    def _skus(self) -> dict[Any, str]:
        skus: dict[Any, str] = {}
        for number, entry in enumerate(self._document["categories"], start=1):
            where = f"categories[{number}]"
            if (
                not isinstance(entry, dict)
                or not isinstance(entry.get("id"), (int, str))
                or not isinstance(entry.get("name"), str)
            ):
                self._fault(where, "has no id or no name", "give it an id, and its SKU as name")
                continue
            sku = entry["name"].strip()
            fault = None if sku == UNKNOWN_PRODUCT else sku_fault(sku)
            if fault:
                self._fault(where, fault, "rename the category")
            elif entry["id"] in skus:
                self._fault(where, f"id {entry['id']} is listed twice", "give it an id of its own")
            else:
                skus[entry["id"]] = sku
        return skus

    def _attach(self, images: dict[Any, _Listed]) -> None:
        for number, entry in enumerate(self._document["annotations"], start=1):
            if not isinstance(entry, dict):
                self._fault(f"annotations[{number}]", "is no object", "export the file again")
                continue
            where = f"annotation {entry.get('id', f'number {number}')}"
            image_id = entry.get("image_id")
            if isinstance(image_id, (int, str)) and image_id in images:
                images[image_id].annotations.append((where, entry))
            else:
                remedy = "list the image or remove the annotation"
                self._fault(where, f"unknown image id {image_id}", remedy)

    def _photo(
        self, image: _Listed, skus: dict[Any, str], listed: dict[Path, Path]
    ) -> BoxedPhoto | None:
        name = image.entry.get("file_name")
        if not isinstance(name, str) or not name:
            self._fault(image.where, "has no file_name", "name the photo's file")
            return None
        try:
            file = self._finder.find(name, self._path.parent)
        except OutsideFolder:
            what = f"photo '{name}' lies outside the data set"
            remedy = "give the folder that holds annotations and photos, and relative paths in it"
            self._fault(image.where, what, remedy)
            return None
        except NoPhoto as error:
            remedy = "give the folder that holds annotations and photos, each photo once"
            self._fault(image.where, f"photo '{name}' {error}", remedy)
            return None
        if file in listed:
            what = f"photo '{name}' is already listed in {listed[file]}"
            self._fault(image.where, what, "list each photo once")
            return None
        listed[file] = self._path
        attributes = self._attributes(image.where, image.entry)
        return BoxedPhoto(
            file=file,
            name=name,
            table=self._path,
            row=image.where,
            boxes=self._boxes(image, skus),
            annotated=len(image.annotations),
            declared=_declared(image.entry),
            split=self._split_of(image.where, attributes),
            store=_text(attributes.get("store")),
            visit=_text(attributes.get("visit")),
        )

    def _split_of(self, where: str, attributes: dict[str, Any]) -> Split | None:
        name = attributes.get("split")
        if name is None or name == "":
            return self._split
        split = split_named(str(name))
        if split is None:
            what = f"unknown split '{name}', left to the photo's visit"
            self._fault(where, what, "use one of train, eval, test")
        return split

    def _attributes(self, where: str, entry: dict[str, Any]) -> dict[str, Any]:
        attributes = entry.get("attributes") or {}
        if isinstance(attributes, dict):
            return attributes
        self._fault(where, "its attributes are no object, and not taken", "write names and values")
        return {}

    def _boxes(self, image: _Listed, skus: dict[Any, str]) -> Iterator[RawBox]:
        for where, entry in image.annotations:
            category = entry.get("category_id")
            sku = skus.get(category) if isinstance(category, (int, str)) else None
            if sku is None:
                remedy = "list the category or remove the annotation"
                self._fault(where, f"unknown category id {category}", remedy)
                continue
            numbers = _numbers(entry.get("bbox"))
            if numbers is None:
                remedy = "give x, y, width and height in pixels"
                self._fault(where, f"its bbox {entry.get('bbox')!r:.80} is no box", remedy)
                continue
            left, top, width, height = numbers
            attributes = self._attributes(where, entry)
            yield RawBox(
                row=where,
                sku=sku,
                corners=(left, top, left + width, top + height),
                crowd=self._flag(where, "iscrowd", entry.get("iscrowd")),
                difficult=self._flag(where, "difficult", attributes.get("difficult")),
                hard=self._flag(where, "hard", attributes.get("hard")),
                occlusion=self._occlusion(where, attributes.get("occlusion")),
            )

    def _flag(self, where: str, name: str, value: Any) -> bool:
        if value is None or value in (0, 1):
            return bool(value)
        self._fault(where, f"{name} is {value!r:.80}, taken as 0", f"write {name} as 0 or 1")
        return False

    def _occlusion(self, where: str, value: Any) -> float:
        if value is None:
            return 0.0
        number = as_number(value)
        if number is not None and 0 <= number <= 1:
            return number
        what = f"occlusion {value!r:.80} is no fraction, taken as 0"
        self._fault(where, what, "give a number from 0 to 1")
        return 0.0


def _numbers(box: Any) -> Box | None:
    if not isinstance(box, list) or len(box) != 4:
        return None
    numbers = [as_number(value) for value in box]
    left, top, width, height = numbers
    if left is None or top is None or width is None or height is None:
        return None
    return left, top, width, height


def _declared(entry: dict[str, Any]) -> tuple[float, float] | None:
    width, height = as_number(entry.get("width")), as_number(entry.get("height"))
    return (width, height) if width and height else None


def _text(value: Any) -> str:
    return "" if value is None else str(value)

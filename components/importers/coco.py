"""COCO: `images`, `annotations` and `categories` in JSON, the photos anywhere below the folder.

A source is such a file, or a folder that holds one or several (one per split, say). A category's
name is the SKU. A `products.csv` beside the annotations, or in the source's folder, is taken along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.datasets.coco_attributes import OF_ANNOTATION, OF_IMAGE, attributes_of
from components.datasets.coco_ids import category_sku, coco_id
from components.datasets.finite_numbers import as_number, box_numbers
from components.datasets.inside_folder import OutsideFolder
from components.datasets.named_files import NoFile, files_below
from components.datasets.read_catalog import scan_catalog
from components.datasets.tables import read_json
from components.datasets.turned_boxes import turned_remark, upright
from components.imaging.decoding import ImageLimits
from components.importers.collected_faults import Faults, refusal
from components.importers.picture_files import PhotoFinder
from components.importers.source_contents import BoxedPhoto, Contents, RawBox, SourcePackshot
from components.importers.split_names import split_named, splits_named
from components.records.problems import InputError
from components.records.skus import oddities, sku_fault, tidy_sku
from components.records.splits import UNKNOWN_PRODUCT, Split
from components.records.texts import tidy

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
    photos = _Photos(faults)
    for name, (path, document) in zip(names, documents.items(), strict=True):
        _DocumentReader(path, document, splits.get(name), finder, faults).read(photos)
    faults.take_if(finder.remark(source))
    return Contents(
        packshots=_packshots(root, list(documents), limits, faults), photos=photos.certain()
    )


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
    faults.take(*scan.problems, *scan.remarks)
    return [
        SourcePackshot(row.image, row.sku, row.name, row.category, table, row.line, row.extra)
        for row in scan.rows
    ]


@dataclass
class _Listed:
    """An entry of `images` and its annotations; without a name it cannot be used."""

    name: str
    entry: dict[str, Any]
    where: str
    annotations: list[tuple[str, Any]] = field(default_factory=list)


class _Photos:
    """The photos of all documents, by file."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._photos: dict[Path, BoxedPhoto] = {}
        self._boxes: dict[Path, list[Any]] = {}
        self._uncertain: set[Path] = set()

    def add(self, photo: BoxedPhoto, image: _Listed) -> None:
        """Take a photo; one that is listed again with other annotations is certain no more."""
        boxes = [(entry.get("category_id"), entry.get("bbox")) for _, entry in image.annotations]
        first = self._photos.setdefault(photo.file, photo)
        if first is photo:
            self._boxes[photo.file] = boxes
            return
        what = f"photo '{photo.name}' is already listed in {first.table}"
        if boxes and boxes != self._boxes[photo.file]:
            what += ", with other annotations, and is left out"
            self._uncertain.add(photo.file)
        self._faults.add(photo.table, photo.row, what, "list each photo once")

    def certain(self) -> list[BoxedPhoto]:
        """Return the photos whose annotations are certain, as listed."""
        return [photo for file, photo in self._photos.items() if file not in self._uncertain]


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

    def read(self, photos: _Photos) -> None:
        """Add the document's photos; those without annotations only where all annotations fit."""
        images, skus = self._images(), self._skus()
        lost = self._attach(images)
        turned = [
            where
            for image in images.values()
            for where, entry in image.annotations
            if _turn(entry) not in (0, None)
        ]
        if turned:
            self._faults.take(turned_remark(self._path, len(turned), turned[0]))
        left_out: list[str] = []
        for image in images.values():
            if not image.name:
                continue
            if lost and not image.annotations:
                left_out.append(image.name)
            elif photo := self._photo(image, skus):
                photos.add(photo, image)
        if left_out:
            what = (
                f"{len(left_out):,} photos without annotations are left out ('{left_out[0]}' "
                f"first), for {lost:,} annotations belong to no photo listed"
            )
            remedy = "list the photos under the ids that annotations name"
            self._faults.add(self._path, None, what, remedy)

    def _fault(self, where: str, what: str, remedy: str) -> None:
        self._faults.add(self._path, where, what, remedy)

    def _images(self) -> dict[str, _Listed]:
        images: dict[str, _Listed] = {}
        for number, entry in enumerate(self._document["images"], start=1):
            key = coco_id(entry.get("id")) if isinstance(entry, dict) else None
            if key is None:
                self._fault(f"images[{number}]", "has no id", "give every image an id of its own")
                continue
            where, name = f"image {key}", entry.get("file_name")
            if not isinstance(name, str) or not name:
                self._fault(where, "has no file_name", "name the photo's file")
                name = ""
            first = images.setdefault(key, _Listed(name, entry, where))
            if first.entry is entry:
                continue
            if first.name == name:
                self._fault(where, "is listed twice, and taken once", "list each photo once")
                continue
            what = f"'{first.entry.get('file_name')}' and '{name}' have this id, and are left out"
            self._fault(where, what, "give every image an id of its own")
            first.name = ""  # nobody knows whose its annotations are
        return images

    def _skus(self) -> dict[str, str]:
        skus: dict[str, str] = {}
        for number, entry in enumerate(self._document["categories"], start=1):
            where = f"categories[{number}]"
            known = isinstance(entry, dict)
            key = coco_id(entry.get("id")) if known else None
            name = category_sku(entry.get("name")) if known else None
            if key is None or name is None:
                self._fault(where, "has no id or no name", "give it an id, and its SKU as name")
                continue
            sku = tidy_sku(name)
            if odd := oddities(name):
                self._fault(where, f"the SKU '{sku}' {odd}", f"it is taken as '{sku}'")
            fault = None if sku == UNKNOWN_PRODUCT else sku_fault(sku)
            if fault:
                what = f"{fault.what}: its boxes become '{UNKNOWN_PRODUCT}'"
                self._fault(where, what, "rename the category")
                skus.setdefault(key, UNKNOWN_PRODUCT)
            elif skus.setdefault(key, sku) != sku:
                what = f"'{skus[key]}' and '{sku}' have the id {key}: its boxes become"
                self._fault(where, f"{what} '{UNKNOWN_PRODUCT}'", "give each an id of its own")
                skus[key] = UNKNOWN_PRODUCT
        return skus

    def _attach(self, images: dict[str, _Listed]) -> int:
        """Hand annotations to their images; return how many belong to none."""
        lost = 0
        unknown: list[tuple[str, Any]] = []
        for number, entry in enumerate(self._document["annotations"], start=1):
            if not isinstance(entry, dict):
                self._fault(f"annotations[{number}]", "is no object", "export the file again")
                lost += 1
                continue
            where = f"annotation {entry.get('id', f'number {number}')}"
            key = coco_id(entry.get("image_id"))
            if key in images:
                images[key].annotations.append((where, entry))
            else:
                unknown.append((where, entry.get("image_id")))
        if unknown:
            where, image = unknown[0]
            more = f" (and {len(unknown) - 1:,} more like it)" if len(unknown) > 1 else ""
            remedy = "list the image or remove the annotation"
            self._fault(where, f"unknown image id {image!r:.40}{more}", remedy)
        return lost + len(unknown)

    def _photo(self, image: _Listed, skus: dict[str, str]) -> BoxedPhoto | None:
        name = image.name
        try:
            file = self._finder.find_near(name, self._path.parent)
        except OutsideFolder:
            what = f"photo '{name}' lies outside the data set"
            remedy = "give the folder that holds annotations and photos, and relative paths in it"
            self._fault(image.where, what, f"{self._finder.hint(name)}{remedy}")
            return None
        except NoFile as error:
            remedy = "give the folder that holds annotations and photos, each photo once"
            self._fault(image.where, f"photo '{name}' {error}", f"{error.hint}{remedy}")
            return None
        attributes = self._attributes(image.where, image.entry, OF_IMAGE)
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

    def _attributes(
        self, where: str, entry: dict[str, Any], names: tuple[str, ...]
    ) -> dict[str, Any]:
        attributes = attributes_of(entry, names)
        if isinstance(attributes, dict):
            return attributes
        self._fault(where, "its attributes are no object, and not taken", "write names and values")
        return {}

    def _boxes(self, image: _Listed, skus: dict[str, str]) -> Iterator[RawBox]:
        unknown: defaultdict[str, list[str]] = defaultdict(list)
        for where, entry in image.annotations:
            numbers, turn = box_numbers(entry.get("bbox")), _turn(entry)
            if numbers is None:
                remedy = "give x, y, width and height in pixels"
                self._fault(where, f"its bbox {entry.get('bbox')!r:.80} is no box", remedy)
                continue
            attributes = self._attributes(where, entry, OF_ANNOTATION)
            if turn is None:
                what = f"rotation {attributes.get('rotation')!r:.80} is no number"
                self._fault(where, what, "give the angle in degrees, or draw the box upright")
                continue
            left, top, width, height = upright(numbers, turn) if turn else numbers
            sku = skus.get(coco_id(entry.get("category_id")) or "")
            if sku is None:
                unknown[str(entry.get("category_id"))].append(where)
            yield RawBox(
                row=where,
                sku=sku or UNKNOWN_PRODUCT,
                corners=(left, top, left + width, top + height),
                crowd=self._flag(where, "iscrowd", entry.get("iscrowd")),
                difficult=self._flag(where, "difficult", attributes.get("difficult")),
                hard=self._flag(where, "hard", attributes.get("hard")),
                occlusion=self._occlusion(where, attributes.get("occlusion")),
            )
        for key, annotated in unknown.items():
            count = f"its boxes ({len(annotated):,})" if len(annotated) > 1 else "its box"
            becomes = "become" if len(annotated) > 1 else "becomes"
            what = f"unknown category id {key:.40}: {count} {becomes}"
            remedy = "list the category or remove its annotations"
            self._fault(annotated[0], f"{what} '{UNKNOWN_PRODUCT}'", remedy)

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


def _turn(entry: dict[str, Any]) -> float | None:
    """Return by how many degrees a box is turned; None where that cannot be read."""
    attributes = attributes_of(entry, OF_ANNOTATION)
    given = attributes.get("rotation") if isinstance(attributes, dict) else None
    degrees = as_number(given or 0)
    return None if degrees is None else degrees % 360


def _declared(entry: dict[str, Any]) -> tuple[float, float] | None:
    width, height = as_number(entry.get("width")), as_number(entry.get("height"))
    return (width, height) if width and height else None


def _text(value: Any) -> str:
    return "" if value is None else tidy(str(value))

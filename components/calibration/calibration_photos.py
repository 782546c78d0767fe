"""The boxed photos that a release is calibrated on, and what makes photos unfit for it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from components.datasets.nearest_name import nearest_sku
from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_ledger import files_of
from components.imaging.decoding import BadImage, stored_form
from components.records.problems import InputError, Problem
from components.records.shelf_photo import ShelfObject, ShelfPhoto, ShelfSet
from components.records.splits import TO_JUDGE_ON, UNKNOWN_PRODUCT
from components.records.words import counted
from components.releases.release_record import ReleaseRecord

LEAST_BOXES = 30
"""Fewer say more of their photos than of the shelves."""
LEAST_VISITS = 3
"""Cross-validation judges each visit by the others; a photo of no visit is one of its own."""


@dataclass(frozen=True)
class CalibrationPhoto:
    """A photo whose products are boxed; one without objects shows none.

    Attributes:
        photo: What the annotations say.
        encoded: Its bytes, upright, as servers are sent it.
    """

    photo: ShelfPhoto
    encoded: bytes

    @property
    def counted(self) -> tuple[ShelfObject, ...]:
        """The products that count: known ones that somebody can be blamed for."""
        return tuple(thing for thing in self.photo.objects if not left_open(thing))


@dataclass(frozen=True)
class CalibrationPhotos:
    """What a release is calibrated on.

    Attributes:
        photos: At least `LEAST_BOXES` products that count, in `LEAST_VISITS` visits.
        remarks: What is left out, and why.
    """

    photos: tuple[CalibrationPhoto, ...]
    remarks: tuple[str, ...] = ()

    @property
    def boxes(self) -> int:
        """Products that count."""
        return sum(len(each.counted) for each in self.photos)


def left_open(thing: ShelfObject) -> bool:
    """Return whether the truth leaves open what is there, or whether it can be seen."""
    return thing.sku == UNKNOWN_PRODUCT or thing.difficult or thing.crowd


def read_photos(folder: Path, record: ReleaseRecord, skus: Collection[str]) -> CalibrationPhotos:
    """Read the photos to calibrate a release on.

    Args:
        folder: Shelf photos, as a run takes them.
        record: Of the release.
        skus: Those of its index.

    Raises:
        InputError: With everything that makes them unfit.
    """
    settings = _settings(record)
    shelves, problems = scan_shelves(folder, None, settings)
    if shelves.unlabelled and not shelves.photos:
        what = f"none of its {shelves.unlabelled:,} photos has a box"
        problems = [Problem(str(folder), None, what, "draw boxes, and name the products in them")]
    problems += _unknown_to_the_index(shelves.photos, skus, record.version)
    if problems:
        raise InputError(problems)
    boxed, remarks = _usable(shelves, record, settings)
    photos, problems = _read(boxed, settings)
    if problems := problems or _too_few(folder, photos, remarks):
        raise InputError(problems)
    return CalibrationPhotos(tuple(photos), tuple(remarks))


def _settings(record: ReleaseRecord) -> DataSettings:
    try:
        made_with = DataSettings.model_validate(record.configuration.get("data", {}))
    except ValidationError:  # of another version, whose settings were other ones
        made_with = DataSettings()
    return made_with.model_copy(update={"spans": "all"})


def _unknown_to_the_index(
    photos: Sequence[ShelfPhoto], skus: Collection[str], version: int
) -> list[Problem]:
    """Return one problem per SKU that the release does not know."""
    first: dict[str, Problem] = {}
    for photo in photos:
        for thing in photo.objects:
            if thing.sku in skus or thing.sku == UNKNOWN_PRODUCT or thing.sku in first:
                continue
            first[thing.sku] = Problem(
                str(photo.path),
                thing.row or None,
                f"SKU '{thing.sku}' is not in the index of release {version}",
                f"{nearest_sku(thing.sku, skus)}correct it, or call it '{UNKNOWN_PRODUCT}'",
            )
    return list(first.values())


def _usable(
    shelves: ShelfSet, record: ReleaseRecord, settings: DataSettings
) -> tuple[list[ShelfPhoto], list[str]]:
    """Leave out photos without boxes, and those that the release has learned from."""
    known = set(record.span_hashes.values())
    used = {each.span for each in files_of(shelves.spans) if each.content in known}
    learned = [
        photo
        for photo in shelves.photos
        if photo.span in used and photo.split_for(settings.seed) != TO_JUDGE_ON
    ]
    whole = [photo for photo in shelves.photos if photo.label]
    listed = [photo for photo in shelves.photos if photo.counts]
    remarks = []
    if learned:
        remarks.append(
            f"left out: {counted(len(learned), 'photo')} that release {record.version} has "
            "learned from"
        )
    if whole:
        remarks.append(f"left out: {counted(len(whole), 'photo')} labelled as a whole, not boxed")
    if listed:
        remarks.append(f"left out: {counted(len(listed), 'photo')} with counts and no boxes")
    out = {photo.source_id for photo in (*learned, *whole, *listed)}
    return [photo for photo in shelves.photos if photo.source_id not in out], remarks


def _read(
    photos: Sequence[ShelfPhoto], settings: DataSettings
) -> tuple[list[CalibrationPhoto], list[Problem]]:
    read, problems = [], []
    for photo in photos:
        try:
            encoded, _, _ = stored_form(photo.path.read_bytes(), settings.limits)
            read.append(CalibrationPhoto(photo, encoded))
        except BadImage as error:
            problems.append(Problem(str(photo.path), None, str(error), "replace the photo"))
    return read, problems


def _too_few(
    folder: Path, photos: Sequence[CalibrationPhoto], remarks: Sequence[str]
) -> list[Problem]:
    boxes = sum(len(each.counted) for each in photos)
    visits = len({each.photo.home for each in photos})
    if boxes >= LEAST_BOXES and visits >= LEAST_VISITS:
        return []
    what = (
        f"{counted(boxes, 'box', 'boxes')} in photos of {counted(visits, 'visit')} are too few to "
        f"calibrate on: {LEAST_BOXES} boxes of {LEAST_VISITS} visits are the least"
    )
    if remarks:
        what += f" ({'; '.join(remarks)})"
    return [Problem(str(folder), None, what, "box more photos, of other visits")]

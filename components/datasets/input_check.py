"""Checks a run's input before anything expensive starts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from components.datasets.read_catalog import scan_catalog
from components.datasets.read_shelves import scan_shelves
from components.datasets.settings import DataSettings
from components.datasets.span_selection import spans_in_words
from components.records.catalog_row import CatalogRow
from components.records.problems import InputError, Problem, told
from components.records.shelf_photo import ShelfSet
from components.records.splits import SPLITS, Split, held_out_skus
from components.records.words import counted


@dataclass(frozen=True)
class InputReport:
    """What a run is about to read.

    Attributes:
        catalog: All packshots.
        shelves: All shelf photos.
        held_out: SKUs kept out of training.
        photos_of_split: Number of photos by split.
        catalog_files: Every file of the catalogue, for `digests.content_hash`.
        shelf_files: Every file of the shelf photos, for `digests.content_hash`.
        remarks: What was taken otherwise than it is written, or is easily mistaken.
    """

    catalog: tuple[CatalogRow, ...]
    shelves: ShelfSet
    held_out: frozenset[str]
    photos_of_split: dict[Split, int]
    catalog_files: tuple[Path, ...]
    shelf_files: tuple[Path, ...]
    remarks: tuple[Problem, ...] = ()

    @property
    def composed(self) -> bool:
        """Whether no photo has boxes or a label: those to find products on are composed."""
        return not self.shelves.photos or self.shelves.only_counted

    @property
    def skus(self) -> frozenset[str]:
        """All SKUs of the catalogue."""
        return frozenset(row.sku for row in self.catalog)

    def __str__(self) -> str:
        """Return lines for people: the catalogue, the shelf photos, and what is doubtful."""
        catalog = (
            f"catalogue: {counted(len(self.skus), 'product')}, "
            f"{counted(len(self.catalog), 'packshot')}, "
            f"{counted(len(self.held_out), 'product')} held out of training"
        )
        return "\n".join([catalog, f"shelves: {self._shelf_photos()}", *told(self.remarks)])

    def _shelf_photos(self) -> str:
        photos = self.shelves.photos
        if not photos:
            count = self.shelves.unlabelled
            none = "no photos"
            if count:
                none = f"{counted(count, 'photo')} without any label, no negatives"
            return f"{none}; those to train on and to judge on are composed of the packshots"
        boxes = sum(len(photo.objects) for photo in photos)
        labelled = sum(bool(photo.label) for photo in photos)
        hard = sum(photo.hard for photo in photos)
        counted_photos = sum(bool(photo.counts) for photo in photos)
        negatives = sum(photo.of_nothing for photo in photos)
        splits = ", ".join(f"{count:,} {split}" for split, count in self.photos_of_split.items())
        remarks = [f"{splits}", counted(boxes, "box", "boxes")]
        if labelled:
            remarks.append(f"{labelled:,} labelled as a whole")
        if counted_photos:
            remarks.append(f"{counted_photos:,} with counts and no boxes")
        if negatives:
            remarks.append(counted(negatives, "negative"))
        if hard:
            remarks.append(f"{hard:,} corrected by people")
        if superseded := len(self.shelves.superseded):
            remarks.append(f"{superseded:,} superseded by what another span says of them")
        if self.shelves.left_out:
            remarks.append(f"{self.shelves.left_out:,} of other splits left out")
        if self.shelves.unlabelled:
            remarks.append(f"{self.shelves.unlabelled:,} without any label left out, no negatives")
        if self.shelves.skipped:
            remarks.append(f"{counted(self.shelves.skipped, 'unlisted file')} skipped")
        told = f"{self._spans()}, {counted(len(photos), 'photo')} ({'; '.join(remarks)})"
        if self.composed:
            told += "; shelves to train on and to find products on are composed of the packshots"
        return told

    def _spans(self) -> str:
        taken, available = [number for number, _ in self.shelves.spans], self.shelves.available
        words = spans_in_words(taken)
        return words if len(taken) == len(available) else f"{words} of {len(available):,}"


def check_input(products_csv: Path, shelves: Path | None, settings: DataSettings) -> InputReport:
    """Read catalogue and shelf photos, without decoding the photos that look whole.

    Args:
        products_csv: The catalogue.
        shelves: The folder of spans; None where there are no shelf photos.
        settings: Bounds and splits.

    Raises:
        InputError: With every problem of both.
    """
    catalog = scan_catalog(products_csv, settings.limits)
    found = ShelfSet((), (), 0, 0)
    shelf_problems: list[Problem] = []
    if shelves is not None:
        found, shelf_problems = scan_shelves(shelves, catalog.skus, settings)
    counts = Counter(photo.split_for(settings.seed) for photo in found.photos)
    problems = [*catalog.problems, *shelf_problems]
    if shelves is not None and found.photos and not problems:
        problems += nothing_to_judge_on(shelves, found, settings)
    if problems:
        raise InputError(problems)
    return InputReport(
        catalog=catalog.rows,
        shelves=found,
        held_out=held_out_skus(catalog.skus or (), settings.held_out_share, settings.seed),
        photos_of_split={split: counts[split] for split in SPLITS},
        catalog_files=(products_csv, *(row.image for row in catalog.rows)),
        shelf_files=(
            *found.tables,
            *(photo.path for photo in (*found.photos, *found.superseded)),
        ),
        remarks=(*catalog.remarks, *found.remarks),
    )


def nothing_to_train_on(folder: Path, shelves: ShelfSet, settings: DataSettings) -> list[Problem]:
    """Return what to know of shelf photos of which none with boxes falls into ``train``, if so.

    A run trains on shelves composed of packshots then.

    Args:
        folder: Where they were read from.
        shelves: All of them.
        settings: How they are split.
    """
    with_boxes = [photo for photo in shelves.photos if photo.objects]
    if any(photo.split_for(settings.seed) == "train" for photo in with_boxes):
        return []
    what = (
        f"none of {len(with_boxes):,} photos with boxes falls into the split 'train', so a run "
        "trains on shelves composed of packshots alone"
    )
    return [Problem(str(folder), None, what, "add photos of other visits, with boxes")]


def nothing_to_judge_on(folder: Path, shelves: ShelfSet, settings: DataSettings) -> list[Problem]:
    """Return the problem of shelf photos of which none falls into ``test``, if so it is.

    Those of which counts are all that is known do not help: they cannot tell what is found where.

    Args:
        folder: Where they were read from.
        shelves: All of them.
        settings: How they are split.
    """
    telling = [photo for photo in shelves.photos if not photo.counts]
    if shelves.only_counted or any(p.split_for(settings.seed) == "test" for p in telling):
        return []
    which = " with boxes or a label" if len(telling) < len(shelves.photos) else ""
    return [
        Problem(
            str(folder),
            None,
            f"none of {len(telling):,} photos{which} falls into the split 'test', on which "
            "models are judged",
            "add photos of other visits, or set the attribute split of some to 'test'",
        )
    ]

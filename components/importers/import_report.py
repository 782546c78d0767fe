"""What an import took and what it left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from components.records.problems import Problem
from components.records.words import counted


@dataclass(frozen=True)
class ImportReport:
    """The result of an import.

    Attributes:
        folder: The data set.
        catalog: Its `products.csv`; None where the source has no catalogue.
        shelves: Its folder of spans; None where the source has no photos.
        products: SKUs in the catalogue.
        packshots: Rows of the catalogue.
        photos: Shelf photos written.
        boxes: Boxes on them.
        unknown: Those of the boxes that are `unknown_product`.
        clipped: Boxes cut at the edge of their photo.
        negatives: Photos without annotations.
        labelled: Photos labelled as a whole.
        photos_of_split: Number of photos by split; those divided by visit count as ``""``.
        problems: What was skipped or mended, in the order found.
        unlisted: Number of further problems, beyond what `problems` holds.
    """

    folder: Path
    catalog: Path | None
    shelves: Path | None
    products: int
    packshots: int
    photos: int
    boxes: int
    unknown: int
    clipped: int
    negatives: int
    labelled: int
    photos_of_split: Counter[str]
    problems: tuple[Problem, ...]
    unlisted: int

    def __str__(self) -> str:
        """Return a few lines for people: the catalogue, the shelf photos, the faults."""
        lines: list[str] = []
        if self.catalog:
            packshots = counted(self.packshots, "packshot")
            lines.append(f"catalogue: {counted(self.products, 'product')}, {packshots}")
        if self.shelves:
            lines.append(f"shelves: {counted(self.photos, 'photo')} ({'; '.join(self._remarks())})")
        faults = len(self.problems) + self.unlisted
        if faults:
            which = f"the first {len(self.problems):,} are" if self.unlisted else "each is"
            lines.append(f"faults: {faults:,}; {which} named with what is done about it")
        return "\n".join(lines)

    def _remarks(self) -> list[str]:
        by_split = sorted(self.photos_of_split.items())
        remarks = [", ".join(f"{count:,} {split or 'by visit'}" for split, count in by_split)]
        if self.labelled:
            remarks.append(f"{self.labelled:,} labelled as a whole")
        else:
            remarks.append(counted(self.boxes, "box", "boxes"))
        for count, what in (
            (self.unknown, "of them of unknown products"),
            (self.clipped, "clipped"),
        ):
            if count:
                remarks.append(f"{count:,} {what}")
        if self.negatives:
            remarks.append(counted(self.negatives, "negative"))
        return remarks

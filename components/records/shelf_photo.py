"""A shelf photo and what is in it, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from components.records.prediction import Box
from components.records.problems import Problem
from components.records.review import Review
from components.records.splits import Split, split_of


@dataclass(frozen=True)
class ShelfObject:
    """One annotated product.

    Attributes:
        sku: A SKU of the catalogue, or ``unknown_product``.
        box: Edges xmin, ymin, xmax, ymax in pixels of the photo as displayed, inside it.
        occlusion: Fraction hidden, 0 to 1.
        difficult: Found or not, it does not count.
        crowd: The box covers a group that nobody separated.
        hard: A person corrected this object.
        row: Where it is annotated, such as "annotation 12"; empty where that is not known.
    """

    sku: str
    box: Box
    occlusion: float = 0.0
    difficult: bool = False
    crowd: bool = False
    hard: bool = False
    row: str = field(default="", compare=False)


MOST_PRODUCTS = 2000
"""Products on one photo, as the schema of shelf examples bounds them."""


class SkuCount(NamedTuple):
    """How many of one SKU, or of products outside the catalogue, stand on a photo; may be 0."""

    sku: str
    number: int


@dataclass(frozen=True)
class ShelfPhoto:
    """One listed photo. Boxed, a negative without boxes, labelled as a whole, or counted.

    Attributes:
        path: The file, absolute.
        name: Its path as the annotations write it.
        span: Number of the span it lies in.
        width: Pixels, as displayed.
        height: Pixels, as displayed.
        objects: Empty for a negative, and for a photo that is labelled as a whole or counted.
        label: The SKU of the whole photo; empty otherwise.
        counts: What stands on the photo, where nobody drew boxes; empty otherwise.
        store: Where it was taken; may be empty.
        visit: When it was taken: photos of one visit share a split; may be empty.
        split: The split the annotations demand; None lets the visit decide.
        position: Where the span's table lists it, counted from 0.
        review: The person whose truth this is; None where it was imported.
        hard_negative: A person said that there is nothing where a model saw something.
        negative: The annotations say in so many words that there is nothing.
    """

    path: Path
    name: str
    span: int
    width: int
    height: int
    objects: tuple[ShelfObject, ...] = ()
    label: str = ""
    counts: tuple[SkuCount, ...] = ()
    store: str = ""
    visit: str = ""
    split: Split | None = None
    position: int = 0
    review: Review | None = None
    hard_negative: bool = False
    negative: bool = False

    @property
    def source_id(self) -> str:
        """Key of the photo among all spans."""
        return f"span-{self.span}/{self.name}"

    @property
    def of_nothing(self) -> bool:
        """Whether it is a negative: all boxes are known, and there are none."""
        return not (self.objects or self.label or self.counts)

    @property
    def hard(self) -> bool:
        """Whether a person corrected anything in it."""
        return self.hard_negative or any(thing.hard for thing in self.objects)

    @property
    def home(self) -> str:
        """What decides the split where the annotations do not: photos of one home share it."""
        return self.visit or self.name

    def split_for(self, seed: int) -> Split:
        """Return the split: what the annotations demand, or else what the visit decides.

        A photo without a visit is a visit of its own.
        """
        return self.split or split_of(self.home, seed)


@dataclass(frozen=True)
class ShelfSet:
    """All shelf photos of a run.

    Attributes:
        photos: In order of span, then as listed.
        tables: The annotation files read.
        skipped: Image files that lie in the spans and are not listed.
        left_out: Photos labelled as a whole that belong to a split not evaluated.
        superseded: Photos that another span tells the standing truth of.
        spans: Number and folder of the spans taken.
        available: Numbers of all spans there are.
        remarks: What was taken otherwise than it is written.
        unlabelled: Photos of spans without any label: neither a box nor a SKU, nor anybody's word
            that nothing is there. They are not among `photos`.
    """

    photos: tuple[ShelfPhoto, ...]
    tables: tuple[Path, ...]
    skipped: int
    left_out: int
    superseded: tuple[ShelfPhoto, ...] = ()
    spans: tuple[tuple[int, Path], ...] = ()
    available: tuple[int, ...] = ()
    remarks: tuple[Problem, ...] = ()
    unlabelled: int = 0

    @property
    def only_counted(self) -> bool:
        """Whether there are photos, and no more is known of any than what stands on it."""
        return bool(self.photos) and all(photo.counts for photo in self.photos)

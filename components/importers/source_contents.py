"""What a format's reader finds, before anything is checked against the pictures themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from components.records.prediction import Box
from components.records.splits import Split


class RawBox(NamedTuple):
    """One annotation as its source has it.

    Attributes:
        row: Where it stands in the source's table.
        sku: What it shows.
        corners: Edges xmin, ymin, xmax, ymax; finite numbers, not yet compared with the photo.
        crowd: The box covers a group that nobody separated.
        difficult: Found or not, it does not count.
        hard: A person corrected it.
        occlusion: Fraction hidden, 0 to 1.
    """

    row: int | str
    sku: str
    corners: Box
    crowd: bool = False
    difficult: bool = False
    hard: bool = False
    occlusion: float = 0.0


@dataclass(frozen=True)
class SourcePackshot:
    """One packshot.

    Attributes:
        file: The picture, absolute.
        sku: The product's key.
        name: For people.
        category: For people; may be empty.
        table: The file or folder that names it, for problems.
        row: Where in the table.
        extra: Further columns, by name.
    """

    file: Path
    sku: str
    name: str
    category: str
    table: Path
    row: int | str | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class BoxedPhoto:
    """One shelf photo with boxes, or a negative.

    Attributes:
        file: The photo, absolute.
        name: Its name in the source, with its folders.
        table: The file that lists it, for problems.
        row: Where in the table.
        boxes: Read once, when the photo's turn comes: all boxes together may be millions. Reading
            them reports those that are no boxes at all.
        annotated: Number of annotations the source has for it, faulty ones included.
        declared: Width and height that the source says the boxes are for; None where it does not.
        fractions: Whether corners are fractions of width and height, and not pixels.
        split: The split the source demands.
        store: Where it was taken; may be empty.
        visit: When it was taken; may be empty.
    """

    file: Path
    name: str
    table: Path
    row: int | str
    boxes: Iterable[RawBox]
    annotated: int
    declared: tuple[float, float] | None = None
    fractions: bool = False
    split: Split | None = None
    store: str = ""
    visit: str = ""


@dataclass(frozen=True)
class LabelledPhoto:
    """One photo with one label and no boxes.

    Attributes:
        file: The photo, absolute.
        name: Its name in the source, with its folders.
        table: The file that lists it, for problems.
        row: Where in the table.
        sku: What it shows.
        split: Name of its split, as `photos.csv` has it.
    """

    file: Path
    name: str
    table: Path
    row: int
    sku: str
    split: str


@dataclass(frozen=True)
class Contents:
    """A data set in another format. A source has boxed photos or labelled ones, never both.

    Attributes:
        packshots: The catalogue; empty where the source has none.
        photos: The photos with boxes.
        labelled: The photos labelled as a whole.
    """

    packshots: Sequence[SourcePackshot] = ()
    photos: Sequence[BoxedPhoto] = ()
    labelled: Sequence[LabelledPhoto] = ()

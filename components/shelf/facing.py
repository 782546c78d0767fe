"""A facing, and a shelf of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from components.records.prediction import Box
from components.records.splits import UNKNOWN_PRODUCT

PLANNED_ODDS = 9.0
"""How much likelier what is planned for a place is to stand there than all else together."""


_AT_EDGE = 0.003
"""How near to the edge of the photo a box ends that the edge cuts off, in the photo's sides."""


@dataclass(frozen=True)
class Facing:
    """One product where a customer takes it: a pack, or packs of it one upon the other.

    Attributes:
        photo: The path as the user gave it.
        row: From the top, from 1.
        place: In the row, from the left, from 1; a pack on another product comes after that.
        sku: The product, or `unknown_product`.
        name: What people call it; empty where nobody looked it up.
        box: Around all its packs, pixels of the photo.
        packs: One upon the other.
        raised: Whether it stands on another product.
        score: Probability that this is that SKU, of the surest pack.
        numbers: Of its detections in the photo, from 1, lowest pack first.
        candidates: What else it may be, each SKU with its probability.
        faint: Whether it is too unsure to be shown: it counts where something like it is planned.
    """

    photo: str
    row: int
    place: int
    sku: str
    name: str
    box: Box
    packs: int
    raised: bool
    score: float
    numbers: tuple[int, ...]
    candidates: tuple[tuple[str, float], ...] = ()
    faint: bool = False

    @property
    def unknown(self) -> bool:
        """Whether it is a product that the recogniser cannot name."""
        return self.sku == UNKNOWN_PRODUCT

    def may_be(self, sku: str) -> bool:
        """Return whether it is likely to be a product, given that this is planned for its place."""
        if sku == self.sku and not self.faint:
            return True
        score = dict(self.candidates).get(sku, 0.0)
        against = 1 - score if self.faint or self.unknown else self.score
        return score > 0 and PLANNED_ODDS * score >= against

    @property
    def width(self) -> float:
        """Pixels of the photo."""
        return self.box[2] - self.box[0]

    @property
    def middle(self) -> float:
        """Its x, pixels of the photo."""
        return (self.box[0] + self.box[2]) / 2


@dataclass(frozen=True)
class Shelf:
    """One photo as rows of facings.

    Attributes:
        photo: The path as the user gave it.
        width: Of the photo, pixels.
        height: Of the photo, pixels.
        rows: Bay by bay, from the top, each from the left.
        faint: By row, what may stand there and is not shown.
        in_bay: How many rows each bay on the photo has.
        photos_wide: How many photos wide it is: more than one where several are joined.
    """

    photo: str
    width: int
    height: int
    rows: tuple[tuple[Facing, ...], ...]
    faint: tuple[tuple[Facing, ...], ...] = ()
    in_bay: tuple[int, ...] = ()
    photos_wide: float = 1.0

    def bays(self) -> Iterator[Shelf]:
        """Yield each bay on the photo, from the left, as a shelf of its own."""
        start = 0
        for count in self.in_bay:
            end = start + count
            yield replace(
                self, rows=self.rows[start:end], faint=self.faint[start:end], in_bay=(count,)
            )
            start = end

    def with_faint(self) -> Shelf:
        """Return the shelf with faint facings in its rows, from the left."""
        rows = tuple(
            tuple(sorted((*row, *faint), key=lambda each: each.middle)) if faint else row
            for row, faint in zip(self.rows, self.faint, strict=True)
        )
        return replace(self, rows=rows, faint=tuple(() for _ in rows))

    @property
    def facings(self) -> tuple[Facing, ...]:
        """All of them, row by row."""
        return tuple(facing for row in self.rows for facing in row)

    def cuts_off(self, box: Box) -> bool:
        """Return whether the edge of the photo may cut off what is in a box, pixels."""
        left, top, right, bottom = box
        across, down = _AT_EDGE * self.width, _AT_EDGE * self.height
        return (
            left <= across or top <= down or right >= self.width - across
            or bottom >= self.height - down
        )  # fmt: skip

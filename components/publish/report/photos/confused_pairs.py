"""Products that are mistaken for each other, shown side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from components.artifacts.evaluation_summary import Confusion, ConfusionExample
from components.imaging.jpeg import encode_within, shrunk

PACKSHOT_SIDE, PACKSHOT_BYTES = 180, 10_000
CROP_SIDE, CROP_BYTES = 180, 8_000
_CONTEXT = 0.15
"""How much of what surrounds a product its crop shows, as a share of the box on each side."""


@dataclass(frozen=True)
class ConfusionCrop:
    """A place on a photo where one product was taken for the other.

    Attributes:
        jpeg: The place.
        stands: The SKU that stands there.
        said: The SKU that the model shows.
        score: Score of what it shows.
    """

    jpeg: bytes
    stands: str
    said: str
    score: float


@dataclass(frozen=True)
class Pair:
    """Two SKUs, and how often the first was taken for the second and the other way round.

    Attributes:
        skus: The pair; the first is the one that is mistaken more often.
        confusions: In either direction, the more frequent one first; one or two.
        packshots: By SKU; a SKU that is no longer in the catalogue has none.
        crops: Examples, the surest mistakes first.
    """

    skus: tuple[str, str]
    confusions: tuple[Confusion, ...]
    packshots: Mapping[str, bytes]
    crops: tuple[ConfusionCrop, ...]

    @property
    def n(self) -> int:
        """Mistakes in both directions."""
        return sum(each.n for each in self.confusions)


def most_confused(confusions: Iterable[Confusion], count: int) -> list[tuple[Confusion, ...]]:
    """Return the pairs with most mistakes in both directions, at most `count`.

    Args:
        confusions: Confusions of an evaluation, in any order.
        count: Pairs.
    """
    directions: dict[frozenset[str], list[Confusion]] = {}
    for each in confusions:
        directions.setdefault(frozenset((each.true, each.predicted)), []).append(each)
    pairs = [tuple(sorted(both, key=lambda each: -each.n)) for both in directions.values()]
    return sorted(pairs, key=lambda pair: (-sum(each.n for each in pair), pair[0].true))[:count]


def make_pair(
    confusions: tuple[Confusion, ...],
    packshots: Mapping[str, bytes],
    crops: Mapping[ConfusionExample, bytes],
    count: int,
) -> Pair:
    """Return a pair with the pictures there are of it.

    Args:
        confusions: Both directions, from `most_confused`.
        packshots: JPEG by SKU.
        crops: JPEG by example.
        count: Crops shown at most.
    """
    skus = (confusions[0].true, confusions[0].predicted)
    found = [
        ConfusionCrop(crops[example], each.true, each.predicted, example.score)
        for each in confusions
        for example in each.examples
        if example in crops
    ]
    found.sort(key=lambda crop: -crop.score)
    shots = {sku: packshots[sku] for sku in skus if sku in packshots}
    return Pair(skus, confusions, shots, tuple(found[:count]))


def packshot(pixels: np.ndarray) -> bytes:
    """Return a packshot, uint8 `[H, W, 3]` RGB, as a JPEG small enough for a report."""
    return encode_within(shrunk(pixels, PACKSHOT_SIDE), PACKSHOT_BYTES)


def crop(pixels: np.ndarray, box: Sequence[float]) -> bytes | None:
    """Return a product on a photo with a little around it, as JPEG; None where there is nothing.

    Args:
        pixels: uint8 `[H, W, 3]`, RGB.
        box: xmin, ymin, xmax, ymax in pixels of the photo; may reach beyond it.
    """
    height, width = pixels.shape[:2]
    left, top, right, bottom = box
    aside, above = _CONTEXT * (right - left), _CONTEXT * (bottom - top)
    rows = slice(max(0, round(top - above)), min(height, round(bottom + above)))
    columns = slice(max(0, round(left - aside)), min(width, round(right + aside)))
    part = pixels[rows, columns]
    return encode_within(shrunk(part, CROP_SIDE), CROP_BYTES) if part.size else None

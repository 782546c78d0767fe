"""What may be a facing of a product: what is shown, what else that may be, what is too unsure."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import NamedTuple

from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.facing import Facing, Shelf

_LEAST = 0.02
"""Probability below which a product is not thought of."""


class Kind(IntEnum):
    """How a recogniser comes to think of a product."""

    SHOWN = 0
    INSTEAD = 1
    """Of what is shown, another that it may be."""
    FAINT = 2
    """Of what is too unsure to be shown."""


class Chance(NamedTuple):
    """What may be one facing of a product.

    Attributes:
        kind: How the recogniser comes to think of it.
        score: Its probability, as the recogniser says.
        cut: Whether the edge of the photo may cut it off.
    """

    kind: Kind
    score: float
    cut: bool


def chances_of(shelf: Shelf) -> dict[str, list[Chance]]:
    """Return by SKU what may be its facings on a photo; unknown products are none of them."""
    found: dict[str, list[Chance]] = {}
    for facing in (*shelf.facings, *(each for row in shelf.faint for each in row)):
        cut = shelf.cuts_off(facing.box)
        for sku, kind, score in _named(facing):
            if (kind is Kind.SHOWN or score >= _LEAST) and sku != UNKNOWN_PRODUCT:
                found.setdefault(sku, []).append(Chance(kind, score, cut))
    return found


def _named(facing: Facing) -> Iterator[tuple[str, Kind, float]]:
    """Yield each product that a facing may be; all their probabilities together are 1 at most."""
    if facing.faint:
        kind, left = Kind.FAINT, 1.0
    else:
        kind, left = Kind.INSTEAD, 1.0 if facing.unknown else max(1 - facing.score, 0.0)
        yield facing.sku, Kind.SHOWN, facing.score
    together = sum(score for sku, score in facing.candidates if sku != UNKNOWN_PRODUCT)
    factor = min(1.0, left / together) if together > 0 else 1.0
    for sku, score in facing.candidates:
        yield sku, kind, score * factor

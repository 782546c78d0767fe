"""Which photos the generated data set has, before any is drawn."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from components.embedded_data.settings import EmbeddedDataSettings
from components.records.splits import SPLITS, Split

_STORES = ("north", "harbour", "station", "market", "mill")
_PHOTOS_PER_VISIT = 4


class PlannedPhoto(NamedTuple):
    """One photo to draw.

    Attributes:
        number: Position in the data set, from 0.
        split: The split it belongs to.
        negative: Whether it shows no product of the catalogue.
        visit: Number of the visit it was taken on; a visit lies in one split.
    """

    number: int
    split: Split
    negative: bool
    visit: int

    @property
    def file_name(self) -> str:
        """Name of its file."""
        return f"photo-{self.number:04d}.jpg"

    @property
    def store(self) -> str:
        """The store that was visited."""
        return _STORES[self.visit % len(_STORES)]


def plan_photos(settings: EmbeddedDataSettings) -> list[PlannedPhoto]:
    """List the photos: split by split, negatives spread evenly, a few photos to a visit."""
    counts = (settings.train_photos, settings.eval_photos, settings.test_photos)
    photos: list[PlannedPhoto] = []
    visit = 0
    for split, count in zip(SPLITS, counts, strict=True):
        negatives = np.floor(np.arange(count + 1) * settings.negative_share)
        for position in range(count):
            if position % _PHOTOS_PER_VISIT == 0:
                visit += 1
            negative = bool(negatives[position + 1] > negatives[position])
            photos.append(PlannedPhoto(len(photos), split, negative, visit))
    return photos

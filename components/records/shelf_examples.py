"""Reads shelf examples: each is a photo with its annotated objects.

Without TFX, as `records.tf_example`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from components.imaging.fingerprint import Fingerprint
from components.records import feature_keys as keys
from components.records.features import Features
from components.records.shelf_photo import SkuCount
from components.records.tf_example import parse, read_files


@dataclass(frozen=True, eq=False)
class ShelfExample:
    """A shelf photo and its n objects, each property read from the features when it is asked for.

    Few readers need all of them, and not every example has all: photos made from other photos lack
    what only checks of the data read.

    Attributes:
        features: Of the example.
    """

    features: Features

    @property
    def source_id(self) -> str:
        """The photo's key among all spans."""
        return self._text(keys.IMAGE_SOURCE_ID)

    @property
    def name(self) -> str:
        """The file name, for people."""
        return self._text(keys.IMAGE_FILENAME)

    @property
    def encoded(self) -> bytes:
        """The photo, upright, as JPEG or PNG."""
        return bytes(self.features[keys.IMAGE_ENCODED][0])

    @property
    def width(self) -> int:
        """Pixels."""
        return self._integer(keys.IMAGE_WIDTH)

    @property
    def height(self) -> int:
        """Pixels."""
        return self._integer(keys.IMAGE_HEIGHT)

    @property
    def fingerprint(self) -> Fingerprint:
        """The photo's fingerprint."""
        return Fingerprint.from_bytes(bytes(self.features[keys.IMAGE_FINGERPRINT][0]))

    @property
    def label(self) -> str:
        """The SKU of the whole photo, or ""."""
        return self._text(keys.PHOTO_LABEL)

    @property
    def span(self) -> int:
        """The number of the span that it lies in."""
        return self._integer(keys.PHOTO_SPAN)

    @property
    def counts(self) -> tuple[SkuCount, ...]:
        """What was counted on the photo; empty where it has boxes, a label, or nothing."""
        skus = (bytes(sku).decode() for sku in self.features[keys.PHOTO_COUNTS_SKU])
        numbers = np.asarray(self.features[keys.PHOTO_COUNTS_COUNT]).tolist()
        return tuple(map(SkuCount, skus, numbers))

    @property
    def boxes(self) -> np.ndarray:
        """Boxes, float32 `[n, 4]`: xmin, ymin, xmax, ymax as shares of the photo's sides."""
        edges = [np.asarray(self.features[key], np.float32) for key in keys.BOX_EDGES]
        return np.stack(edges, axis=1)

    @property
    def skus(self) -> list[str]:
        """The SKU of each object."""
        return [bytes(sku).decode() for sku in self.features[keys.OBJECT_SKU]]

    @property
    def difficult(self) -> np.ndarray:
        """Which objects do not count, bool `[n]`."""
        return self._flags(keys.OBJECT_DIFFICULT)

    @property
    def crowd(self) -> np.ndarray:
        """Which boxes cover a group, bool `[n]`."""
        return self._flags(keys.OBJECT_IS_CROWD)

    @property
    def occlusion(self) -> np.ndarray:
        """How much of each object is hidden, float32 `[n]`, 0 to 1."""
        return np.asarray(self.features[keys.OBJECT_OCCLUSION], np.float32)

    def _text(self, key: str) -> str:
        return bytes(self.features[key][0]).decode()

    def _integer(self, key: str) -> int:
        return int(self.features[key][0])

    def _flags(self, key: str) -> np.ndarray:
        return np.asarray(self.features[key]).astype(bool)


def read_photos(files: Sequence[str]) -> Iterator[ShelfExample]:
    """Yield the photos of record files, one in memory at a time."""
    return map(ShelfExample, map(parse, read_files(files)))

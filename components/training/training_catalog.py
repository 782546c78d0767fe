"""The catalogue as the trainer needs it: encoded packshots, SKU numbers, who is held out."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.records.catalog_examples import read_packshots


@dataclass(frozen=True)
class TrainingCatalog:
    """V packshots of S SKUs, in order of SKU.

    Only encoded bytes are kept; pictures are decoded when a batch needs them.

    Attributes:
        skus: `[S]`, sorted.
        held_out: bool `[S]`: never trained on, kept to measure new SKUs.
        packshots: `[V]` encoded pictures, the views of one SKU together.
        first_view: int `[S]`, where a SKU's packshots start.
        views: int `[S]`, how many there are.
    """

    skus: tuple[str, ...]
    held_out: np.ndarray
    packshots: tuple[bytes, ...]
    first_view: np.ndarray
    views: np.ndarray

    @property
    def new_skus(self) -> frozenset[str]:
        """SKUs that are held out."""
        return frozenset(sku for sku, new in zip(self.skus, self.held_out, strict=True) if new)

    def rows(self) -> list[tuple[str, bytes]]:
        """Return (SKU, encoded packshot) of every view."""
        return [
            (sku, self.packshots[view])
            for sku, first, count in zip(self.skus, self.first_view, self.views, strict=True)
            for view in range(first, first + count)
        ]


def read_catalog(paths: Sequence[str]) -> TrainingCatalog:
    """Read gzip TFRecords of catalogue examples.

    Raises:
        ValueError: They hold no product.
    """
    packshots = sorted(read_packshots(paths), key=lambda packshot: (packshot.sku, packshot.view))
    if not packshots:
        raise ValueError("the catalogue examples hold no product")
    skus = sorted({packshot.sku for packshot in packshots})
    numbers = {sku: number for number, sku in enumerate(skus)}
    of_row = np.array([numbers[packshot.sku] for packshot in packshots])
    held_out = np.zeros(len(skus), bool)
    held_out[of_row] = [packshot.held_out for packshot in packshots]
    return TrainingCatalog(
        skus=tuple(skus),
        held_out=held_out,
        packshots=tuple(packshot.encoded for packshot in packshots),
        first_view=np.searchsorted(of_row, np.arange(len(skus))),
        views=np.bincount(of_row, minlength=len(skus)),
    )

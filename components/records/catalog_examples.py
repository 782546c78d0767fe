"""Reads catalogue examples: each is a packshot, with its row of the catalogue.

Without TFX, as `records.tf_example`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from components.records import feature_keys as keys
from components.records.features import Features
from components.records.tf_example import parse, read_files

CATALOG_SPLIT = "catalog"


@dataclass(frozen=True)
class Packshot:
    """One packshot.

    Attributes:
        sku: The product's key.
        name: For people.
        category: For people; may be empty.
        group: Of products that may be answered together; empty for none.
        view: 0 for the SKU's first packshot, 1 for its second, and so on.
        row: Line in `products.csv`.
        held_out: Whether the SKU is kept out of training.
        image_name: The packshot's path as the table writes it.
        encoded: The picture, upright, as JPEG or PNG.
    """

    sku: str
    name: str
    category: str
    view: int
    row: int
    held_out: bool
    image_name: str
    encoded: bytes = field(repr=False)
    group: str = ""


def read_packshots(files: Sequence[str]) -> Iterator[Packshot]:
    """Yield the packshots of record files, one in memory at a time."""
    return map(packshot_of, map(parse, read_files(files)))


def packshot_of(features: Features) -> Packshot:
    """Return the packshot of a catalogue example's features."""

    def text(key: str) -> str:
        return bytes(features[key][0]).decode()

    return Packshot(
        sku=text(keys.PRODUCT_SKU),
        name=text(keys.PRODUCT_NAME),
        category=text(keys.PRODUCT_CATEGORY),
        view=int(features[keys.PRODUCT_VIEW][0]),
        row=int(features[keys.PRODUCT_ROW][0]),
        held_out=bool(features[keys.PRODUCT_HELD_OUT][0]),
        image_name=text(keys.IMAGE_FILENAME),
        encoded=bytes(features[keys.IMAGE_ENCODED][0]),
        group=text(keys.PRODUCT_GROUP) if features.get(keys.PRODUCT_GROUP) else "",
    )

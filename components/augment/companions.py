"""Companions: generated products that stand on composed shelves beside those of the catalogue.

They are trained on and are in no index: auxiliary classes, as few-shot learning calls them. A few
dozen packshots teach a network those few dozen products. Hundreds of others teach it to match,
which is what it needs for products that enter the catalogue later. One line in ten is kept for
validation, so that there are new SKUs to validate on whatever the catalogue is.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from components.imaging.decoding import ALREADY_CHECKED, encode_jpeg
from components.records.catalog_row import CatalogRow
from components.records.features import Feature, catalog_features
from components.records.splits import COMPANION
from components.synthesis.products.packshots import make_catalog

VARIANTS = 3
"""Products in each line."""
_SEED = 104_729  # not a seed anybody gives a catalogue of their own
_HELD_OUT_EVERY = 10
"""Of so many lines, the last is held out of training."""
_JPEG_QUALITY = 95


def companion_features(families: int) -> Iterator[dict[str, Feature]]:
    """Yield the catalogue features of companions, line by line.

    Args:
        families: Number of product lines; the first of a larger number are those of a smaller one.
    """
    for number, packshot in enumerate(make_catalog(_SEED, families, VARIANTS)):
        sku = COMPANION + packshot.sku
        name = f"{packshot.sku}.jpg"
        row = CatalogRow(0, sku, packshot.name, packshot.category, Path(name), name)
        held_out = number // VARIANTS % _HELD_OUT_EVERY == _HELD_OUT_EVERY - 1
        yield catalog_features(
            row, encode_jpeg(packshot.image, _JPEG_QUALITY), held_out, ALREADY_CHECKED
        )

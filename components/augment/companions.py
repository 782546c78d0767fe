"""Companions: products that stand on composed shelves beside those of the catalogue.

A few dozen packshots teach a network those few dozen products. Hundreds of others, trained on with
them, teach it to match, which is what it needs for products that enter the catalogue later. Some
are generated, others are made of the catalogue's own packshots (see lookalikes.py) and look as real
packs do. One line in ten is kept for validation, so that there are new SKUs to validate on whatever
the catalogue is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from components.augment.cutout import cut_out, on_white
from components.augment.lookalikes import lookalikes
from components.embedded_data.packshots import make_catalog
from components.example_gen.catalog import CatalogRow
from components.example_gen.features import Feature, catalog_features
from components.example_gen.images import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.example_gen.splits import COMPANION

VARIANTS = 3
_SEED = 104_729  # not a seed anybody gives a catalogue of their own
_HELD_OUT_EVERY = 10
_QUALITY = 95
_MARGIN = 0.05
_LOOKED_AT = 1000  # packshots that lookalikes are made of, about, however many there are


def companion_features(families: int) -> Iterator[dict[str, Feature]]:
    """Yield the catalogue features of companions, line by line.

    Args:
        families: Number of product lines, of `VARIANTS` each; the first of a larger number are
            those of a smaller one.
    """
    for number, packshot in enumerate(make_catalog(_SEED, families, VARIANTS)):
        sku = COMPANION + packshot.sku
        name = f"{packshot.sku}.jpg"
        row = CatalogRow(0, sku, packshot.name, packshot.category, Path(name), name)
        yield _features(row, packshot.image, number)


def lookalike_features(
    packshots: Mapping[str, Sequence[bytes]], count: int
) -> Iterator[dict[str, Feature]]:
    """Yield the catalogue features of companions that are made of packshots.

    Args:
        packshots: For each SKU to make them of, its views, encoded.
        count: How many, at most.
    """
    every = max(len(packshots) // _LOOKED_AT, 1)
    products = [
        cut_out(decode_photo(packshots[sku][0], ALREADY_CHECKED), sku)
        for sku in sorted(packshots)[::every]
    ]
    made = lookalikes(np.random.default_rng(_SEED), products, count, "") if products else ()
    for number, product in enumerate(made):
        name = f"lookalike-{number:05d}"
        row = CatalogRow(0, COMPANION + name, name, "", Path(name), name)
        yield _features(row, on_white(product, _MARGIN), number)


def _features(row: CatalogRow, image: np.ndarray, number: int) -> dict[str, Feature]:
    held_out = number // VARIANTS % _HELD_OUT_EVERY == _HELD_OUT_EVERY - 1
    return catalog_features(row, encode_jpeg(image, _QUALITY), held_out, ALREADY_CHECKED)

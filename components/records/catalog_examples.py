"""A catalogue's packshots, read back from its examples."""

from __future__ import annotations

from collections.abc import Iterator

from tfx.types import Artifact

from components.records.example_files import read_records
from components.records.tf_example import parse

CATALOG_SPLIT = "catalog"


def read_packshots(catalog: Artifact) -> Iterator[tuple[str, bytes]]:
    """Yield (SKU, encoded upright packshot), one in memory at a time."""
    for record in read_records(catalog, CATALOG_SPLIT):
        features = parse(record)
        yield features["product/sku"][0].decode(), features["image/encoded"][0]

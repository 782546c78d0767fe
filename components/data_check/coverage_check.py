"""Which products of the catalogue no shelf photo shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from components.data_check.findings import Findings
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem
from components.records.shelf_photo import ShelfPhoto


def shown_skus(photos: Iterable[ShelfPhoto]) -> set[str]:
    """Return the SKUs that photos show, boxed, as a label, or counted."""
    return {
        sku
        for photo in photos
        for sku in (
            photo.label,
            *(thing.sku for thing in photo.objects),
            *(sku for sku, count in photo.counts if count),
        )
    }


def check_coverage(
    findings: Findings, file: str, rows: Iterable[CatalogRow], shown: Collection[str]
) -> None:
    """Note the SKUs of a catalogue that are not among those `shown`."""
    first_rows: dict[str, CatalogRow] = {}
    for row in rows:
        first_rows.setdefault(row.sku, row)
    for row in first_rows.values():
        if row.sku not in shown:
            what = f"no shelf photo shows '{row.sku}'"
            problem = Problem(file, row.line, what, "add photos of it, or accept it unmeasured")
            findings.add("never_on_shelf", problem)

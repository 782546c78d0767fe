"""Which products of the catalogue no shelf photo shows."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from components.data_check.findings import Findings
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem


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

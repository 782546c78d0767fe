"""Groups of the catalogue that join nothing, or what hardly belongs together."""

from __future__ import annotations

from collections.abc import Iterable

from components.data_check.findings import Findings
from components.records.catalog_row import CatalogRow
from components.records.problems import Problem


def check_groups(findings: Findings, file: str, rows: Iterable[CatalogRow]) -> None:
    """Note groups of one product or of several categories, and products in two groups."""
    group_of: dict[str, str] = {}
    members: dict[str, dict[str, CatalogRow]] = {}

    def note(row: CatalogRow, what: str, remedy: str) -> None:
        findings.add("odd_group", Problem(file, row.line, what, remedy))

    for row in rows:
        known = group_of.setdefault(row.sku, row.group)
        if row.group != known:
            what = f"'{row.sku}' is of group '{row.group}' here, and of '{known}' above"
            note(row, what, "give every row of a product the same group: the first one counts")
        if known:
            members.setdefault(known, {}).setdefault(row.sku, row)
    for group, of_group in members.items():
        first, *others = of_group.values()
        if not others:
            what = f"group '{group}' has one product only, '{first.sku}'"
            note(first, what, "correct its name, or leave it empty")
            continue
        other = next((each for each in others if each.category != first.category), None)
        if other is not None:
            what = (
                f"group '{group}' joins '{first.category}' ('{first.sku}') and "
                f"'{other.category}' ('{other.sku}')"
            )
            note(other, what, "see that both are meant to be answered as one")

"""Groups that somebody should look at."""

from pathlib import Path

import pytest

from components.data_check.findings import Findings
from components.data_check.group_checks import check_groups
from components.data_check.settings import CheckSettings
from components.records.catalog_row import CatalogRow


def told(*products: tuple[str, str, str]) -> list[str]:
    """What is found in rows of SKU, category and group."""
    rows = [
        CatalogRow(line, sku, sku, category, Path("a.png"), "a.png", extra={"group": group})
        for line, (sku, category, group) in enumerate(products, start=2)
    ]
    findings = Findings(CheckSettings())
    check_groups(findings, "products.csv", rows)
    assert {each.severity for each in findings.sorted()} <= {"warning"}
    return [str(each.problem) for each in findings.sorted()]


def test_groups_in_order_are_no_finding():
    assert not told(("a", "Tea", "g"), ("b", "Tea", " g "), ("c", "Tea", ""), ("c", "Milk", ""))


@pytest.mark.parametrize(
    ("products", "sentence"),
    [
        ([("a", "Tea", "g"), ("b", "Tea", "")], "row 2: group 'g' has one product only, 'a'"),
        (
            [("a", "Tea", "g"), ("b", "Tea", "g"), ("c", "Milk", "g")],
            "row 4: group 'g' joins 'Tea' ('a') and 'Milk' ('c')",
        ),
        (
            [("a", "Tea", "g"), ("b", "Tea", "g"), ("a", "Tea", "h")],
            "row 4: 'a' is of group 'h' here, and of 'g' above",
        ),
        ([("a", "Tea", "g"), ("a", "Tea", "g")], "group 'g' has one product only"),
    ],
)
def test_odd_groups_are_named(products, sentence):
    (found,) = told(*products)
    assert sentence in found

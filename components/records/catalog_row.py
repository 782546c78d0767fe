"""A row of the catalogue, as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from components.records.groups import GROUP
from components.records.texts import tidy


@dataclass(frozen=True)
class CatalogRow:
    """One packshot.

    Attributes:
        line: Line in `products.csv`; the header is line 1.
        sku: The product's key.
        name: For people; the SKU where the column is empty.
        category: For people; may be empty.
        image: The packshot's file, absolute.
        image_name: The packshot's path as the table writes it.
        view: 0 for the SKU's first row, 1 for its second, and so on.
        extra: Further columns, by name; `group` among them where the table has it.
    """

    line: int
    sku: str
    name: str
    category: str
    image: Path
    image_name: str
    view: int = 0
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """Of products that may be answered together; empty for none."""
        return tidy(self.extra.get(GROUP, ""))

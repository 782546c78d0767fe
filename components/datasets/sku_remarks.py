"""What to say of SKUs that were taken otherwise than written, or are easily confused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from components.datasets.tables import TableRow
from components.records.problems import Problem
from components.records.skus import look, oddities, tidy_sku, what_differs
from components.records.words import counted

_DECIMAL = re.compile(r"\d+[.,]0")


def sku_remarks(file: str, rows: Sequence[TableRow]) -> Iterator[Problem]:
    """Yield what is doubtful about the SKUs of a catalogue, each once, in the order of its rows.

    Args:
        file: The catalogue.
        rows: Those of its table, with faults or without.
    """
    yield from _misread(file, rows)
    yield from _decimals(file, rows)
    first: dict[str, TableRow] = {}
    first_of_look: dict[str, TableRow] = {}
    renamed: set[str] = set()
    for row in rows:
        written = row.cells.get("sku", "")
        sku, name = tidy_sku(written), row.cells.get("name", "")
        if not sku:
            continue
        if odd := oddities(written):
            yield Problem(file, row.line, f"the SKU '{sku}' {odd}", f"it is taken as '{sku}'")
        before = first.setdefault(sku, row)
        if sku not in renamed and _plain(before.cells.get("name", "")) != _plain(name):
            renamed.add(sku)
            what = (
                f"the SKU '{sku}' is named '{name}' here, and '{before.cells.get('name', '')}' in "
                f"row {before.line}; both count as views of one product"
            )
            yield Problem(file, row.line, what, "give each product its own SKU")
        alike = first_of_look.setdefault(look(sku), row)
        other = tidy_sku(alike.cells.get("sku", ""))
        if before is row and other != sku:
            what = (
                f"the SKU '{sku}' differs from '{other}' in row {alike.line} only "
                f"{what_differs(sku, other)}; they count as two products"
            )
            yield Problem(file, row.line, what, "give them one SKU where they are one product")


def _misread(file: str, rows: Sequence[TableRow]) -> Iterator[Problem]:
    """Yield one remark where letters with accents were saved as two others (``Ã¼`` for ``ü``)."""
    found = [
        (row.line, text, meant)
        for row in rows
        for text in (row.cells.get("sku", ""), row.cells.get("name", ""))
        if not text.isascii() and (meant := _meant(text))
    ]
    if found:
        line, text, meant = found[0]
        more = f" (and {counted(len(found) - 1, 'more text')})" if len(found) > 1 else ""
        what = f"'{text}' looks like '{meant}', read in a wrong encoding and saved again{more}"
        yield Problem(file, line, what, "export the table again as CSV UTF-8")


def _decimals(file: str, rows: Sequence[TableRow]) -> Iterator[Problem]:
    """Yield one remark where a program took SKUs for measured numbers (``4711.0`` for ``4711``)."""
    skus = [sku for row in rows if (sku := tidy_sku(row.cells.get("sku", "")))]
    if skus and all(map(_DECIMAL.fullmatch, skus)):
        what = f"all SKUs end in a decimal zero ('{skus[0]}'), and count as different from "
        what += f"'{skus[0][:-2]}'"
        yield Problem(file, None, what, "export the column as text where that is not right")


def _meant(text: str) -> str:
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return ""


def _plain(name: str) -> str:
    return " ".join(tidy_sku(name).casefold().split())

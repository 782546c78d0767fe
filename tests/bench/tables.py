"""Tables of measured figures beside what is asked of them, on the screen and as Markdown."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One measured figure.

    Attributes:
        what: What was measured.
        value: The figure.
        must: What is asked at least, as a comparison and a number: "<= 2".
        aim: What would be good.
        unit: Of the value; "" for ratios.
        note: What went into it, such as the two times of a ratio.
    """

    what: str
    value: float
    must: str = ""
    aim: str = ""
    unit: str = ""
    note: str = ""

    @property
    def verdict(self) -> str:
        """`aim`, `must` or `MISSED`; empty where nothing is asked."""
        if not self.must:
            return ""
        if self.aim and _holds(self.value, self.aim):
            return "aim"
        return "must" if _holds(self.value, self.must) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The row of a table."""
        shown = f"{self.value:.3g}{' ' if self.unit else ''}{self.unit}"
        return self.what, shown, self.must, self.aim, self.verdict, self.note


HEAD = ("what", "measured", "must", "aim", "reached", "from")


def _holds(value: float, wanted: str) -> bool:
    comparison, number = wanted.split()
    return value <= float(number) if comparison == "<=" else value >= float(number)


def show(title: str, figures: Sequence[Figure]) -> None:
    """Print a table."""
    table = Table(title=title, title_justify="left")
    for name in HEAD:
        table.add_column(name)
    for figure in figures:
        table.add_row(*figure.cells())
    Console(width=160).print(table)


def write(path: Path, tables: dict[str, Sequence[Figure]]) -> None:
    """Write all tables to a Markdown file, with the machine they were measured on."""
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` on {platform.machine()}, {os.cpu_count()} cores, no GPU.",
        "Times are noisy; ratios are of one run. `must` and `aim` are what we ask of ourselves.",
        "",
    ]
    for title, figures in tables.items():
        rows = [HEAD, ("---",) * len(HEAD), *(figure.cells() for figure in figures)]
        lines += [f"## {title}", "", *(f"| {' | '.join(row)} |" for row in rows), ""]
    path.write_text("\n".join(lines), encoding="utf-8")

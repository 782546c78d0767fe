"""findings.json: what the stage DataCheck found, for people and for the report.

    {"counts": {"products": 48, "packshots": 48, "photos": 256, "boxes": 3120, …},
     "errors": 0, "warnings": 1, "infos": 0,
     "findings": [{"kind": "near_duplicate_photo", "severity": "warning",
                   "file": "span-1/b.jpg", "row": null,
                   "what": "nearly the same as 'span-1/a.jpg'", "remedy": "remove one of them"}]}

The most severe come first. `row` is a line of a table, a label such as "object 3", or null.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args

from components.records.prediction import Box
from components.records.problems import Problem
from components.records.words import counted

FINDINGS_FILE = "findings.json"

Severity = Literal["error", "warning", "info"]


FindingKind = Literal[
    "contract",
    "leakage",
    "same_packshot",
    "contradicting_box",
    "blank_packshot",
    "blank_photo",
    "unlabelled_photos",
    "near_duplicate_packshot",
    "near_duplicate_photo",
    "not_isolated",
    "several_products",
    "repeated_box",
    "odd_group",
    "doubtful",
    "never_on_shelf",
    "fills_picture",
]
"""What can be wrong, what changes results most first. All but ``contract`` are named as their
severity in `CheckSettings` is."""

MOST_OF_KIND = 3
"""Warnings of one kind that are shown where not all are; more of the same only hide the others."""


SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From grave to harmless."""


@dataclass(frozen=True)
class Shot:
    """A picture that shows a fault.

    Attributes:
        path: The file.
        caption: What the user calls it.
        boxes: To be drawn on it, xmin, ymin, xmax, ymax in its pixels.
    """

    path: Path
    caption: str
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True)
class Finding:
    """One fault.

    Attributes:
        kind: What kind of fault it is.
        severity: How grave it is.
        problem: Where, what, and what to do about it.
        shots: The pictures that show it, where pictures do.
    """

    kind: FindingKind
    severity: Severity
    problem: Problem
    shots: tuple[Shot, ...] = ()

    @property
    def file(self) -> str:
        """The file as the user would name it."""
        return self.problem.file

    @property
    def row(self) -> int | str | None:
        """The row or label in the file, as in `Problem`."""
        return self.problem.row

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it, without file and row."""
        return f"{self.problem.what}; {self.problem.remedy}"

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


@dataclass(frozen=True)
class Counts:
    """How much was looked at.

    Attributes:
        products: SKUs of the catalogue.
        packshots: Rows of the catalogue without a fault in the table.
        photos: Listed shelf photos without a fault in the annotations.
        boxes: Objects on them.
        skipped: Image files beside them that are not listed.
        left_out: Photos labelled as a whole that belong to a split not evaluated.
        counted: Photos with counts and no boxes.
    """

    products: int = 0
    packshots: int = 0
    photos: int = 0
    boxes: int = 0
    skipped: int = 0
    left_out: int = 0
    counted: int = 0

    def __str__(self) -> str:
        said = (
            f"{counted(self.products, 'product')}, {counted(self.packshots, 'packshot')}, "
            f"{counted(self.photos, 'photo')}, {counted(self.boxes, 'box', 'boxes')}"
        )
        if self.counted:
            said += f"; {counted(self.counted, 'photo')} with counts and no boxes"
        if self.left_out:
            said += f"; {counted(self.left_out, 'photo')} of other splits left out"
        if self.skipped:
            said += f"; {counted(self.skipped, 'unlisted file')} skipped"
        return said


@dataclass(frozen=True)
class CheckReport:
    """Everything a check found.

    Attributes:
        findings: The most severe first, then by kind, then in order of the data.
        counts: How much was looked at.
    """

    findings: tuple[Finding, ...]
    counts: Counts

    @property
    def failed(self) -> bool:
        """Whether anything is an error."""
        return any(finding.severity == "error" for finding in self.findings)

    @property
    def by_severity(self) -> dict[Severity, int]:
        """Number of findings of each severity, the most severe first."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in SEVERITIES}

    @property
    def total(self) -> str:
        """How much was found, in a line."""
        errors, warnings, infos = self.by_severity.values()
        return ", ".join(
            f"{number:,} {noun}{'' if number == 1 else 's'}"
            for number, noun in ((errors, "error"), (warnings, "warning"), (infos, "remark"))
        )

    def __str__(self) -> str:
        """Return one line per finding, and two that sum up."""
        return self.listed()

    def listed(self, most_of_kind: int | None = None) -> str:
        """Return what `__str__` does, but few of the warnings and remarks of one kind.

        Beside errors, remarks are only counted.

        Args:
            most_of_kind: How many of one kind are listed before a line counts the others; None
                lists all. Errors are all listed: each has to be mended.
        """
        lines = _lines(self.findings, most_of_kind, "--all lists them")
        return "\n".join([*lines, f"looked at {self.counts}", self.total])

    def warned(self, where: str) -> list[str]:
        """Return a line for each of the first warnings of a kind, and one for the others of it.

        Args:
            where: What lists all, as a clause: "--all lists them".
        """
        warnings = (one for one in self.findings if one.severity == "warning")
        return _lines(warnings, MOST_OF_KIND, where)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of findings.json. Pictures of findings are not part of it."""
        by_severity = {f"{severity}s": count for severity, count in self.by_severity.items()}
        return {
            "counts": asdict(self.counts),
            **by_severity,
            "findings": [
                {"kind": finding.kind, "severity": finding.severity, **asdict(finding.problem)}
                for finding in self.findings
            ],
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> CheckReport:
        """Return the report that `to_dict` made the content of."""
        findings = tuple(
            Finding(
                each["kind"],
                each["severity"],
                Problem(each["file"], each["row"], each["what"], each["remedy"]),
            )
            for each in content["findings"]
        )
        return cls(findings, Counts(**content["counts"]))


def _lines(findings: Iterable[Finding], most_of_kind: int | None, where: str) -> list[str]:
    every = list(findings)
    failed = any(one.severity == "error" for one in every)
    most: dict[Severity, int | None] = {
        "error": None,
        "warning": most_of_kind,
        "info": 0 if failed and most_of_kind is not None else most_of_kind,
    }
    lines: list[str] = []
    for (kind, severity), group in groupby(every, key=lambda one: (one.kind, one.severity)):
        alike = list(group)
        shown = alike[: most[severity]]
        lines += map(str, shown)
        if others := len(alike) - len(shown):
            more = "more " if shown else ""
            lines.append(f"{severity}: {others:,} {more}of this kind ({kind}); {where}")
    return lines

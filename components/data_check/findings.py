"""What a check found, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from components.data_check.settings import CheckSettings, Severity, SeverityOrOff
from components.example_gen.problems import Problem

Kind = Literal[
    "contract",
    "leakage",
    "same_packshot",
    "contradicting_box",
    "blank_packshot",
    "blank_photo",
    "near_duplicate_photo",
    "near_duplicate_packshot",
    "not_isolated",
    "several_products",
    "repeated_box",
    "never_on_shelf",
]
"""What can be wrong. All but ``contract`` are named as their severity in `CheckSettings` is."""

SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From grave to harmless."""

_KINDS: tuple[Kind, ...] = get_args(Kind)

Box = tuple[float, float, float, float]


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
        kind: Of what kind it is.
        severity: How grave it is.
        problem: Where, what, and what to do about it.
        shots: The pictures that show it, where pictures do.
    """

    kind: Kind
    severity: Severity
    problem: Problem
    shots: tuple[Shot, ...] = ()

    @property
    def file(self) -> str:
        """The file as the user would name it."""
        return self.problem.file

    @property
    def row(self) -> int | str | None:
        """The place in the file, as in `Problem`."""
        return self.problem.row

    @property
    def sentence(self) -> str:
        """What is wrong and what to do about it, without the place."""
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
    """

    products: int = 0
    packshots: int = 0
    photos: int = 0
    boxes: int = 0
    skipped: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        said = (
            f"{self.products:,} products, {self.packshots:,} packshots, "
            f"{self.photos:,} photos, {self.boxes:,} boxes"
        )
        if self.left_out:
            said += f"; {self.left_out:,} photos of other splits left out"
        if self.skipped:
            said += f"; {self.skipped:,} unlisted files skipped"
        return said


@dataclass(frozen=True)
class CheckReport:
    """Everything a check found.

    Attributes:
        findings: The gravest first, then by kind, then in order of the data.
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
        """Number of findings of each severity, the gravest first."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in SEVERITIES}

    @property
    def by_kind(self) -> dict[Kind, int]:
        """Number of findings of each kind that there is one of."""
        return dict(Counter(finding.kind for finding in self.findings))

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
        return "\n".join([*map(str, self.findings), f"looked at {self.counts}", self.total])


@dataclass
class Findings:
    """Collects findings, each with the severity that the settings give its kind."""

    settings: CheckSettings
    _found: list[Finding] = field(default_factory=list)

    def add(self, kind: Kind, problem: Problem, *shots: Shot) -> None:
        """Note a fault, unless its kind is off."""
        severity: SeverityOrOff = "error" if kind == "contract" else getattr(self.settings, kind)
        if severity != "off":
            self._found.append(Finding(kind, severity, problem, shots))

    def extend(self, findings: Iterable[Finding]) -> None:
        """Note what others collected."""
        self._found.extend(findings)

    def break_contract(self, problems: Sequence[Problem]) -> None:
        """Note faults without which the pipeline cannot run."""
        for problem in problems:
            self.add("contract", problem)

    def sorted(self) -> tuple[Finding, ...]:
        """Return all, in the order that `CheckReport` has them."""
        return tuple(
            sorted(
                self._found,
                key=lambda one: (SEVERITIES.index(one.severity), _KINDS.index(one.kind)),
            )
        )

"""Collects what a check finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import get_args

from components.artifacts.data_findings import SEVERITIES, Finding, FindingKind, Shot
from components.data_check.settings import CheckSettings, SeverityOrOff
from components.records.problems import Problem

_KINDS: tuple[FindingKind, ...] = get_args(FindingKind)


@dataclass
class Findings:
    """Collects findings, each with the severity that the settings give its kind."""

    settings: CheckSettings
    _found: list[Finding] = field(default_factory=list)

    def add(self, kind: FindingKind, problem: Problem, *shots: Shot) -> None:
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

    def doubt(self, remarks: Sequence[Problem]) -> None:
        """Note what was taken otherwise than it is written, or is easily mistaken."""
        for remark in remarks:
            self.add("doubtful", remark)

    def sorted(self) -> tuple[Finding, ...]:
        """Return all, in the order that `CheckReport` has them."""
        return tuple(
            sorted(
                self._found,
                key=lambda one: (SEVERITIES.index(one.severity), _KINDS.index(one.kind)),
            )
        )

"""findings.json: what the stage DataCheck found, for people and for the report.

    {"counts": {"products": 48, "packshots": 48, "photos": 256, "boxes": 3120, …},
     "errors": 0, "warnings": 1, "infos": 0,
     "findings": [{"kind": "near_duplicate_photo", "severity": "warning",
                   "file": "span-1/b.jpg", "row": null,
                   "what": "nearly the same as 'span-1/a.jpg'", "remedy": "remove one of them"}]}

The gravest come first. `row` is a line of a table, a label such as "object 3", or null.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from components.data_check.findings import CheckReport, Counts, Finding
from components.example_gen.problems import Problem

FILE_NAME = "findings.json"


def to_dict(report: CheckReport) -> dict[str, Any]:
    """Return the content of findings.json. Pictures of findings are not part of it."""
    by_severity = {f"{severity}s": count for severity, count in report.by_severity.items()}
    return {
        "counts": asdict(report.counts),
        **by_severity,
        "findings": [
            {"kind": finding.kind, "severity": finding.severity, **asdict(finding.problem)}
            for finding in report.findings
        ],
    }


def from_dict(content: dict[str, Any]) -> CheckReport:
    """Return the report that `to_dict` made the content of."""
    findings = tuple(
        Finding(
            each["kind"],
            each["severity"],
            Problem(each["file"], each["row"], each["what"], each["remedy"]),
        )
        for each in content["findings"]
    )
    return CheckReport(findings, Counts(**content["counts"]))

"""The decision about a candidate, in sentences."""

from __future__ import annotations

from components.artifacts.judged_on import caution
from components.artifacts.run_outcome import Status
from components.artifacts.verdict import GateResult, Verdict

_LOOK_AT = {
    "metric.count_error_unboxed": "counting",
    "metric": "photos",
    "change": "changes",
    "slice": "slices",
    "slice_change": "slices",
    "edge": "devices",
}


def status(verdict: Verdict) -> Status:
    """Return the decision in a word."""
    if not verdict.blessed:
        return "refused"
    return "unchanged" if verdict.same_as_current else "released"


def headline_with_reason(verdict: Verdict) -> str:
    """Return the decision in a sentence, with the first reason where it is a refusal."""
    if verdict.blessed:
        return headline(verdict)
    first, *others = verdict.refusals
    more = f" {len(others)} more refused." if others else ""
    return _with_caution(f"{_no(verdict)}: {first.reason}{more}", verdict)


def headline(verdict: Verdict) -> str:
    """Return the decision in a sentence; the reasons of a refusal follow it.

    Where no photo was judged on, another sentence says so.
    """
    return _with_caution(_headline(verdict), verdict)


def _with_caution(said: str, verdict: Verdict) -> str:
    warned = caution(verdict.judged_on)
    return said if not warned or warned in said else f"{said} {warned}"


def _headline(verdict: Verdict) -> str:
    gates, idle = _asked(verdict)
    if not verdict.blessed:
        refused = len(verdict.refusals)
        verb = "refuses" if refused == 1 else "refuse"
        what = f"release {verdict.parent}, which it is" if verdict.same_as_current else "it"
        return f"{_no(verdict)}: {refused} of {gates} {verb} {what}{idle}."
    if verdict.same_as_current:
        return f"Nothing changed: this is release {verdict.parent} already, and it still passes."
    return f"Version {verdict.version} is released: it passes all {gates}{idle}."


def _no(verdict: Verdict) -> str:
    """Return what a refusal begins with; the current release has been released long ago."""
    return "Refused" if verdict.same_as_current else "Not released"


def _asked(verdict: Verdict) -> tuple[str, str]:
    """Return how many gates had something to say, and a remark on those that had not."""
    idle = sum(gate.verdict == "skipped" for gate in verdict.gates)
    asked = len(verdict.gates) - idle
    if not idle:
        return f"{asked} gates", ""
    remark = f" ({idle} {'does' if idle == 1 else 'do'} not apply)"
    return f"{asked} gates that apply to this data", remark


def consequence(verdict: Verdict) -> str:
    """Say what the decision means for those who use the releases."""
    if verdict.version is not None:
        follows = f"It follows release {verdict.parent}." if verdict.parent else "It is the first."
        return f"From now on it is the current release, for phones and servers alike. {follows}"
    if verdict.parent is None:
        return "Nothing was published, and there is no earlier release."
    if verdict.same_as_current and not verdict.blessed:
        return (
            f"Release {verdict.parent} was judged anew and stays in use, on phones and servers; "
            "`oneshelf releases rollback` goes back to an earlier one."
        )
    return f"Nothing was published: release {verdict.parent} stays in use, on phones and servers."


def look_at(gate: GateResult) -> str:
    """Return the section of the report that says more about a gate; "" where none does."""
    return _LOOK_AT.get(gate.name) or _LOOK_AT.get(gate.name.partition(".")[0], "")

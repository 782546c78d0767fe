"""What to say of photos that differ by more than is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from components.artifacts.compared_features import COMPARED, MEASURES
from components.artifacts.photo_comparison import Comparison, ComparisonKind
from components.records.problems import Problem

_REMEDIES: Mapping[ComparisonKind, str] = {
    "drift": "look at these photos; if the change is meant, raise distribution.drift.{name}",
    "skew": "train on photos like those from production, or raise distribution.skew.{name}",
}

_THERE: Mapping[ComparisonKind, str] = {"drift": "was", "skew": "there"}


def problems_of(
    kind: ComparisonKind, comparison: Comparison, examples: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Return one problem for each thing that differs by more than is allowed.

    Args:
        kind: Of the comparison.
        comparison: What was found.
        examples: For a feature, photos that are farthest from what the others are like.
    """
    problems = []
    for each in comparison.exceeded:
        shown = ", ".join(examples.get(each.feature, ()))
        what = (
            f"differs from {comparison.against}: {each.now}, {_THERE[kind]} {each.other}; "
            f"{MEASURES[COMPARED[each.name].measure]} {each.distance:.2f}, allowed {each.limit:g}"
        ) + (f"; for example {shown}" if shown else "")
        remedy = _REMEDIES[kind].format(name=each.name)
        where = f"split '{comparison.split}'"
        problems.append(Problem(where, f"feature '{each.feature}'", what, remedy))
    return problems

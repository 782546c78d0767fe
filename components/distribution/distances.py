"""How far photos to train on differ from others, and what to say of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from components.artifacts.compared_features import COMPARED, MEASURES, Dataset, feature_of, in_words
from components.artifacts.photo_comparison import Comparison, FeatureDistance, Kind
from components.distribution.settings import PhotoLimits
from components.records.problems import Problem

_REMEDIES: Mapping[Kind, str] = {
    "drift": "look at these photos; if the change is meant, raise distribution.drift.{name}",
    "skew": "train on photos like those in use, or raise distribution.skew.{name}",
}

_THERE: Mapping[Kind, str] = {"drift": "was", "skew": "there"}


@dataclass(frozen=True)
class Reference:
    """What photos to train on are compared with.

    Attributes:
        name: For people.
        splits: Statistics by split; empty where there are none.
        missing: Why there are none.
    """

    name: str
    splits: Mapping[str, Dataset]
    missing: str = ""


def comparable_split(
    now: Mapping[str, Dataset], reference: Reference, min_photos: int
) -> tuple[str, str]:
    """Return the split to compare, and "" or why there is none.

    It is ``train``, or, where photos are labelled as a whole and nothing trains on them, ``test``.

    Args:
        now: Statistics of the photos to train on.
        reference: What they are compared with.
        min_photos: Fewer, on either side, tell nothing.
    """
    if not reference.splits:
        return "", reference.missing
    common = [split for split in ("train", "test") if split in now and split in reference.splits]
    if not common:
        return "", "they have no split in common"
    split = common[0]
    fewest = min(now[split].num_examples, reference.splits[split].num_examples)
    if fewest < min_photos:
        return "", f"{fewest:,} photos are too few (distribution.min_photos is {min_photos:,})"
    return split, ""


def limits_of(limits: PhotoLimits, now: Dataset, other: Dataset) -> dict[str, float]:
    """Return, by name, the limits of what both sides have values of and what is not off."""
    return {
        name: limit
        for name, limit in limits.model_dump().items()
        if limit < 1
        and feature_of(now, COMPARED[name].feature)
        and feature_of(other, COMPARED[name].feature)
    }


def distances(
    found: Mapping[str, float],
    exceeded: Collection[str],
    limits: Mapping[str, float],
    now: Dataset,
    other: Dataset,
) -> tuple[FeatureDistance, ...]:
    """Put what was measured beside what is allowed.

    Args:
        found: Distance by feature; what could not be measured, values of another kind, has none.
        exceeded: Features that are farther apart than allowed.
        limits: Of `limits_of`.
        now: Statistics of the photos to train on.
        other: Statistics of the photos they are compared with.
    """
    made = []
    for name, limit in limits.items():
        feature, measure = COMPARED[name]
        here, there = feature_of(now, feature), feature_of(other, feature)
        assert here is not None and there is not None
        made.append(
            FeatureDistance(
                name=name,
                feature=feature,
                measure=measure,
                distance=round(found.get(feature, 1.0), 4),
                limit=limit,
                exceeded=feature in exceeded,
                **dict(zip(("now", "other"), in_words(here, there), strict=True)),
            )
        )
    return tuple(made)


def problems_of(
    kind: Kind, comparison: Comparison, examples: Mapping[str, Sequence[str]]
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
        place = f"split '{comparison.split}'"
        problems.append(Problem(place, f"feature '{each.feature}'", what, remedy))
    return problems

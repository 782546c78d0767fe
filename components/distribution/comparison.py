"""What a comparison found, for people and for the report.

comparison.json:

    {"drift": {"against": "release 3", "split": "train", "skipped": "",
               "features": [{"name": "brightness", "feature": "image/brightness",
                             "measure": "jensen_shannon_divergence", "distance": 0.61,
                             "limit": 0.3, "exceeded": true,
                             "now": "0.21 on average (0.05 to 0.4)",
                             "other": "0.52 on average (0.3 to 0.8)"}]},
     "skew": {"against": "photos in use", "split": "", "skipped": "serving_photos is not set",
              "features": []}}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from components.distribution.compared import COMPARED, MEASURES, Dataset, feature_of, in_words
from components.distribution.settings import PhotoLimits
from components.example_gen.problems import Problem

FILE_NAME = "comparison.json"

Kind = Literal["drift", "skew"]

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


@dataclass(frozen=True)
class FeatureDistance:
    """How far one thing differs between two sets of photos.

    Attributes:
        name: Of its limit in the settings.
        feature: Of the examples.
        measure: Of the distance.
        distance: 0 where both are alike, 1 where they share nothing.
        limit: Largest distance allowed.
        exceeded: Whether it is larger.
        now: What it is like in the photos to train on.
        other: What it is like in the photos they are compared with.
    """

    name: str
    feature: str
    measure: str
    distance: float
    limit: float
    exceeded: bool
    now: str
    other: str


@dataclass(frozen=True)
class Comparison:
    """Photos to train on beside others.

    Attributes:
        against: What they are compared with.
        split: The split that was compared; empty where nothing was.
        skipped: Why nothing was compared; empty where something was.
        features: What was compared.
    """

    against: str
    split: str = ""
    skipped: str = ""
    features: tuple[FeatureDistance, ...] = ()

    @property
    def exceeded(self) -> tuple[FeatureDistance, ...]:
        """What differs by more than is allowed."""
        return tuple(feature for feature in self.features if feature.exceeded)

    @property
    def farthest(self) -> FeatureDistance | None:
        """What comes nearest to its limit, or exceeds it most; None where nothing was compared."""
        return max(
            self.features,
            key=lambda feature: feature.distance / max(feature.limit, 1e-9),
            default=None,
        )

    def __str__(self) -> str:
        """Return one line for people."""
        if self.skipped:
            return f"not compared with {self.against}: {self.skipped}"
        if (far := self.farthest) is None:
            return f"compared with {self.against}: nothing that both have has a limit below 1"
        return (
            f"compared with {self.against}: farthest is {far.name}, {far.distance:.2f} of "
            f"{far.limit:g} allowed"
        )


def to_dict(comparisons: Mapping[Kind, Comparison]) -> dict[str, Any]:
    """Return the content of comparison.json."""
    return {kind: asdict(comparison) for kind, comparison in comparisons.items()}


def from_dict(content: Mapping[Kind, dict[str, Any]]) -> dict[Kind, Comparison]:
    """Return the comparisons that `to_dict` made the content of."""
    return {
        kind: Comparison(
            found["against"],
            found["split"],
            found["skipped"],
            tuple(FeatureDistance(**feature) for feature in found["features"]),
        )
        for kind, found in content.items()
    }


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

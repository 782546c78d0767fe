"""comparison.json: how far photos differ from others, for people and for the report.

{"drift": {"against": "release 3", "split": "train", "skipped": "",
           "features": [{"name": "brightness", "feature": "image/brightness",
                         "measure": "jensen_shannon_divergence", "distance": 0.61,
                         "limit": 0.3, "exceeded": true,
                         "now": "0.21 on average (0.05 to 0.4)",
                         "other": "0.52 on average (0.3 to 0.8)"}]},
 "skew": {"against": "production photos", "split": "",
          "skipped": "production_photos is not set", "features": []}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

COMPARISON_FILE = "comparison.json"

ComparisonKind = Literal["drift", "skew"]


@dataclass(frozen=True)
class FeatureDistance:
    """How far one thing differs between two sets of photos.

    Attributes:
        name: Name of its limit in the settings.
        feature: Feature of the examples.
        measure: Measure of the distance.
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


def comparisons_to_dict(comparisons: Mapping[ComparisonKind, Comparison]) -> dict[str, Any]:
    """Return the content of comparison.json."""
    return {kind: asdict(comparison) for kind, comparison in comparisons.items()}


def comparisons_from_dict(
    content: Mapping[ComparisonKind, dict[str, Any]],
) -> dict[ComparisonKind, Comparison]:
    """Return the comparisons that `comparisons_to_dict` made the content of."""
    return {
        kind: Comparison(
            found["against"],
            found["split"],
            found["skipped"],
            tuple(FeatureDistance(**feature) for feature in found["features"]),
        )
        for kind, found in content.items()
    }

"""How evenly training photos show the SKUs, and how often each SKU's photos are repeated.

Repeat factor sampling is that of A. Gupta, P. Dollár, R. Girshick, "LVIS: A Dataset for Large
Vocabulary Instance Segmentation", CVPR 2019, section 5.3: with f the share of photos that show a
SKU, and t a threshold, the SKU has the factor max(1, sqrt(t / f)), and a photo the largest factor
of the SKUs it shows.

balance.json, beside the transform graph:

    {"photos": 768, "repeat_threshold": 0.01, "imbalance": 12.5, "rare": ["4711"],
     "skus": {"4711": {"facings": 12, "photos": 6, "repeat": 1.131}, …}}

The rarest come first. Photos are training examples: variants and composed shelves count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from components.transform.settings import TransformSettings

FILE_NAME = "balance.json"

_NAMED = 3


@dataclass(frozen=True)
class SkuShare:
    """How much of the training photos is of one SKU.

    Attributes:
        facings: Objects to learn from.
        photos: Photos that show at least one of them.
        repeat: How many times as often these photos are trained on.
    """

    facings: int
    photos: int
    repeat: float


@dataclass(frozen=True)
class Balance:
    """How evenly training photos show the SKUs.

    Attributes:
        photos: Training photos, negatives included.
        repeat_threshold: As in `TransformSettings`.
        rare: SKUs on few photos, the rarest first.
        skus: Every SKU that training photos show, the rarest first.
    """

    photos: int
    repeat_threshold: float
    rare: tuple[str, ...]
    skus: Mapping[str, SkuShare]

    @property
    def imbalance(self) -> float:
        """Facings of the most frequent SKU by those of the least frequent; 1 is even."""
        facings = [share.facings for share in self.skus.values()]
        return max(facings) / min(facings) if facings else 1.0

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> Balance:
        """Return the balance that `to_dict` made the content of."""
        return cls(
            photos=content["photos"],
            repeat_threshold=content["repeat_threshold"],
            rare=tuple(content["rare"]),
            skus={sku: SkuShare(**share) for sku, share in content["skus"].items()},
        )

    def __str__(self) -> str:
        """Return one line for people."""
        if not self.skus:
            return "training photos show no SKU to learn"
        facings = [share.facings for share in self.skus.values()]
        said = (
            f"training photos show {len(self.skus):,} SKUs, {min(facings):,} to "
            f"{max(facings):,} facings each (imbalance {self.imbalance:.1f})"
        )
        if self.rare:
            more = len(self.rare) - _NAMED
            names = ", ".join(self.rare[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")
            said += f"; rare: {names}"
        if self.repeat_threshold:
            most = max(share.repeat for share in self.skus.values())
            count = sum(share.repeat > 1 for share in self.skus.values())
            said += f"; photos of {count:,} SKUs are repeated, up to {most:.2f} times"
        return said

    def to_dict(self) -> dict[str, Any]:
        """Return the content of balance.json."""
        return {
            "photos": self.photos,
            "repeat_threshold": self.repeat_threshold,
            "imbalance": round(self.imbalance, 3),
            "rare": list(self.rare),
            "skus": {sku: asdict(share) for sku, share in self.skus.items()},
        }


def measure_balance(
    facings: Mapping[str, int],
    photos_of: Mapping[str, int],
    photos: int,
    settings: TransformSettings,
) -> Balance:
    """Measure how evenly SKUs are shown.

    Args:
        facings: Objects to learn from, by SKU.
        photos_of: Photos that show one, by SKU.
        photos: Photos in all.
        settings: What is rare, and the threshold of repeating.
    """
    order = sorted(facings, key=lambda sku: (photos_of[sku], facings[sku], sku))
    return Balance(
        photos=photos,
        repeat_threshold=settings.repeat_threshold,
        rare=tuple(sku for sku in order if photos_of[sku] <= settings.rare_photos),
        skus={
            sku: SkuShare(
                facings[sku],
                photos_of[sku],
                round(repeat_factor(photos_of[sku] / photos, settings.repeat_threshold), 3),
            )
            for sku in order
        },
    )


def repeat_factor(share: float, threshold: float) -> float:
    """Return how many times as often photos of a SKU are trained on.

    Args:
        share: Of the photos that show it, above 0.
        threshold: Share from which on nothing is repeated.
    """
    return max(1.0, math.sqrt(threshold / share))

"""balance.json, beside the transform graph: how evenly training photos show the SKUs.

    {"photos": 768, "repeat_threshold": 0.01, "imbalance": 12.5, "rare": ["4711"],
     "skus": {"4711": {"facings": 12, "photos": 6, "repeat": 1.131}, …}}

The rarest come first. Photos are training examples: variants and composed shelves count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

BALANCE_FILE = "balance.json"

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

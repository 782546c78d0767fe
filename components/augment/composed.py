"""Shelf examples composed out of a catalogue's packshots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

import numpy as np

from components.augment.composer import compose_shelf
from components.augment.cutout import Cutout, cut_out
from components.augment.settings import AugmentSettings
from components.augment.variants import seed_for
from components.example_gen.features import (
    Feature,
    image_features,
    object_features,
    photo_features,
)
from components.example_gen.images import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.example_gen.photos import ShelfObject
from components.example_gen.splits import UNKNOWN_PRODUCT

_CUTOUTS_IN_MEMORY = 256  # about 0.5 MB each
_ASSORTMENT = 64
_NEIGHBOURS = 8


class Composer:
    """Composes shelves of a catalogue, holding its packshots encoded and few of them decoded."""

    def __init__(
        self,
        packshots: Mapping[str, Sequence[bytes]],
        held_out: frozenset[str],
        distractors: Sequence[Cutout],
        settings: AugmentSettings,
    ) -> None:
        """Prepare to compose.

        Args:
            packshots: For each SKU, its views, encoded.
            held_out: SKUs that must not appear in training.
            distractors: Products outside the catalogue.
            settings: What the shelves look like.
        """
        self._packshots = packshots
        self._held_out = held_out
        self._distractors = distractors
        self._settings = settings
        self._cutout: Callable[[str, int], Cutout] = lru_cache(_CUTOUTS_IN_MEMORY)(self._cut_out)

    def compose(self, split: str, number: int) -> dict[str, Feature]:
        """Return the features of one shelf; the same arguments give the same bytes.

        Args:
            split: ``train`` never shows a held-out SKU; others show all.
            number: Which shelf of the split.
        """
        source_id = f"composed/{split}/{number}"
        rng = np.random.default_rng(seed_for(self._settings.seed, source_id))
        allowed = [sku for sku in sorted(self._packshots) if self._may_show(split, sku)]
        negative = rng.random() < self._settings.negative_share
        cutouts = [] if negative else self._assortment(allowed, rng)
        scene = compose_shelf(rng, cutouts, self._settings.scene, self._distractors)
        objects = [
            ShelfObject(sku, (box[0], box[1], box[2], box[3]), hidden, bool(difficult))
            for sku, box, hidden, difficult in zip(
                scene.skus,
                scene.boxes.tolist(),
                scene.occlusion.tolist(),
                scene.difficult,
                strict=True,
            )
        ]
        height, width = scene.image.shape[:2]
        new = [thing.sku in self._held_out for thing in objects]
        encoded = encode_jpeg(scene.image)
        return {
            **image_features(encoded, "jpeg", scene.image, f"{number}.jpg", source_id),
            **object_features(objects, new, width, height),
            **photo_features(),
        }

    def _may_show(self, split: str, sku: str) -> bool:
        return sku != UNKNOWN_PRODUCT and not (split == "train" and sku in self._held_out)

    def _assortment(self, skus: Sequence[str], rng: np.random.Generator) -> list[Cutout]:
        """Choose what one shelf may hold.

        Of a large catalogue, stretches of neighbouring SKUs: variants of one product tend to have
        SKUs that begin alike, and a shelf that shows them side by side is the one worth learning.
        """
        chosen = set(skus)
        if len(skus) > _ASSORTMENT:
            starts = rng.integers(len(skus) - _NEIGHBOURS, size=_ASSORTMENT // _NEIGHBOURS)
            chosen = {sku for start in starts for sku in skus[start : start + _NEIGHBOURS]}
        return [
            self._cutout(sku, int(rng.integers(len(self._packshots[sku]))))
            for sku in sorted(chosen)
        ]

    def _cut_out(self, sku: str, view: int) -> Cutout:
        return cut_out(decode_photo(self._packshots[sku][view], ALREADY_CHECKED), sku)

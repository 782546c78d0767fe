"""Composing shelves out of a catalogue's packshots, each into the features of a shelf example."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.records.features import (
    Feature,
    checked_features,
    image_features,
    object_features,
    photo_features,
)
from components.records.seeds import seed_for
from components.records.shelf_photo import ShelfObject
from components.records.splits import COMPOSED, DISTRACTOR, TO_JUDGE_ON, UNKNOWN_PRODUCT
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.distractors import NEGATIVES_WITH_DISTRACTORS
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import Cutout, cut_out
from components.synthesis.scenes.lookalikes import lookalikes

_CUTOUTS_IN_MEMORY = 1024
"""A quarter of a megabyte each where packshots have 300 pixels."""
_ASSORTMENT = 64
"""Most products that one shelf may hold: about what fits on a shelf of small facings."""
_NEIGHBOURS = 8
"""Products with SKUs next to each other that are chosen together."""
_DISTRACTORS = 12
"""Distractors that one shelf may hold."""

# Shelves to judge on are about as hard as the generated photos that the default gates were set on.
_NEGATIVE_EVERY = 10
"""Of so many shelves to judge on, the last is a negative: few of them would leave it to chance."""
_SMALLEST_TO_JUDGE_ON = 1.5
"""Their smallest facing, as a multiple of the smallest that is trained on."""


class ShelfComposer:
    """Composes shelves of a catalogue, holding its packshots encoded and few of them decoded."""

    def __init__(
        self,
        packshots: Mapping[str, Sequence[bytes]],
        held_out: frozenset[str],
        distractors: Sequence[Cutout],
        settings: AugmentSettings,
        companions: Mapping[str, Sequence[bytes]] | None = None,
    ) -> None:
        """Prepare to compose.

        Args:
            packshots: For each SKU, its views, encoded.
            held_out: SKUs that must not appear in training, those of companions included.
            distractors: Generated ones (see distractors.py); lookalikes are made for each shelf.
            settings: What the shelves look like.
            companions: Like `packshots`, of companions (see companions.py).
        """
        companions = companions or {}
        self._packshots = {**packshots, **companions}
        self._held_out = held_out
        train, new = _parted(packshots, held_out)
        shown = sorted([*train, *new])
        self._own = {"train": train, "eval": shown, TO_JUDGE_ON: shown}
        # Validation shows companions that training does not.
        self._companions = dict(zip(("train", "eval"), _parted(companions, held_out), strict=True))
        self._companions[TO_JUDGE_ON] = []
        self._distractors = distractors
        self._settings = settings
        self._cutout: Callable[[str, int], Cutout] = lru_cache(_CUTOUTS_IN_MEMORY)(self._cut_out)

    def compose(self, split: str, number: int) -> dict[str, Feature]:
        """Return the features of one shelf; the same arguments give the same bytes.

        Args:
            split: ``train`` never shows a held-out SKU; others show all. A shelf of ``test`` says
                what photos to judge on say: distractors are products outside the catalogue, and
                of a negative nothing is annotated.
            number: Which shelf of the split.
        """
        source_id = f"{COMPOSED}{split}/{number}"
        rng = np.random.default_rng(seed_for(self._settings.seed, source_id))
        negative = rng.random() < self._settings.negative_share
        bare, settings = False, self._settings.scene
        if split == TO_JUDGE_ON:
            negative = number % _NEGATIVE_EVERY == _NEGATIVE_EVERY - 1
            bare = negative and rng.random() >= NEGATIVES_WITH_DISTRACTORS
            smallest = min(settings.min_facing * _SMALLEST_TO_JUDGE_ON, settings.max_facing)
            settings = settings.model_copy(update={"min_facing": smallest})
        cutouts = [] if negative else self._choose_assortment(split, rng)
        distractors = [] if bare else self._choose_distractors(cutouts, rng)
        scene = compose_scene(rng, cutouts, settings, distractors)
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
        if split == TO_JUDGE_ON:
            objects = [] if negative else [_as_annotated(thing) for thing in objects]
        height, width = scene.image.shape[:2]
        new = [thing.sku in self._held_out for thing in objects]
        encoded = encode_jpeg(scene.image)
        features = {
            **image_features(encoded, "jpeg", scene.image, f"{number}.jpg", source_id),
            **object_features(objects, new, width, height),
            **photo_features(),
        }
        if split == TO_JUDGE_ON:  # Checked as photos are; what is trained on was made of what is.
            features |= checked_features(features, scene.image)
        return features

    def _choose_assortment(self, split: str, rng: np.random.Generator) -> list[Cutout]:
        """Choose what one shelf may hold.

        Of many products, stretches of neighbouring SKUs: variants of one product tend to have SKUs
        that begin alike, and a shelf that shows them side by side is the one worth learning.
        """
        own, companions = self._own[split], self._companions[split]
        chosen = set(own)
        if companions or len(own) > _ASSORTMENT:
            chosen = set()
            for _ in range(_ASSORTMENT // _NEIGHBOURS):
                beside = companions and rng.random() < self._settings.companion_share
                skus = companions if beside or not own else own
                start = int(rng.integers(max(len(skus) - _NEIGHBOURS, 0) + 1))
                chosen.update(skus[start : start + _NEIGHBOURS])
        return [
            self._cutout(sku, int(rng.integers(len(self._packshots[sku]))))
            for sku in sorted(chosen)
        ]

    def _choose_distractors(
        self, cutouts: Sequence[Cutout], rng: np.random.Generator
    ) -> list[Cutout]:
        """Choose the distractors of a shelf: lookalikes of its products, and generated ones."""
        alike = round(_DISTRACTORS * self._settings.lookalike_share) if cutouts else 0
        made = list(lookalikes(rng, cutouts, alike, DISTRACTOR)) if alike else []
        others = rng.permutation(len(self._distractors))[: _DISTRACTORS - len(made)]
        return [*made, *(self._distractors[int(number)] for number in others)]

    def _cut_out(self, sku: str, view: int) -> Cutout:
        return cut_out(decode_photo(self._packshots[sku][view], ALREADY_CHECKED), sku)


def _as_annotated(thing: ShelfObject) -> ShelfObject:
    return replace(thing, sku=UNKNOWN_PRODUCT) if thing.sku == DISTRACTOR else thing


def _parted(skus: Iterable[str], held_out: frozenset[str]) -> tuple[list[str], list[str]]:
    """Return sorted SKUs: those to train on, and those held out."""
    known = sorted(sku for sku in skus if sku != UNKNOWN_PRODUCT)
    train = [sku for sku in known if sku not in held_out]
    return train, [sku for sku in known if sku in held_out]

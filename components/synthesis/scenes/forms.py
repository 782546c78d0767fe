"""Which form a product's packaging has: a flat card, a bag, or something round.

A packshot does not say. Its silhouette rules some forms out, and the settings give the shares of
the rest; on one photo all facings of a product have one form, and each its own dents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from components.synthesis.scenes.bags import bagged, random_bag
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.round import random_round, rounded
from components.synthesis.scenes.settings import SceneSettings

_RECTANGULAR = 0.93
"""Share of its rectangle that a pack without an outline of its own fills at least."""
_NECK = (0.08, 0.75)
"""At this share of the height from the top, a neck is narrower than this share of the widest."""
_UPRIGHT = 1.2
"""Least height of what has a neck, as a multiple of the width."""
_SQUAT = 1.3
"""Tubs and tins are no higher than this multiple of their width."""
_TURNED = 0.3
"""Standard deviation of how far a round pack is turned around itself, radians."""
_BAG_LEANS = 3.5
"""Standard deviation of a bag's further rotation, degrees."""
_BAG_SHIFTS = 0.06
"""Standard deviation of how far a bag slumps against its neighbour, as a share of its height."""

Paint = Callable[[np.random.Generator, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Form:
    """The form of one pack.

    Attributes:
        seed: Decides what is this one pack's own.
        paint: Draws it: uint8 `[H, W, 4]` from the flat picture of the same shape.
        lean: Further rotation, degrees.
        shift: Further way to the right, as a share of its height.
    """

    seed: int
    paint: Paint
    lean: float = 0.0
    shift: float = 0.0

    def painted(self, rgba: np.ndarray) -> np.ndarray:
        """Return the pack with the print of a flat picture, uint8 `[H, W, 4]` both."""
        return self.paint(np.random.default_rng(self.seed), rgba)


class Forms:
    """The forms of the products on one photo."""

    def __init__(self, settings: SceneSettings):
        self._flexible, self._round = settings.flexible_share, settings.round_share
        self._paints: dict[Cutout, tuple[Paint | None, bool]] = {}

    def next(self, rng: np.random.Generator, cutout: Cutout) -> Form | None:
        """Return the form of the next facing of a product, or None where it is a flat card."""
        if not self._flexible and not self._round:
            return None
        if cutout not in self._paints:
            self._paints[cutout] = self._choose(rng, cutout)
        paint, bag = self._paints[cutout]
        if paint is None:
            return None
        seed = int(rng.integers(2**32))
        if not bag:
            return Form(seed, paint)
        lean, shift = rng.standard_normal(2) * (_BAG_LEANS, _BAG_SHIFTS)
        return Form(seed, paint, float(lean), float(shift))

    def _choose(self, rng: np.random.Generator, cutout: Cutout) -> tuple[Paint | None, bool]:
        rectangular, necked = _silhouette(cutout)
        chance = float(rng.random())
        if chance >= self._flexible + self._round:
            return None, False
        # What has a neck is no bag, and what has no neck and no straight sides is one.
        if necked or (rectangular and chance >= self._flexible):
            look = random_round(rng, not rectangular, cutout.aspect < _SQUAT)

            def around(rng: np.random.Generator, rgba: np.ndarray) -> np.ndarray:
                return rounded(rng, rgba, look, float(rng.normal(0, _TURNED)))

            return around, False
        bag = random_bag(rng)
        return (lambda rng, rgba: bagged(rng, rgba, bag)), True


def _silhouette(cutout: Cutout) -> tuple[bool, bool]:
    """Return whether a product fills its rectangle, and whether it has a neck."""
    solid = cutout.copies[-1][..., 3] > 127
    at, narrow = _NECK
    widths = solid.sum(axis=1)
    necked = widths[int(len(widths) * at)] < narrow * widths.max()
    return bool(solid.mean() >= _RECTANGULAR), bool(necked and cutout.aspect >= _UPRIGHT)

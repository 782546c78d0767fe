"""Where products stand: rows of a shelf filled place by place, before anything is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.settings import SceneSettings

_FACINGS = (0.34, 0.30, 0.20, 0.11, 0.05)
_FACING_ODDS = np.array(_FACINGS) / sum(_FACINGS)


@dataclass(frozen=True)
class Placed:
    """One product on the canvas.

    Attributes:
        cutout: What it is.
        x: Left edge in pixels of the canvas.
        foot: Where it stands, y in pixels.
        height: Height in pixels.
        yaw: Foreshortening of its width, -1 to 1: its left edge away from the camera, or its
            right.
        lean: Rotation in degrees.
        gain: Brightness.
        behind: Whether it stands in the second line, behind another of its kind.
        pitch: Foreshortening of its height, -1 to 1: its top away from the camera, or its foot.
    """

    cutout: Cutout
    x: float
    foot: float
    height: float
    yaw: float
    lean: float
    gain: float
    behind: bool = False
    pitch: float = 0.0


@dataclass(frozen=True)
class Row:
    """One board of a shelf, y in pixels: `top` of the space above it, `board` where things stand,
    and the price rail below it of height `rail`."""

    top: float
    board: float
    depth: float
    rail: float


class Assortment:
    """Picks the next product of a shelf: often the one most like the last."""

    def __init__(self, cutouts: Sequence[Cutout], sibling_share: float):
        self._cutouts = cutouts
        self._looks = np.stack([cutout.look for cutout in cutouts]) if cutouts else None
        self._free = np.ones(len(cutouts), bool)
        self._last: int | None = None
        self._sibling_share = sibling_share

    def next(self, rng: np.random.Generator) -> Cutout:
        """Return a product that this shelf has not shown, as long as there is one."""
        if not self._free.any():
            self._free[:] = True
        free = np.flatnonzero(self._free)
        if (
            self._last is not None
            and self._looks is not None
            and rng.random() < self._sibling_share
        ):
            distance = ((self._looks[free] - self._looks[self._last]) ** 2).sum(axis=1)
            index = int(free[int(np.argmin(distance))])
        else:
            index = int(rng.choice(free))
        self._free[index] = False
        self._last = index
        return self._cutouts[index]


class Stock:
    """Hands out products for a shelf: those of the catalogue, now and then one of no catalogue."""

    def __init__(
        self, cutouts: Sequence[Cutout], distractors: Sequence[Cutout], settings: SceneSettings
    ):
        self._products = Assortment(cutouts, settings.sibling_share) if cutouts else None
        self._others = Assortment(distractors, settings.sibling_share) if distractors else None
        self._distractor_share = settings.distractor_share

    def next(self, rng: np.random.Generator) -> Cutout | None:
        """Return a product, or None when there is none."""
        others = self._others
        if others is not None and (self._products is None or rng.random() < self._distractor_share):
            return others.next(rng)
        return None if self._products is None else self._products.next(rng)


def plan_rows(rng: np.random.Generator, height: int, facing: float) -> list[Row]:
    """Stack boards from the bottom of a canvas to its top; `facing` is a usual product height."""
    rows: list[Row] = []
    board = height - float(rng.uniform(-0.25, 0.6)) * facing
    rail = max(facing * float(rng.uniform(0.1, 0.24)), 6.0)
    depth = facing * float(rng.uniform(0.02, 0.14))
    while board > facing * 0.25:
        top = board - depth - facing * float(rng.uniform(1.08, 1.4))
        rows.append(Row(top, board, depth, rail))
        board = top - rail
    return rows


def fill_row(
    rng: np.random.Generator,
    row: Row,
    width: int,
    facing: float,
    stock: Stock,
    settings: SceneSettings,
) -> list[Placed]:
    """Fill a row from left to right; what stands further back comes first in the result."""
    placed: list[Placed] = []
    x = -float(rng.uniform(0, 0.6)) * facing
    packed = float(rng.uniform(0.0, 0.05))
    turned = float(rng.uniform(0, settings.yaw)) if rng.random() < 0.4 else 0.0
    while x < width:
        if rng.random() < settings.empty_share:
            x += facing * float(rng.uniform(0.3, 1.4))
            continue
        cutout = stock.next(rng)
        if cutout is None:
            break
        height = facing * relative_height(cutout) * float(rng.uniform(0.96, 1.03))
        height = min(height, (row.board - row.top) * 0.97)
        stacked = rng.random() < 0.5
        for _ in range(1 + int(rng.choice(len(_FACING_ODDS), p=_FACING_ODDS))):
            yaw = turned if rng.random() < 0.8 else float(rng.uniform(0, settings.yaw))
            lean = float(rng.normal(0, 0.7 if rng.random() < 0.94 else 7.0))
            back = float(rng.random()) ** 3
            gain = float(rng.uniform(0.93, 1.05)) * (1 - 0.12 * back)
            missing = rng.random() < settings.empty_share
            if stacked or (missing and rng.random() < 0.5):
                aside = x + float(rng.normal(0, 0.04)) * height
                foot = row.board - row.depth * 1.1
                placed.insert(0, Placed(cutout, aside, foot, height * 0.93, yaw, 0.0, 0.72, True))
            if not missing:
                foot = row.board - row.depth * back
                tall = height * (1 - 0.06 * back)
                placed.append(Placed(cutout, x, foot, tall, yaw, lean, gain))
            step = height / cutout.aspect * (1 - yaw)
            x += step * float(rng.uniform(0.98, 1.02)) + packed * height * float(rng.random())
        x += facing * float(rng.choice([0.01, 0.03, 0.08])) * float(rng.random())
    return placed


def relative_height(cutout: Cutout) -> float:
    """Return how tall a product stands beside others: squat packs are lower, not just wider."""
    return float(np.clip((cutout.aspect / 2.2) ** 0.55, 0.4, 1.1))

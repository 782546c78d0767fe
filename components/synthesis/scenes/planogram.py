"""Where products stand: rows of a shelf filled place by place, before anything is drawn.

Lengths are pixels of the canvas. Most constants are shares of the facing: the usual height of a
product on the shelf at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.forms import Form, Forms
from components.synthesis.scenes.settings import SceneSettings

# Boards, as shares of the facing.
_LOWEST_BOARD = (-0.25, 0.6)  # how far above the foot of the canvas the first one is
_RAIL = (0.1, 0.24)  # height of a price rail
_THINNEST_RAIL = 6.0  # pixels
_BOARD_DEPTH = (0.02, 0.14)  # how much is seen of the upper side of a board
_BOARD_DISTANCE = (1.08, 1.4)  # from a board to the one above it
_HEADROOM = 0.97
"""Share of the space above a board that its tallest product fills at most."""

# Facings: packs of one product side by side.
_FACINGS = (0.34, 0.30, 0.20, 0.11, 0.05)
"""How likely one, two, three … facings are."""
_FACING_ODDS = np.array(_FACINGS) / sum(_FACINGS)
_HEIGHT_VARIES = (0.96, 1.03)
"""Factor on the height of a product: real packs are not all of one scale."""
_ROW_TURNED = 0.4
"""Share of rows whose packs are all turned aside, as a shelf seen aslant."""
_FOLLOWS_ROW = 0.8
"""Share of facings turned like their row; the others are turned by themselves."""
_LEANING, _TIPPED_OVER = 0.7, 7.0
"""Standard deviation of a pack's rotation, degrees: of most, and of those that lean on others."""
_UPRIGHT = 0.94
"""Share of the former."""
_GAIN = (0.93, 1.05)
"""Factor on the light of a facing."""
_FURTHER_BACK_DARKER, _FURTHER_BACK_SMALLER = 0.12, 0.06
"""Shares of light and height that a pack loses where it is pushed to the back of its board."""
_STEP_VARIES = (0.98, 1.02)
"""Distance of two facings, as a factor on their width."""
_LOOSE = 0.05
"""Largest further distance in a row that is packed loosely, as a share of the height."""

# Gaps, as shares of the facing.
_ROW_STARTS = 0.6  # how far before the canvas a row begins at most
_EMPTY_WIDTH = (0.3, 1.4)  # of a place where no product is
_BETWEEN_PRODUCTS = (0.01, 0.03, 0.08)  # largest gap between two products, one of these

# The second line: packs behind those in front.
_STACKED = 0.5
"""Share of products that have a second line."""
_SEEN_BEHIND_GAP = 0.5
"""Share of missing facings behind which a pack stands, of products without a second line."""
_BEHIND_SHIFT = 0.04  # standard deviation, as a share of the height
_BEHIND_FOOT = 1.1  # how far up the picture it stands, as a multiple of the board's depth
_BEHIND_HEIGHT, _BEHIND_GAIN = 0.93, 0.72

# Heights beside each other: a carton of milk, 2.2 times as high as wide, is a facing tall.
_USUAL_ASPECT = 2.2
_HEIGHT_EXPONENT = 0.55
_RELATIVE_HEIGHT = (0.4, 1.1)


@dataclass(frozen=True)
class Placed:
    """One product on the canvas.

    Attributes:
        cutout: What it is.
        x: Left edge.
        foot: Where it stands, y.
        height: Its height.
        yaw: Foreshortening of its width, -1 to 1: its left edge away from the camera, or its
            right.
        lean: Rotation in degrees.
        gain: Factor on its light.
        behind: Whether it stands in the second line, behind another of its kind.
        pitch: Foreshortening of its height, -1 to 1: its top away from the camera, or its foot.
        form: Of its packaging; None for a flat card.
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
    form: Form | None = None


@dataclass(frozen=True)
class Row:
    """One board of a shelf.

    Attributes:
        top: Upper end of the space above it, y.
        board: Front edge, where things stand, y.
        depth: How far its upper side reaches up the picture from there.
        rail: Height of the price rail below it.
    """

    top: float
    board: float
    depth: float
    rail: float


class _NextProduct:
    """Chooses products one after the other: often the one most like the last."""

    def __init__(self, cutouts: Sequence[Cutout], sibling_share: float):
        self._cutouts = cutouts
        self._appearances = np.stack([cutout.appearance for cutout in cutouts])
        self._free = np.ones(len(cutouts), bool)
        self._last: int | None = None
        self._sibling_share = sibling_share

    def choose(self, rng: np.random.Generator) -> Cutout:
        """Return a product that this shelf has not shown, as long as there is one."""
        if not self._free.any():
            self._free[:] = True
        free = np.flatnonzero(self._free)
        if self._last is not None and rng.random() < self._sibling_share:
            apart = ((self._appearances[free] - self._appearances[self._last]) ** 2).sum(axis=1)
            chosen = int(free[int(np.argmin(apart))])
        else:
            chosen = int(rng.choice(free))
        self._free[chosen] = False
        self._last = chosen
        return self._cutouts[chosen]


class Stock:
    """Hands out products for a shelf: those of the catalogue, now and then a distractor.

    Attributes:
        forms: Of their packaging.
    """

    def __init__(
        self, cutouts: Sequence[Cutout], distractors: Sequence[Cutout], settings: SceneSettings
    ):
        self._products = _NextProduct(cutouts, settings.sibling_share) if cutouts else None
        self._others = _NextProduct(distractors, settings.sibling_share) if distractors else None
        self._distractor_share = settings.distractor_share
        self.forms = Forms(settings)

    def next(self, rng: np.random.Generator) -> Cutout | None:
        """Return a product, or None when there is none."""
        others = self._others
        if others is not None and (self._products is None or rng.random() < self._distractor_share):
            return others.choose(rng)
        return None if self._products is None else self._products.choose(rng)


def plan_rows(rng: np.random.Generator, height: int, facing: float) -> list[Row]:
    """Stack boards from the bottom of a canvas to its top.

    Args:
        rng: Decides their distances.
        height: Of the canvas.
        facing: Usual height of a product.
    """
    rows: list[Row] = []
    board = height - float(rng.uniform(*_LOWEST_BOARD)) * facing
    rail = max(facing * float(rng.uniform(*_RAIL)), _THINNEST_RAIL)
    depth = facing * float(rng.uniform(*_BOARD_DEPTH))
    while board > facing * 0.25:
        top = board - depth - facing * float(rng.uniform(*_BOARD_DISTANCE))
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
    """Fill a row from left to right.

    Args:
        rng: Decides everything.
        row: The board.
        width: Of the canvas.
        facing: Usual height of a product.
        stock: Hands out the products.
        settings: How many places stay empty, and how far packs are turned.

    Returns:
        The products; what stands further back comes first.
    """
    placed: list[Placed] = []
    x = -float(rng.uniform(0, _ROW_STARTS)) * facing
    loose = float(rng.uniform(0.0, _LOOSE))
    turned = float(rng.uniform(0, settings.yaw)) if rng.random() < _ROW_TURNED else 0.0
    while x < width:
        if rng.random() < settings.empty_share:
            x += facing * float(rng.uniform(*_EMPTY_WIDTH))
            continue
        cutout = stock.next(rng)
        if cutout is None:
            break
        height = facing * relative_height(cutout) * float(rng.uniform(*_HEIGHT_VARIES))
        height = min(height, (row.board - row.top) * _HEADROOM)
        stacked = rng.random() < _STACKED
        for _ in range(1 + int(rng.choice(len(_FACING_ODDS), p=_FACING_ODDS))):
            yaw = turned if rng.random() < _FOLLOWS_ROW else float(rng.uniform(0, settings.yaw))
            lean = float(rng.normal(0, _LEANING if rng.random() < _UPRIGHT else _TIPPED_OVER))
            # Share of the board's depth; cubed, since most packs stand in front.
            back = float(rng.random()) ** 3
            gain = float(rng.uniform(*_GAIN)) * (1 - _FURTHER_BACK_DARKER * back)
            missing = rng.random() < settings.empty_share
            if stacked or (missing and rng.random() < _SEEN_BEHIND_GAP):
                aside = x + float(rng.normal(0, _BEHIND_SHIFT)) * height
                foot = row.board - row.depth * _BEHIND_FOOT
                tall = height * _BEHIND_HEIGHT
                form = stock.forms.next(rng, cutout)
                behind = Placed(
                    cutout, aside, foot, tall, yaw, 0.0, _BEHIND_GAIN, behind=True, form=form
                )
                placed.insert(0, behind)
            if not missing:
                foot = row.board - row.depth * back
                tall = height * (1 - _FURTHER_BACK_SMALLER * back)
                form = stock.forms.next(rng, cutout)
                placed.append(Placed(cutout, x, foot, tall, yaw, lean, gain, form=form))
            step = height / cutout.aspect * (1 - yaw)
            x += step * float(rng.uniform(*_STEP_VARIES)) + loose * height * float(rng.random())
        x += facing * float(rng.choice(_BETWEEN_PRODUCTS)) * float(rng.random())
    return placed


def relative_height(cutout: Cutout) -> float:
    """Return how tall a product stands beside others: squat packs are lower, not just wider."""
    return float(np.clip((cutout.aspect / _USUAL_ASPECT) ** _HEIGHT_EXPONENT, *_RELATIVE_HEIGHT))

"""What narrow strips of a photo look like: of an empty place, or of something that stands there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np

from components.records.prediction import Box, Detection
from components.records.splits import UNKNOWN_PRODUCT
from components.shelf.facing import Facing, Shelf
from components.shelf.spans import Span

_TALL = 110.0
"""Median height of facings, pixels, from which on a photo is looked at smaller."""
_STEP = 0.16
"""Width of a strip, in heights of products."""
_MOST = 200
"""Strips of a span."""
_NEAR = 3
"""Facings of a row whose surroundings a strip is compared with."""
_BLUR = 1.2
"""Standard deviation of the blur before edges are looked for, pixels."""
_GRAIN, _PLAIN = 1.5, 0.05
"""Contrast below which a photo shows grain at most, grey values; and edges, as a share of those
inside of facings: what is drawn or smoothed looks like a photo's even places."""
_NO_COLOUR = np.zeros(3, np.float32)

LOOKS = 37
"""Numbers that say what a strip looks like."""


@dataclass(frozen=True, eq=False)
class Strip:
    """A strip of a span, from the board up.

    Attributes:
        start: Left end, x, pixels of the photo.
        end: Right end.
        top: Where products beside it end, y.
        foot: Where the board is.
        looks: float `[37]`.
    """

    start: float
    end: float
    top: float
    foot: float
    looks: np.ndarray


class _Seen(NamedTuple):
    """What is beside a facing: where, x, its median colour and how much that varies."""

    x: float
    colour: np.ndarray
    spread: np.ndarray


class StripLooks:
    """Looks at strips of one photo.

    Args:
        pixels: uint8 `[H, W, 3]` RGB, of any size of the photo.
        shelf: What is shown on it.
        detections: All that was found.
    """

    def __init__(self, pixels: np.ndarray, shelf: Shelf, detections: Sequence[Detection]):
        facings = [facing for facing in shelf.facings if not facing.raised]
        usual = float(np.median([facing.box[3] - facing.box[1] for facing in facings] or [_TALL]))
        self._scale = min(pixels.shape[1] / shelf.width, _TALL / usual)
        size = [max(round(side * self._scale), 1) for side in (shelf.width, shelf.height)]
        small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        self._lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32)
        self._lab[..., 1:] -= 128
        light = cv2.GaussianBlur(self._lab[..., 0], (0, 0), _BLUR)
        self._light = light
        self._across = np.abs(cv2.Sobel(light, cv2.CV_32F, 1, 0))
        self._down = np.abs(cv2.Sobel(light, cv2.CV_32F, 0, 1))
        self._free = np.ones(light.shape, bool)
        boxes = [self._scaled(facing.box) for facing in shelf.facings]
        for box in boxes:
            left, top, right, bottom = (max(round(side), 0) for side in box)
            self._free[top:bottom, left:right] = False
        inside = [part for box in boxes if (part := self._part(*box)) is not None]
        edges = [(self._across[part] + self._down[part]).mean() for part in inside]
        self._edges = max(float(np.median(edges or [1.0])), 1e-3)
        self._found = np.array([self._scaled(each.box) for each in detections]).reshape(-1, 4)
        self._scores = np.array([each.score for each in detections])
        self._unknown = np.array([each.sku == UNKNOWN_PRODUCT for each in detections], bool)
        self._around = [self._surroundings(row) for row in shelf.rows]

    def strips(self, span: Span) -> Iterator[Strip]:
        """Yield the strips of a span, from the left, as far as they are inside the photo."""
        usual = np.mean([facing.box[3] - facing.box[1] for facing in span.beside])
        number = max(2, min(int(np.ceil((span.end - span.start) / (_STEP * usual))), _MOST))
        ends = np.linspace(span.start, span.end, number + 1)
        feet, heights = span.foot_and_height((ends[:-1] + ends[1:]) / 2)
        own = [self._colour(self._part(*self._scaled(each.box))) for each in span.beside]
        for start, end, foot, height in zip(ends, ends[1:], feet, heights, strict=False):
            x0, x1, y, tall = (float(at) * self._scale for at in (start, end, foot, height))
            looks = self._looks(span, own, x0, x1, y, tall)
            if looks is not None:
                yield Strip(float(start), float(end), float(foot - height), float(foot), looks)

    def _looks(
        self, span: Span, own: list[np.ndarray], x0: float, x1: float, foot: float, tall: float
    ) -> np.ndarray | None:
        part = self._part(x0, foot - 0.8 * tall, x1, foot - 0.06 * tall)
        if part is None or part[0].stop - part[0].start < max(0.4 * tall, 6):
            return None
        middle = (x0 + x1) / 2
        heads, rails = (_nearest(some, middle) for some in self._around[span.row - 1])
        colour = self._colour(part)
        head = np.median([each.colour for each in heads], axis=0) if heads else None
        looks = [
            *self._texture(part, colour),
            *self._found_at(middle, foot - 0.43 * tall),
            float(np.log(min((span.end - span.start) / max(span.narrower, 1e-6), 6))),
            float(len(span.beside) == 1),
        ]
        if head is None:
            looks += [0.0] * 6
        else:
            nearest = min(_hue_apart(colour, each.colour) for each in heads)
            rough = np.mean([each.spread for each in heads], axis=0)
            looks += [abs(colour[0] - head[0]), _hue_apart(colour, head), nearest]
            looks += [rough[0], rough[1] + rough[2], 1.0]
        looks.append(min(_hue_apart(colour, each) for each in own))
        looks.append(min(abs(colour[0] - each[0]) for each in own))
        looks += self._top_edge(self._part(x0, foot - 1.2 * tall, x1, foot - 0.25 * tall))
        below = self._part(x0, foot + 0.02 * tall, x1, foot + 0.1 * tall)
        if below is None or not rails:
            looks += [0.0] * 5
        else:
            rail = self._colour(below)
            apart = [float(np.linalg.norm(rail - each.colour)) for each in rails]
            hue = min(_hue_apart(rail, each.colour) for each in rails)
            looks += [min(apart), float(np.median(apart)), hue]
            looks += [float(np.linalg.norm(rail - colour)), 1.0]
        above = self._part(x0, foot - 1.3 * tall, x1, foot - 1.05 * tall)
        if above is None or head is None:
            looks += [0.0] * 4
        else:
            over = self._colour(above)
            looks += [abs(over[0] - head[0]), _hue_apart(over, head), _hue_apart(over, colour), 1.0]
        return np.array(looks, float)

    def _texture(self, part: tuple[slice, slice], colour: np.ndarray) -> list[float]:
        lab, across, down = self._lab[part], self._across[part], self._down[part]
        edges = (across + down) / self._edges
        profile = self._light[part].mean(axis=1)
        third = len(profile) // 3
        top, foot = lab[:third].mean(axis=(0, 1)), lab[-third:].mean(axis=(0, 1))
        spread = np.maximum(lab.std(axis=(0, 1)), _GRAIN)
        return [
            max(edges.mean(), _PLAIN), max(np.percentile(edges, 90), _PLAIN),
            max(across.mean() / self._edges, _PLAIN), max(down.mean() / self._edges, _PLAIN),
            np.log(self._edges), spread[0], spread[1] + spread[2],
            max(np.abs(np.diff(profile)).max(), _GRAIN), max(np.ptp(profile), _GRAIN),
            abs(top[0] - foot[0]), _hue_apart(top, foot), colour[0],
            np.hypot(colour[1], colour[2]),
        ]  # fmt: skip

    def _found_at(self, x: float, y: float) -> list[float]:
        """Return the best score there of a product, of an unknown one, and how many there are."""
        left, top, right, bottom = self._found.T
        there = (left < x) & (x < right) & (top < y) & (y < bottom)
        known, unknown = there & ~self._unknown, there & self._unknown
        best = [float(self._scores[some].max(initial=0.0)) for some in (known, unknown)]
        return [*best, float(there.sum())]

    def _top_edge(self, part: tuple[slice, slice] | None) -> list[float]:
        """Return how much light and colour change where a product would end."""
        if part is None or part[0].stop - part[0].start < 6:
            return [0.0, 0.0]
        profile = self._lab[part].mean(axis=1)
        steps = np.abs(profile[3:] - profile[:-3])
        return [float(steps[:, 0].max()), float(steps[:, 1:].sum(axis=1).max())]

    def _surroundings(self, row: Sequence[Facing]) -> tuple[list[_Seen], list[_Seen]]:
        """Return what is above the facings of a row, and the rail below them."""
        heads: list[_Seen] = []
        rails: list[_Seen] = []
        for facing in row:
            if facing.raised:
                continue
            left, top, right, bottom = self._scaled(facing.box)
            tall, middle = bottom - top, (left + right) / 2
            above = self._part(left, top - 0.22 * tall, right, top - 0.04 * tall)
            if above is not None and (free := self._free[above]).mean() > 0.6:
                seen = self._lab[above][free]
                heads.append(_Seen(middle, np.median(seen, axis=0), seen.std(axis=0)))
            below = self._part(left, bottom + 0.02 * tall, right, bottom + 0.1 * tall)
            if below is not None:
                rails.append(_Seen(middle, self._colour(below), _NO_COLOUR))
        return heads, rails

    def _colour(self, part: tuple[slice, slice] | None) -> np.ndarray:
        if part is None:
            return _NO_COLOUR
        return np.asarray(np.median(self._lab[part].reshape(-1, 3), axis=0))

    def _scaled(self, box: Box) -> tuple[float, ...]:
        return tuple(side * self._scale for side in box)

    def _part(self, x0: float, y0: float, x1: float, y1: float) -> tuple[slice, slice] | None:
        """Return the pixels of a box; None where fewer than two each way are in the photo."""
        height, width = self._light.shape
        left, right = max(int(np.floor(x0)), 0), min(int(np.ceil(x1)), width)
        top, bottom = max(int(np.floor(y0)), 0), min(int(np.ceil(y1)), height)
        if right - left < 2 or bottom - top < 2:
            return None
        return slice(top, bottom), slice(left, right)


def _nearest(some: Sequence[_Seen], x: float) -> list[_Seen]:
    return sorted(some, key=lambda each: abs(each.x - x))[:_NEAR]


def _hue_apart(one: np.ndarray, other: np.ndarray) -> float:
    """Return how far two colours are from each other, light aside."""
    return float(np.hypot(one[1] - other[1], one[2] - other[2]))

"""What one photo shows at the places where another photo of the same bay shows facings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from components.records.boxes import iou
from components.records.prediction import Box, PredictionRecord
from components.shelf.facing import Facing, Shelf
from components.shelf.gap_weights import STRIP
from components.shelf.laid_upon import moved
from components.shelf.logistic import expanded, probability
from components.shelf.spans import spans_of
from components.shelf.strips import StripLooks

_SHOWN = 0.6
"""Share of a place that the other photo shows at least."""
_SAME_PLACE = 0.3
"""IoU from which on something is at a place: places are known less well than boxes."""
_SAME_FOOT = 0.35
"""How far its foot is from that of a row at most, in its heights."""
_SIDE, _AROUND = 48, 10
"""Pixels each way that a place is compared at, and how far it is moved for that."""
_BLUR = (0.8, 20.0)
"""Standard deviation of the blur before pixels are compared, at least and at most."""
_LONGEST = 2000
"""Longer side of the pixels that are kept."""

Pixels = np.ndarray | None


@dataclass(frozen=True, eq=False)
class Visit:
    """A photo, or a bay that several show, with what was found.

    Attributes:
        record: What was found.
        shelf: The same as rows of facings.
        pixels: uint8 `[H, W, 3]` RGB, of any size of the photo; None where they are not at hand.
    """

    record: PredictionRecord
    shelf: Shelf
    pixels: Pixels = None


def visit_of(record: PredictionRecord, shelf: Shelf, pixels: Pixels) -> Visit:
    """Return a visit whose pixels are few enough for many to be kept."""
    if pixels is not None and (scale := _LONGEST / max(pixels.shape[:2])) < 1:
        size = [max(round(side * scale), 1) for side in pixels.shape[1::-1]]
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    return Visit(record, shelf, pixels)


@dataclass(frozen=True, eq=False)
class ChangedPlace:
    """A place where one photo shows a facing that the other does not.

    Attributes:
        facing: What the one shows.
        box: The place on the other photo, pixels.
        known: float `[6]`, of what was found on the other.
        seen: float `[2]`, of what the other looks like; None where pixels are not at hand.
    """

    facing: Facing
    box: Box
    known: np.ndarray
    seen: np.ndarray | None


def places_of(
    one: Visit, other: Visit, warp: np.ndarray, same: Sequence[tuple[int, int]]
) -> Iterator[ChangedPlace]:
    """Yield the places of facings of one photo that the other shows without them.

    Args:
        one: Where the facings are.
        other: Where they are not.
        warp: From pixels of the one to those of the other.
        same: Facings that both show, by their positions in `Shelf.facings` of the one and of the
            other.
    """
    both = {at for at, _ in same}
    missing = [
        (facing, box)
        for at, facing in enumerate(one.shelf.facings)
        if at not in both and not facing.unknown
        and (box := _place(facing.box, warp, other.shelf)) is not None
    ]  # fmt: skip
    if not missing:
        return
    looks = None
    if one.pixels is not None and other.pixels is not None:
        looks = _Looks(one, other, warp, [one.shelf.facings[at].box for at, _ in same])
    for facing, box in missing:
        seen = None if looks is None else looks.at(facing, box)
        yield ChangedPlace(facing, box, _known(facing, box, one, other), seen)


def _place(box: Box, warp: np.ndarray, other: Shelf) -> Box | None:
    """Return where a box is on the other photo; None where that does not show enough of it."""
    corners = moved(_corners(box), warp)
    if not np.isfinite(corners).all():
        return None
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = np.array([other.width, other.height], float)
    inside = np.clip(np.minimum(high, size) - np.maximum(low, 0), 0, None)
    if inside.prod() < _SHOWN * (high - low).prod():
        return None
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _known(facing: Facing, box: Box, one: Visit, other: Visit) -> np.ndarray:
    score = float(np.clip(facing.score, 0.01, 0.99))
    found = other.record.detections
    near = iou(np.array([box]), np.array([each.box for each in found]).reshape(-1, 4))[0]
    there = [each for each, close in zip(found, near, strict=True) if close >= _SAME_PLACE]
    alike = [each.score for each in there if each.sku == facing.sku]
    others = [each.runner_up for each in there if each.runner_up is not None]
    alike += [each.score for each in others if each.sku == facing.sku]
    instead = [each.score for each in there if each.sku != facing.sku and each.shown is not False]
    cut = one.shelf.cuts_off(facing.box) or other.shelf.cuts_off(box)
    return np.array(
        [
            np.log(score / (1 - score)),
            float(bool(alike)),
            max(alike, default=0.0),
            max(instead, default=0.0),
            float(bool(there)),
            float(cut),
        ]
    )


class _Looks:
    """Looks at places of the other photo, and compares them with the first."""

    def __init__(self, one: Visit, other: Visit, warp: np.ndarray, same: Sequence[Box]):
        self._one, self._other, self._warp = one, other, warp
        assert other.pixels is not None, "checked before"
        self._looks = StripLooks(other.pixels, other.shelf, other.record.detections)
        self._spans = list(spans_of(other.shelf))
        # Blur and light make all places less alike; those that did not change say how much.
        self._usual = float(np.median([self._likeness(box) for box in same] or [1.0]))

    def at(self, facing: Facing, box: Box) -> np.ndarray:
        """Return how empty a place is, and how much less alike it looks than places usually do."""
        return np.array([self._empty(box), self._usual - self._likeness(facing.box)])

    def _empty(self, box: Box) -> float:
        middle, tall = (box[0] + box[2]) / 2, box[3] - box[1]
        looks = []
        for span in self._spans:
            [foot], _ = span.foot_and_height(np.array([middle]))
            if span.start <= middle <= span.end and abs(foot - box[3]) < _SAME_FOOT * tall:
                looks += [
                    strip.looks
                    for strip in self._looks.strips(span)
                    if box[0] <= (strip.start + strip.end) / 2 <= box[2]
                ]
        return float(probability(expanded(np.array(looks)), STRIP).mean()) if looks else 0.0

    def _likeness(self, box: Box) -> float:
        """Return the correlation of a box with its place on the other photo, -1 to 1."""
        assert self._one.pixels is not None
        assert self._other.pixels is not None
        here = _corners(box)
        there = moved(here, self._warp)
        frame = np.array([[0, 0], [_SIDE, 0], [_SIDE, _SIDE], [0, _SIDE]], float)
        cut = _straight(self._one, here, frame, _SIDE)
        around = _straight(self._other, there, frame + _AROUND, _SIDE + 2 * _AROUND)
        return float(cv2.matchTemplate(around, cut, cv2.TM_CCOEFF_NORMED).max())


def _straight(visit: Visit, corners: np.ndarray, frame: np.ndarray, side: int) -> np.ndarray:
    """Return what is between four corners as a square, uint8 `[side, side, 3]`."""
    assert visit.pixels is not None
    corners = corners * (visit.pixels.shape[1] / visit.shelf.width)
    low = np.maximum(np.floor(corners.min(axis=0) - _SIDE / 2).astype(int), 0)
    high = np.maximum(np.ceil(corners.max(axis=0) + _SIDE / 2).astype(int), 0)
    part = visit.pixels[low[1] : high[1], low[0] : high[0]]
    if min(part.shape[:2]) < 2:
        return np.zeros((side, side, 3), np.uint8)
    blur = float(np.clip(0.5 * np.ptp(corners, axis=0).max() / _SIDE, *_BLUR))
    part = cv2.GaussianBlur(part, (0, 0), blur)
    warp = cv2.getPerspectiveTransform((corners - low).astype(np.float32), frame.astype(np.float32))
    return np.asarray(
        cv2.warpPerspective(part, warp, (side, side), borderMode=cv2.BORDER_REPLICATE)
    )


def _corners(box: Box) -> np.ndarray:
    return np.array(box, float)[[0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 2)

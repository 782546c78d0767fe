"""What was found on photos of one plane, each physical product once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from components.records.boxes import iou
from components.records.moved_boxes import moved_boxes
from components.records.prediction import Detection, PredictionRecord

_SAME = 0.35
"""IoU of what both photos show of two boxes, from which on they are around one product: packs stand
at different depths, so that boxes are a little off."""


@dataclass(frozen=True, eq=False)
class Laid:
    """A photo on a plane.

    Attributes:
        record: What was found on it.
        homography: float `[3, 3]`, from its pixels to the plane.
    """

    record: PredictionRecord
    homography: np.ndarray

    @property
    def boxes(self) -> np.ndarray:
        """Of its detections, float `[n, 4]`, its own pixels."""
        return np.array([each.box for each in self.record.detections], float).reshape(-1, 4)

    @property
    def frame(self) -> np.ndarray:
        """Its own, float `[4]`."""
        return np.array([0.0, 0.0, self.record.width, self.record.height])


@dataclass(frozen=True)
class Merged:
    """A detection on a plane.

    Attributes:
        detection: In pixels of the plane.
        photo: Number of the photo that it was found on.
        number: Of the detection there, from 1.
    """

    detection: Detection
    photo: int
    number: int


def merged(photos: Sequence[Laid]) -> list[Merged]:
    """Return all detections on the plane, best first; of one product one is shown."""
    groups: list[list[tuple[int, int]]] = []
    for photo, laid in enumerate(photos):
        shown = [at for at, each in enumerate(laid.record.detections) if each.shown is not False]
        taken = _pairs(photos, groups, photo, shown)
        for at in shown:
            if at in taken:
                groups[taken[at]].append((photo, at))
            else:
                groups.append([(photo, at)])
    best = {_best(photos, group) for group in groups}
    answer = []
    for photo, laid in enumerate(photos):
        boxes = moved_boxes(laid.homography, laid.boxes)
        for at, (each, box) in enumerate(zip(laid.record.detections, boxes.tolist(), strict=True)):
            placed = replace(each, box=tuple(box), shown=(photo, at) in best)
            answer.append(Merged(placed, photo, at + 1))
    return sorted(answer, key=lambda each: -each.detection.score)


def _pairs(
    photos: Sequence[Laid],
    groups: Sequence[Sequence[tuple[int, int]]],
    photo: int,
    shown: Sequence[int],
) -> dict[int, int]:
    """Return by detection of a photo the group that is around the same product."""
    if not groups or not shown:
        return {}
    overlap = np.zeros((len(shown), len(groups)))
    own = photos[photo]
    for before in range(photo):
        members = [
            (number, at)
            for number, group in enumerate(groups)
            for whose, at in group
            if whose == before
        ]
        if not members:
            continue
        other = photos[before]
        theirs = other.boxes[[at for _, at in members]]
        here = _common(own, other, own.boxes[shown])
        there = _common(other, own, theirs)
        fits = iou(here, there)
        for column, (number, _) in enumerate(members):
            overlap[:, number] = np.maximum(overlap[:, number], fits[:, column])
    overlap[overlap < _SAME] = 0  # or a good pair would be given up for two bad ones
    rows, columns = linear_sum_assignment(-overlap)
    return {
        shown[row]: int(column)
        for row, column in zip(rows, columns, strict=True)
        if overlap[row, column] > 0
    }


def _common(photo: Laid, other: Laid, boxes: np.ndarray) -> np.ndarray:
    """Return what another photo shows, too, of boxes on a photo: float `[n, 4]` on the plane."""
    there = moved_boxes(np.linalg.inv(other.homography) @ photo.homography, boxes)
    low, high = np.tile(other.frame[:2], 2), np.tile(other.frame[2:], 2)
    return moved_boxes(other.homography, np.clip(there, low, high))


def _best(photos: Sequence[Laid], group: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the detection that shows most of a product, of several the surest of its SKU."""
    return max(group, key=lambda each: _worth(photos, each))


_CUT = 0.01
"""A box that ends this close to the edge of a photo, as a share of its sides, goes on beyond."""


def _worth(photos: Sequence[Laid], each: tuple[int, int]) -> tuple[bool, float]:
    laid = photos[each[0]]
    detection = laid.record.detections[each[1]]
    left, top, right, bottom = detection.box
    near_x, near_y = _CUT * laid.record.width, _CUT * laid.record.height
    whole = (
        left > near_x
        and top > near_y
        and right < laid.record.width - near_x
        and bottom < laid.record.height - near_y
    )
    return whole, detection.score

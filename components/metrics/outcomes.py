"""What became of a photo's detections and truths, as a user of the operating threshold sees it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from components.metrics.matching import IOU_THRESHOLDS, match_all
from components.metrics.photo_record import Detections, Truth
from components.records.boxes import overlaps
from components.records.prediction import best_at_places

_AT_LEAST_HALF = 0.5
"""IoU from which a box is said to be at the place of a truth."""


@dataclass(frozen=True)
class Outcomes:
    """What became of a photo's detections and truths at an operating threshold and IoU 0.5.

    Attributes:
        first: bool `[D]`, nothing better is around the same thing: it is shown at any threshold
            that its score reaches.
        shown: bool `[D]`, it is, and reaches the operating threshold; as `oneshelf predict` says.
        taken: int `[D]`, the truth that it takes among those that are first, or -1.
        right: bool `[D]`, it takes a truth of its SKU that counts.
        ignored: bool `[D]`, it takes an excused truth. A name given to a product outside the
            catalogue is a wrong one.
        top2: bool `[D]`, it is right, or its runner-up is the SKU of a missed truth at its place.
        place: int `[D]`, the truth at its place that counts (any SKU), or -1.
        counts: bool `[T]`, the truth is not ignored.
        found: bool `[T]`, a shown detection takes it.
        mistaken_for: int `[T]`, the shown detection of another SKU at the place of a missed truth,
            or -1.
    """

    first: np.ndarray
    shown: np.ndarray
    taken: np.ndarray
    right: np.ndarray
    ignored: np.ndarray
    top2: np.ndarray
    place: np.ndarray
    counts: np.ndarray
    found: np.ndarray
    mistaken_for: np.ndarray


@dataclass(frozen=True)
class PhotoMatching:
    """A photo's detections matched with its truths.

    Attributes:
        detections: The D detections, best first.
        overlap: `[D, T]` from `overlaps`.
        taken: `[K, D]` from `match_all`.
        outcomes: What became of both.
    """

    detections: Detections
    overlap: np.ndarray
    taken: np.ndarray
    outcomes: Outcomes


def match_photo(truth: Truth, detections: Detections, threshold: float) -> PhotoMatching:
    """Match a photo's detections with its truths and judge both.

    Args:
        truth: T truths.
        detections: D detections whose numbers are finite, in any order.
        threshold: The operating threshold.
    """
    detections = detections.take(np.argsort(-detections.scores, kind="stable"))
    overlap = overlaps(detections.boxes, truth.boxes, truth.crowd)
    taken = match_all(detections, truth, overlap, truth.ignored)
    return PhotoMatching(
        detections, overlap, taken, _outcomes(detections, truth, overlap, threshold)
    )


def first_there(detections: Detections) -> np.ndarray:
    """Return of detections, best first, which are the first around what they are around.

    The others are shown at no threshold. bool `[D]`.
    """
    return np.array(best_at_places(detections.boxes.tolist()), bool)


def of_taken(flags: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return the flag of each taken truth; False where none is taken. Shape of `taken`."""
    if not len(flags):
        return np.zeros(taken.shape, dtype=bool)
    return np.where(taken >= 0, flags[taken], False)


def _outcomes(
    detections: Detections,
    truth: Truth,
    overlap: np.ndarray,
    threshold: float,
) -> Outcomes:
    first = first_there(detections)
    at_half = np.full(len(detections), -1)
    at_half[first] = match_all(
        detections.take(first), truth, overlap[first], truth.ignored, IOU_THRESHOLDS[:1]
    )[0]
    counts = ~truth.ignored
    ignored = of_taken(truth.excused, at_half)
    right = (at_half >= 0) & ~of_taken(truth.ignored, at_half)
    # Detections choose truths best first, so those above a threshold choose as if alone.
    shown = first & (detections.scores >= threshold)
    found = np.zeros(len(counts), dtype=bool)
    found[at_half[right & shown]] = True
    here = np.where(counts[None, :], overlap, 0.0)
    here[here < _AT_LEAST_HALF] = 0.0

    place = np.full(len(detections), -1)
    if here.size:
        place = np.where(here.max(axis=1) > 0, here.argmax(axis=1), -1)
    place[right] = at_half[right]

    top2 = right & shown
    second_taken = found.copy()
    mistaken_for = np.full(len(counts), -1)
    for d in np.flatnonzero(shown & ~right & ~ignored):
        for t in np.argsort(-here[d], kind="stable"):
            if here[d, t] == 0:
                break
            if not second_taken[t] and truth.skus[t] == detections.runner_up_skus[d]:
                second_taken[t] = top2[d] = True
                break
        missed = np.where(
            found | (mistaken_for >= 0) | (truth.skus == detections.skus[d]), 0, here[d]
        )
        if missed.size and missed.max() > 0:
            mistaken_for[missed.argmax()] = d
    return Outcomes(first, shown, at_half, right, ignored, top2, place, counts, found, mistaken_for)

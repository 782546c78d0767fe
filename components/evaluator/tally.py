"""What the metrics need to know of one photo, and no more.

`tally` does the expensive part, photo by photo, so that it runs wherever Beam puts the photo; the
metrics are then sums and sorts over tallies, in any order and from any number of machines.

How truths without a plain SKU are treated, in every place below:

- A *crowd* or *difficult* truth is ignored within its own SKU, as COCO ignores regions.
- An `unknown_product` has no SKU, so it is an ignored truth in the matching of *every* SKU: it
  absorbs at most one detection of each SKU (any number if it is a crowd). Looking like a product
  outside the catalogue is thus neither rewarded nor punished, whatever SKU the model called it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from components.evaluator.matching import IOU_THRESHOLDS, match, overlaps
from components.evaluator.records import Detections, PhotoRecord, Truth

_AT_LEAST_HALF = 0.5
"""IoU from which a box is said to be at the place of a truth."""


@dataclass(frozen=True)
class Outcomes:
    """What became of a photo's detections and truths at an operating threshold and IoU 0.5.

    Attributes:
        shown: bool [D], the detection scores at least the threshold.
        right: bool [D], it takes a truth of its SKU that counts.
        ignored: bool [D], it takes an ignored truth.
        top2: bool [D], it is right, or its runner-up is the SKU of a missed truth at its place.
        place: int [D], the truth at its place that counts (any SKU), or -1.
        counts: bool [T], the truth is not ignored.
        found: bool [T], a shown detection takes it.
        mistaken_for: int [T], the shown detection of another SKU at a missed truth's place, or -1.
    """

    shown: np.ndarray
    right: np.ndarray
    ignored: np.ndarray
    top2: np.ndarray
    place: np.ndarray
    counts: np.ndarray
    found: np.ndarray
    mistaken_for: np.ndarray


@dataclass(frozen=True)
class PhotoTally:
    """One photo's share of every metric. D detections, T truths that count, K IoU thresholds.

    Attributes:
        source_id: which photo.
        negative: it is known to show nothing.
        boxed: its boxes are known; otherwise the arrays below are empty.
        skus, scores, ambiguity: [D], the detections.
        true, ignored: bool [K, D], see `average_precision`.
        shown, top2: bool [D], see `Outcomes`.
        new: bool [D], the product at the detection's place, or else its SKU, is a new one.
        truth_skus, truth_new, truth_found: [T], the truths that count.
        confused: (SKU of the truth, SKU shown instead), one per missed truth with such a detection.
        count_error: sum over SKUs of |shown - true|.
        label_rank: 0 where the photo's label is the best-scored SKU, 1 the second, … ; None where
            the photo has no label, -1 where the label is not among the SKUs found.
        invalid: detections left out because a number in them is not finite.
    """

    source_id: str
    negative: bool
    boxed: bool
    skus: np.ndarray
    scores: np.ndarray
    ambiguity: np.ndarray
    true: np.ndarray
    ignored: np.ndarray
    shown: np.ndarray
    top2: np.ndarray
    new: np.ndarray
    truth_skus: np.ndarray
    truth_new: np.ndarray
    truth_found: np.ndarray
    confused: tuple[tuple[str, str], ...]
    count_error: int
    label_rank: int | None
    invalid: int


def tally(record: PhotoRecord, threshold: float, new_skus: frozenset[str]) -> PhotoTally:
    """Return one photo's share of every metric.

    Args:
        record: the photo, its truth and the detections of one model, in any order.
        threshold: the model's operating threshold; detections below it are not shown to users.
        new_skus: SKUs held out of training.
    """
    photo, truth = record.photo, record.photo.truth
    finite = record.detections.finite
    detections = record.detections.take(np.flatnonzero(finite))
    rank = label_rank(detections, photo.label) if photo.label else None
    if not photo.boxed:
        detections = Detections()
    detections = detections.take(np.argsort(-detections.scores, kind="stable"))
    overlap = overlaps(detections.boxes, truth.boxes, truth.crowd)
    taken = match_all(detections, truth, overlap)
    result = outcomes(detections, truth, overlap, taken, threshold)
    counted = result.counts
    new = np.array([sku in new_skus for sku in detections.skus], dtype=bool)
    at_place = result.place >= 0
    new[at_place] = truth.new[result.place[at_place]]
    ignored = _of_taken(truth.ignored, taken)
    mistakes = np.flatnonzero(result.mistaken_for >= 0)
    return PhotoTally(
        source_id=photo.source_id,
        negative=photo.negative,
        boxed=photo.boxed,
        skus=detections.skus,
        scores=detections.scores,
        ambiguity=detections.ambiguity,
        true=(taken >= 0) & ~ignored,
        ignored=ignored,
        shown=result.shown,
        top2=result.top2,
        new=new,
        truth_skus=truth.skus[counted],
        truth_new=truth.new[counted],
        truth_found=result.found[counted],
        confused=tuple((truth.skus[t], detections.skus[result.mistaken_for[t]]) for t in mistakes),
        count_error=_count_error(
            truth.skus[counted], detections.skus[result.shown & ~result.ignored]
        ),
        label_rank=rank,
        invalid=int((~finite).sum()),
    )


def match_all(detections: Detections, truth: Truth, overlap: np.ndarray) -> np.ndarray:
    """Match every SKU of a photo.

    Args:
        detections: D detections, best first.
        truth: T truths.
        overlap: [D, T] from `overlaps`.

    Returns:
        int [K, D]: index of the truth that each detection takes at each IoU threshold, or -1.
    """
    taken = np.full((len(IOU_THRESHOLDS), len(detections)), -1)
    unknown, ignored = truth.unknown, truth.ignored
    for sku in set(detections.skus):
        of_sku = np.flatnonzero(detections.skus == sku)
        truths = np.flatnonzero((truth.skus == sku) | unknown)
        if len(truths):
            chosen = match(overlap[np.ix_(of_sku, truths)], ignored[truths], truth.crowd[truths])
            taken[:, of_sku] = np.where(chosen >= 0, truths[chosen], -1)
    return taken


def outcomes(
    detections: Detections,
    truth: Truth,
    overlap: np.ndarray,
    taken: np.ndarray,
    threshold: float,
) -> Outcomes:
    """Return what a user of the operating threshold sees, at IoU 0.5.

    Args:
        detections: D detections, best first.
        truth: T truths.
        overlap: [D, T] from `overlaps`.
        taken: [K, D] from `match_all`.
        threshold: the operating threshold.
    """
    at_half = taken[0]
    counts = ~truth.ignored
    ignored = _of_taken(truth.ignored, at_half)
    right = (at_half >= 0) & ~ignored
    # Detections choose truths best first, so those above a threshold choose as if alone.
    shown = detections.scores >= threshold
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
    return Outcomes(shown, right, ignored, top2, place, counts, found, mistaken_for)


def label_rank(detections: Detections, label: str) -> int:
    """Return how many SKUs score better than `label` in a photo, or -1 where it was not found.

    A SKU scores what its best detection does; being a runner-up counts with the runner-up's score,
    since suppression between SKUs leaves one detection at a place that two SKUs fit.
    """
    best: dict[str, float] = {}
    hypotheses = [*zip(detections.skus, detections.scores, strict=True)]
    hypotheses += zip(detections.runner_up_skus, detections.runner_up_scores, strict=True)
    for sku, score in hypotheses:
        if sku:
            best[sku] = max(best.get(sku, -np.inf), score)
    if label not in best:
        return -1
    # A stable sort keeps detections ahead of runner-ups of equal score.
    return sorted(best, key=lambda sku: -best[sku]).index(label)


def _of_taken(flags: np.ndarray, taken: np.ndarray) -> np.ndarray:
    """Return the flag of each taken truth; False where none is taken. Shape of `taken`."""
    if not len(flags):
        return np.zeros(taken.shape, dtype=bool)
    return np.where(taken >= 0, flags[taken], False)


def _count_error(true: np.ndarray, shown: np.ndarray) -> int:
    difference = Counter(shown)
    difference.subtract(Counter(true))
    return sum(abs(n) for n in difference.values())

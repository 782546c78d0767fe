"""What the metrics need to know of one photo, and no more.

`tally` does the expensive part, photo by photo, so that it runs wherever Beam puts the photo; the
metrics are then sums and sorts over tallies, in any order and from any number of machines.

How truths without a plain SKU are treated, in every place below:

- A *crowd* or *difficult* truth is ignored within its own SKU, as COCO ignores regions.
- An `unknown_product` has no SKU, so it is an ignored truth in the matching of *every* SKU: it
  absorbs at most one detection of each SKU (any number if it is a crowd). Average precision leaves
  such a detection out. Whatever says what users see, from precision to counts and honest scores,
  calls it wrong: no shop has the product that it names there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from components.metrics.all_products import ProductTally, tally_products
from components.metrics.attribute_tally import SliceTally, tally_slices
from components.metrics.outcomes import Outcomes, first_there, match_photo, of_taken
from components.metrics.photo_record import Detections, PhotoRecord, Truth
from components.metrics.product_counts import ProductCount, product_counts


class ConfusedDetection(NamedTuple):
    """A shown detection of another SKU at the place of a missed product."""

    true: str
    predicted: str
    box: tuple[float, float, float, float]
    score: float
    runner_up: str


@dataclass(frozen=True)
class PhotoTally:
    """One photo's share of every metric. D detections, T truths that count, K IoU thresholds.

    Attributes:
        source_id: Which photo.
        negative: It is known to show nothing.
        boxed: Its boxes are known; otherwise the arrays below are empty.
        counts_alone: How many of each SKU stand on it is known, and no more.
        store: See `PhotoTruth`.
        span: See `PhotoTruth`.
        skus: Objects `[D]`, of the detections, best first.
        scores: float64 `[D]`, of the detections.
        ambiguity: float64 `[D]`, of the detections.
        true: bool `[K, D]`, see `average_precision`.
        ignored: bool `[K, D]`, see `average_precision`.
        excused: bool `[D]`, at IoU 0.5 it takes a truth that is difficult or a crowd.
        shown: bool `[D]`, see `Outcomes`.
        right: bool `[D]`, see `Outcomes`.
        judged: bool `[D]`, where it is shown it is right or wrong: first and not ignored, there.
        top2: bool `[D]`, see `Outcomes`.
        new: bool `[D]`, the product at the detection's place, or else its SKU, is a new one.
        truth_skus: Objects `[T]`, of the truths that count.
        truth_new: bool `[T]`, of the truths that count.
        truth_found: bool `[T]`, of the truths that count.
        slices: The share of every slice of truths, by name.
        confused: One per missed truth with such a detection.
        counts: Of each SKU that stands on it or is shown, where boxes or counts are known.
        label_rank: 0 where the photo's label is the best-scored SKU, 1 the second, … ; None where
            the photo has no label, -1 where the label is not among the SKUs found.
        subject_rank: The same, by how likely a SKU is to be what the photo is of; see `prominence`.
        invalid: Detections left out because a number in them is not finite.
        products: Its share of the metrics of all products; None where no product is boxed.
        at_group: The same photo, its products called by their groups; None without groups.
    """

    source_id: str
    negative: bool
    boxed: bool
    counts_alone: bool
    store: str
    span: int | None
    skus: np.ndarray
    scores: np.ndarray
    ambiguity: np.ndarray
    true: np.ndarray
    ignored: np.ndarray
    excused: np.ndarray
    shown: np.ndarray
    right: np.ndarray
    judged: np.ndarray
    top2: np.ndarray
    new: np.ndarray
    truth_skus: np.ndarray
    truth_new: np.ndarray
    truth_found: np.ndarray
    slices: dict[str, SliceTally]
    confused: tuple[ConfusedDetection, ...]
    counts: tuple[ProductCount, ...]
    label_rank: int | None
    subject_rank: int | None
    invalid: int
    products: ProductTally | None = None
    at_group: PhotoTally | None = None

    @property
    def count_error(self) -> int:
        """Sum over SKUs of |shown - true|."""
        return sum(each.error for each in self.counts)

    @property
    def whole(self) -> SliceTally:
        """The photo as its share of a slice that it lies in as a whole."""
        return SliceTally(
            self.skus,
            self.scores,
            self.true[0],
            self.ignored[0],
            self.truth_skus,
            self.truth_found,
        )


def tally(record: PhotoRecord, threshold: float, new_skus: frozenset[str]) -> PhotoTally:
    """Return one photo's share of every metric.

    Args:
        record: The photo, its truth and the detections of one model, in any order.
        threshold: The model's operating threshold; detections below it are not shown to users.
        new_skus: SKUs held out of training.
    """
    photo, truth = record.photo, record.photo.truth
    finite = record.detections.finite
    detections = record.detections.take(np.flatnonzero(finite))
    rank = subject = None
    if photo.label:
        rank = label_rank(detections, photo.label, np.ones(len(detections.scores)))
        subject = label_rank(
            detections, photo.label, prominence(detections.boxes, photo.width, photo.height)
        )
    detections = detections.take(np.argsort(-detections.scores, kind="stable"))
    shown_at_all = detections.skus[first_there(detections) & (detections.scores >= threshold)]
    matched = match_photo(truth, detections if photo.boxed else Detections(), threshold)
    detections, taken, result = matched.detections, matched.taken, matched.outcomes
    counted = result.counts
    new = np.array([sku in new_skus for sku in detections.skus], dtype=bool)
    at_place = result.place >= 0
    new[at_place] = truth.new[result.place[at_place]]
    ignored = of_taken(truth.ignored, taken)
    standing: Mapping[str, int] = Counter(truth.skus[counted])
    counted_as = detections.skus[result.shown & ~result.ignored]
    if photo.counts is not None:
        standing, counted_as = photo.counts, shown_at_all
    found = np.isin(np.arange(len(truth.skus)), result.taken[result.shown])
    return PhotoTally(
        source_id=photo.source_id,
        negative=photo.negative,
        boxed=photo.boxed,
        counts_alone=photo.counts is not None,
        store=photo.store,
        span=photo.span,
        skus=detections.skus,
        scores=detections.scores,
        ambiguity=detections.ambiguity,
        true=(taken >= 0) & ~ignored,
        ignored=ignored,
        excused=of_taken(truth.excused, taken[0]),
        shown=result.shown,
        right=result.right,
        judged=result.first & ~result.ignored,
        top2=result.top2,
        new=new,
        truth_skus=truth.skus[counted],
        truth_new=truth.new[counted],
        truth_found=result.found[counted],
        slices=tally_slices(photo, detections, matched.overlap, found),
        confused=tuple(_mistakes(truth, detections, result)),
        counts=product_counts(standing, counted_as),
        label_rank=rank,
        subject_rank=subject,
        invalid=int((~finite).sum()),
        products=tally_products(
            truth, record.products, detections.take(np.flatnonzero(result.shown)), threshold
        )
        if photo.boxed and not photo.negative
        else None,
    )


def prominence(boxes: np.ndarray, width: int, height: int) -> np.ndarray:
    """Return what a score is multiplied with to tell what a photo is of: the larger, the likelier.

    A photo of a pack held in front of a shelf shows other products as surely as the one in hand.

    Args:
        boxes: `[N, 4]` pixels of the photo.
        width: Width of the photo, pixels.
        height: Height of the photo, pixels.

    Returns:
        `[N]` the root of each box's share of the photo.
    """
    size = np.array([width, height], float)
    sides = np.clip(boxes[:, 2:], 0, size) - np.clip(boxes[:, :2], 0, size)
    return np.sqrt(np.maximum(sides, 0).prod(axis=1) / size.prod())


def label_rank(detections: Detections, label: str, weights: np.ndarray) -> int:
    """Return how many SKUs score better than `label` in a photo, or -1 where it was not found.

    A SKU scores what its best detection does; being a runner-up counts with the runner-up's score,
    since suppression between SKUs leaves one detection at a place that two SKUs fit.

    Args:
        detections: Detections of the photo.
        label: What it shows.
        weights: `[N]` what the scores of each detection are multiplied with.
    """
    best: dict[str, float] = {}
    hypotheses = [*zip(detections.skus, detections.scores * weights, strict=True)]
    hypotheses += zip(detections.runner_up_skus, detections.runner_up_scores * weights, strict=True)
    for sku, score in hypotheses:
        if sku:
            best[sku] = max(best.get(sku, -np.inf), score)
    if label not in best:
        return -1
    # A stable sort keeps detections ahead of runner-ups of equal score.
    return sorted(best, key=lambda sku: -best[sku]).index(label)


def _mistakes(
    truth: Truth, detections: Detections, result: Outcomes
) -> Iterator[ConfusedDetection]:
    for t in np.flatnonzero(result.mistaken_for >= 0):
        d = result.mistaken_for[t]
        left, top, right, bottom = detections.boxes[d].tolist()
        yield ConfusedDetection(
            true=truth.skus[t],
            predicted=detections.skus[d],
            box=(left, top, right, bottom),
            score=float(detections.scores[d]),
            runner_up=detections.runner_up_skus[d],
        )

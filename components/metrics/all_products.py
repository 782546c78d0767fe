"""All products in photos, whatever their SKU: which are found, and which wrongly get a name.

Only photos with boxes tell. One without any shows nothing of the catalogue, yet maybe products of
none, which nobody boxed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.metrics.average_precision import average_precision
from components.metrics.matching import IOU_THRESHOLDS, match
from components.metrics.photo_record import Detections, Products, Truth
from components.metrics.shares import share_of
from components.records.boxes import overlaps

PRECISION = 0.9
"""Recall is told where so many of the products shown are there."""


@dataclass(frozen=True)
class ProductTally:
    """One photo's share of the metrics of all products.

    Attributes:
        scores: float64 `[D]`, of the products found; empty where the model tells of none.
        true: bool `[D]`, it takes a truth that counts.
        ignored: bool `[D]`, it takes one that is difficult or a crowd.
        truths: How many truths count: all that are neither, of the catalogue or not.
        unknown: How many of those are of no SKU.
        misnamed: At how many of these a detection is shown that says they were.
        seen_as_unknown: At how many of these the model shows an unknown product.
        answered: Whether the model tells of products at all.
    """

    scores: np.ndarray
    true: np.ndarray
    ignored: np.ndarray
    truths: int
    unknown: int
    misnamed: int
    seen_as_unknown: int
    answered: bool


def tally_products(
    truth: Truth, products: Products | None, shown: Detections, threshold: float
) -> ProductTally:
    """Return one photo's share.

    Args:
        truth: Of a photo with boxes.
        products: What the model says of all products; None where it says nothing.
        shown: The detections that users see.
        threshold: The operating threshold.
    """
    answered = products is not None
    found = products or Products()
    found = found.take(np.flatnonzero(found.finite))
    found = found.take(np.argsort(-found.scores, kind="stable"))
    ignored_truth = truth.excused
    overlap = overlaps(found.boxes, truth.boxes, truth.crowd)
    taken = match(overlap, ignored_truth, truth.crowd, IOU_THRESHOLDS[:1])[0]
    hit = taken >= 0
    ignored = np.zeros(len(taken), bool)
    ignored[hit] = ignored_truth[taken[hit]]
    unknown = truth.boxes[truth.unknown & ~ignored_truth]
    return ProductTally(
        scores=found.scores,
        true=hit & ~ignored,
        ignored=ignored,
        truths=int((~ignored_truth).sum()),
        unknown=len(unknown),
        misnamed=_with_one_of(shown.boxes, unknown),
        seen_as_unknown=_with_one_of(found.boxes[found.unknown_scores >= threshold], unknown),
        answered=answered,
    )


def _with_one_of(boxes: np.ndarray, truths: np.ndarray) -> int:
    """Return how many truths have one of the boxes at their place."""
    nowhere = np.zeros(len(truths), bool)
    taken = match(overlaps(boxes, truths, nowhere), nowhere, nowhere, IOU_THRESHOLDS[:1])[0]
    return int((taken >= 0).sum())


def product_metrics(tallies: Sequence[ProductTally]) -> dict[str, float | None]:
    """Return the metrics of all products by name, None where the photos do not tell one."""
    unknown = sum(each.unknown for each in tallies)
    metrics = {"unknown_misnamed": share_of(sum(each.misnamed for each in tallies), unknown)}
    answers = [each for each in tallies if each.answered]
    truths = sum(each.truths for each in answers)
    if not truths:
        return metrics
    scores, true, ignored = (
        np.concatenate(parts)
        for parts in zip(*[(each.scores, each.true, each.ignored) for each in answers], strict=True)
    )
    return {
        **metrics,
        "product_ap50": float(average_precision(scores, true[None], ignored[None], truths)[0]),
        "product_recall": _recall_at(scores[~ignored], true[~ignored], truths),
        "unknown_found": share_of(sum(each.seen_as_unknown for each in answers), unknown),
    }


def _recall_at(scores: np.ndarray, true: np.ndarray, truths: int) -> float:
    """Return the most products found by any score from which `PRECISION` of them are there."""
    hits = np.cumsum(true[np.argsort(-scores, kind="stable")])
    precise = hits >= PRECISION * np.arange(1, len(hits) + 1)
    return float(hits[precise].max(initial=0) / truths)

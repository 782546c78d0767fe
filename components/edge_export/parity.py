"""How far the phone's answers are those of the server."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.records.prediction import Box, Detection, PredictionRecord, count_products

# As in mAP@0.5. Where two candidate boxes of a product score alike, rounding decides which is kept,
# so a stricter overlap measures that toss-up; `Parity.mean_overlap` says how exact boxes are.
SAME_BOX_IOU = 0.5


@dataclass(frozen=True)
class Parity:
    """Comparison of two models on the same photos.

    Attributes:
        parity: Share of the server's detections that the phone gives too: same SKU, IoU at least
            `SAME_BOX_IOU`, whatever the score. 1 where the server gives none and the phone none.
        compared: Number of the server's detections compared.
        compared_from: Score from which they were compared: the operating threshold, or 0 where the
            server gives nothing above it.
        mean_overlap: Mean IoU of the boxes of detections that both give; 1 where there are none.
        max_score_difference: Largest difference of score among detections that both give.
        count_difference: Sum over photos and SKUs of the difference between the two counts at the
            operating threshold, as a share of the server's total count (of 1 where that is 0).
        photos: Photos compared.
        photos_with_other_counts: Photos on which the two count differently.
    """

    parity: float
    compared: int
    compared_from: float
    mean_overlap: float
    max_score_difference: float
    count_difference: float
    photos: int
    photos_with_other_counts: int


def compare(
    server: Sequence[PredictionRecord], phone: Sequence[PredictionRecord], threshold: float
) -> Parity:
    """Compare the records of two models, photo by photo, in the same order.

    Raises:
        ValueError: The records are of different photos.
    """
    if [each.photo for each in server] != [each.photo for each in phone]:
        raise ValueError("the records are of different photos")
    seen = [each for record in server for each in record.detections]
    compared_from = threshold if any(each.score >= threshold for each in seen) else 0.0
    compared, overlaps, differences = 0, [], [0.0]
    for ours, theirs in zip(server, phone, strict=True):
        wanted = [each for each in ours.detections if each.score >= compared_from]
        compared += len(wanted)
        for one, other in _matches(wanted, theirs.detections):
            overlaps.append(iou(one.box, other.box))
            differences.append(abs(one.score - other.score))
    off = [
        _count_difference(ours, theirs, threshold)
        for ours, theirs in zip(server, phone, strict=True)
    ]
    counted = sum(sum(count_products(each.detections, threshold).values()) for each in server)
    if compared:
        parity = len(overlaps) / compared
    else:
        parity = 0.0 if any(each.detections for each in phone) else 1.0
    return Parity(
        parity=parity,
        compared=compared,
        compared_from=compared_from,
        mean_overlap=sum(overlaps) / len(overlaps) if overlaps else 1.0,
        max_score_difference=max(differences),
        count_difference=sum(off) / max(1, counted),
        photos=len(server),
        photos_with_other_counts=sum(each > 0 for each in off),
    )


def _matches(
    wanted: Sequence[Detection], offered: Sequence[Detection]
) -> list[tuple[Detection, Detection]]:
    """Pair detections of one SKU, best first, each used once."""
    pairs, free = [], list(offered)
    for one in wanted:
        same = [each for each in free if each.sku == one.sku]
        best = max(same, key=lambda other: iou(one.box, other.box), default=None)
        if best is not None and iou(one.box, best.box) >= SAME_BOX_IOU:
            pairs.append((one, best))
            free.remove(best)
    return pairs


def _count_difference(ours: PredictionRecord, theirs: PredictionRecord, threshold: float) -> int:
    one = count_products(ours.detections, threshold)
    other = count_products(theirs.detections, threshold)
    return sum(abs(one.get(sku, 0) - other.get(sku, 0)) for sku in one.keys() | other.keys())


def iou(one: Box, other: Box) -> float:
    """Return intersection over union of two boxes, xmin ymin xmax ymax; 0 for boxes of no area."""
    a, b = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    overlap = np.prod(np.clip(np.minimum(a[2:], b[2:]) - np.maximum(a[:2], b[:2]), 0, None))
    union = np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - overlap
    return float(overlap / union) if union > 0 else 0.0

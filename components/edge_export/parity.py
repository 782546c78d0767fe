"""How far the phone's answers are those of the server."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from components.records.boxes import iou
from components.records.prediction import Detection, PredictionRecord, count_products

# As in mAP@0.5. Where two candidate boxes of a product score alike, rounding decides which is kept,
# so a stricter overlap would measure that rounding; `Parity.mean_overlap` says how exact boxes are.
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
        for one, other, overlap in _matches(wanted, theirs.detections):
            overlaps.append(overlap)
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
) -> list[tuple[Detection, Detection, float]]:
    """Pair detections of one SKU, best first, each used once; return them with their IoU."""
    overlap = iou(_boxes(wanted), _boxes(offered))
    pairs, free = [], list(range(len(offered)))
    for row, one in enumerate(wanted):
        same = [number for number in free if offered[number].sku == one.sku]
        best = max(same, key=lambda number: overlap[row, number], default=None)
        if best is not None and overlap[row, best] >= SAME_BOX_IOU:
            pairs.append((one, offered[best], float(overlap[row, best])))
            free.remove(best)
    return pairs


def _boxes(detections: Sequence[Detection]) -> np.ndarray:
    return np.array([each.box for each in detections], np.float64).reshape(-1, 4)


def _count_difference(ours: PredictionRecord, theirs: PredictionRecord, threshold: float) -> int:
    one = count_products(ours.detections, threshold)
    other = count_products(theirs.detections, threshold)
    return sum(abs(one.get(sku, 0) - other.get(sku, 0)) for sku in one.keys() | other.keys())

"""mAP@0.5 alone, for a training that must know which of its weights are the best.

The same figures as `DetectionMetrics` gives, without all else that it tells: what is not needed to
choose weights is no part of the Trainer's cache key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from components.metrics.average_precision import average_precisions
from components.metrics.matching import match_all
from components.metrics.photo_record import PhotoRecord
from components.records.boxes import overlaps

_IOU = np.array([0.5])


def mean_average_precisions(
    records: Sequence[PhotoRecord], new_skus: Collection[str]
) -> dict[str, float]:
    """Return `map50` and, where there are such products, `map50_seen` and `map50_new`.

    Args:
        records: Photos with boxes, and what a model found in them.
        new_skus: SKUs held out of training.
    """
    if not records:
        return {}
    columns = zip(*map(_matched, sorted(records, key=_source_id)), strict=True)
    skus, scores, true, ignored, truths = map(np.concatenate, columns)
    precisions = average_precisions(skus, scores, true[None], ignored[None], truths)
    subsets = {
        "map50": sorted(precisions),
        "map50_seen": [sku for sku in sorted(precisions) if sku not in new_skus],
        "map50_new": [sku for sku in sorted(precisions) if sku in new_skus],
    }
    return {
        name: float(np.mean([precisions[sku][0] for sku in of_subset]))
        for name, of_subset in subsets.items()
        if of_subset
    }


def _source_id(record: PhotoRecord) -> str:
    return record.photo.source_id


def _matched(record: PhotoRecord) -> tuple[np.ndarray, ...]:
    """Return SKU, score, true and ignored of each detection, and the SKUs of truths that count."""
    truth, found = record.photo.truth, record.detections
    found = found.take(np.flatnonzero(found.finite))
    found = found.take(np.argsort(-found.scores, kind="stable"))
    overlap = overlaps(found.boxes, truth.boxes, truth.crowd)
    taken = match_all(found, truth, overlap, truth.ignored, _IOU)[0]
    hit = taken >= 0
    ignored = np.zeros(len(taken), bool)
    ignored[hit] = truth.ignored[taken[hit]]
    return found.skus, found.scores, hit & ~ignored, ignored, truth.skus[~truth.ignored]

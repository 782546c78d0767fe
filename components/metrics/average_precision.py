"""Average precision, interpolated at 101 recalls as pycocotools does."""

import numpy as np

_RECALLS = np.linspace(0.0, 1.0, 101)


def average_precisions(
    skus: np.ndarray,
    scores: np.ndarray,
    true: np.ndarray,
    ignored: np.ndarray,
    truth_skus: np.ndarray,
) -> dict[str, np.ndarray]:
    """Return the average precisions, float64 `[K]`, of every SKU that has truths that count.

    Args:
        skus: `[n]` of all detections, photo after photo.
        scores: `[n]`.
        true: bool `[K, n]`, the detection takes a truth that counts.
        ignored: bool `[K, n]`, the detection is neither true nor false.
        truth_skus: `[T]` of the truths that count.
    """
    detections_of, truths_of = rows_by_name(skus), rows_by_name(truth_skus)
    nowhere = np.zeros(0, int)
    result = {}
    for sku, truths in truths_of.items():
        mine = detections_of.get(sku, nowhere)
        result[sku] = average_precision(scores[mine], true[:, mine], ignored[:, mine], len(truths))
    return result


def average_precision(
    scores: np.ndarray, true: np.ndarray, ignored: np.ndarray, truths: int
) -> np.ndarray:
    """Return the average precision of one SKU at every IoU threshold.

    Args:
        scores: `[n]` of all detections of the SKU, photo after photo. Equal scores keep this order.
        true: bool `[K, n]`, the detection takes a truth that counts.
        ignored: bool `[K, n]`, the detection is neither true nor false.
        truths: How many truths count; at least 1.

    Returns:
        float64 `[K]`, 0 to 1.
    """
    order = np.argsort(-scores, kind="mergesort")
    true, ignored = true[:, order], ignored[:, order]
    hits = np.cumsum(true, axis=1, dtype=float)
    misses = np.cumsum(~true & ~ignored, axis=1, dtype=float)
    recall = hits / truths
    precision = hits / (hits + misses + np.spacing(1))
    # The best precision at this recall or any larger one.
    envelope = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    result = np.zeros(len(true))
    for k in range(len(true)):
        where = np.searchsorted(recall[k], _RECALLS, side="left")
        reached = where < recall.shape[1]
        result[k] = envelope[k, where[reached]].sum() / len(_RECALLS)
    return result


def rows_by_name(names: np.ndarray) -> dict[str, np.ndarray]:
    """Return the ascending row numbers of each name."""
    distinct, which = np.unique(names, return_inverse=True)
    ends = np.cumsum(np.bincount(which, minlength=len(distinct)))
    # The last part, after the last end, is empty.
    parts = np.split(np.argsort(which, kind="stable"), ends)[:-1]
    return dict(zip(distinct, parts, strict=True))

"""Average precision of one SKU, interpolated at 101 recalls as pycocotools does."""

import numpy as np

_RECALLS = np.linspace(0.0, 1.0, 101)


def average_precision(
    scores: np.ndarray, true: np.ndarray, ignored: np.ndarray, truths: int
) -> np.ndarray:
    """Return the average precision at every threshold.

    Args:
        scores: [n] of all detections of the SKU, photo after photo. Equal scores keep this order.
        true: bool [K, n], the detection takes a truth that counts.
        ignored: bool [K, n], the detection is neither true nor false.
        truths: how many truths count; at least 1.

    Returns:
        float64 [K], 0 to 1.
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

"""COCO's matching of detections to truths, exactly as pycocotools does it.

Within one photo and one SKU, detections choose in order of score; each takes the free truth it
overlaps most, if by at least the threshold. Ignored truths are looked at last; a detection that
takes one is neither true nor false. A crowd can be taken any number of times, and its overlap is
the share of the *detection* that lies in it.
"""

from __future__ import annotations

import numpy as np

from components.metrics.photo_record import Detections, Flags, Truth

IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)

# pycocotools lets an overlap of exactly the threshold pass, and an IoU of 1 - 1e-10 count as 1.
_ALMOST_ONE = 1 - 1e-10


def match(
    overlap: np.ndarray,
    ignored: np.ndarray,
    crowd: np.ndarray,
    thresholds: np.ndarray = IOU_THRESHOLDS,
) -> np.ndarray:
    """Match the detections of one SKU in one photo at every IoU threshold.

    Args:
        overlap: `[D, T]` from `overlaps`, rows ordered best score first.
        ignored: bool `[T]`; must hold wherever `crowd` does.
        crowd: bool `[T]`.
        thresholds: `[K]`, ascending.

    Returns:
        int `[K, D]`: number of the truth that each detection takes, or -1.
    """
    taken_by = np.full((len(thresholds), len(overlap)), -1)
    last_ignored = np.argsort(ignored, kind="stable")
    near = overlap >= min(thresholds[0], _ALMOST_ONE)
    # Few detections come near any truth; only those need the loop.
    candidates = [
        (d, [(t, float(overlap[d, t])) for t in last_ignored if near[d, t]])
        for d in np.flatnonzero(near.any(axis=1))
    ]
    for k, threshold in enumerate(thresholds.tolist()):
        free = np.ones(len(ignored), dtype=bool)
        for d, truths in candidates:
            best, best_overlap = -1, min(threshold, _ALMOST_ONE)
            for t, value in truths:
                if not free[t]:
                    continue
                if best >= 0 and ignored[t] and not ignored[best]:
                    break
                if value >= best_overlap:
                    best, best_overlap = t, value
            if best >= 0:
                taken_by[k, d] = best
                free[best] = crowd[best]
    return taken_by


def match_all(
    detections: Detections,
    truth: Truth,
    overlap: np.ndarray,
    ignored: Flags,
    thresholds: np.ndarray = IOU_THRESHOLDS,
) -> np.ndarray:
    """Match every SKU of a photo. A product outside the catalogue is a truth of every SKU.

    Args:
        detections: D detections, best first.
        truth: T truths.
        overlap: `[D, T]` from `overlaps`.
        ignored: bool `[T]`, the truths that make a detection neither true nor false.
        thresholds: `[K]` IoUs, ascending.

    Returns:
        int `[K, D]`: number of the truth that each detection takes at each IoU threshold, or -1.
    """
    taken = np.full((len(thresholds), len(detections)), -1)
    unknown = truth.unknown
    for sku in set(detections.skus):
        of_sku = np.flatnonzero(detections.skus == sku)
        truths = np.flatnonzero((truth.skus == sku) | unknown)
        if len(truths):
            chosen = match(
                overlap[np.ix_(of_sku, truths)], ignored[truths], truth.crowd[truths], thresholds
            )
            taken[:, of_sku] = np.where(chosen >= 0, truths[chosen], -1)
    return taken

"""How much boxes overlap, in NumPy; `recogniser.geometry.iou` is the same in the model's graph."""

from __future__ import annotations

import numpy as np


def iou(boxes: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the intersection over union of each box with each other one.

    Args:
        boxes: Boxes, float `[D, 4]`: xmin, ymin, xmax, ymax in pixels, or in shares of a photo.
        others: Other boxes, float `[T, 4]`, likewise.

    Returns:
        float64 `[D, T]`, 0 to 1; 0 for boxes of no area.
    """
    return overlaps(boxes, others, np.zeros(len(others), bool))


def overlaps(boxes: np.ndarray, truths: np.ndarray, crowd: np.ndarray) -> np.ndarray:
    """Return how much each box overlaps each truth: IoU, or for a crowd its share of the box.

    Args:
        boxes: Boxes, float `[D, 4]`: xmin, ymin, xmax, ymax in pixels, or in shares of a photo.
        truths: What is true, float `[T, 4]`, likewise.
        crowd: Which truths cover a group, bool `[T]`.

    Returns:
        float64 `[D, T]`, 0 to 1.
    """
    corner = np.maximum(boxes[:, None, :2], truths[None, :, :2])
    opposite = np.minimum(boxes[:, None, 2:], truths[None, :, 2:])
    shared = np.prod(np.maximum(opposite - corner, 0), axis=2)
    of_boxes = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)[:, None]
    of_truths = np.prod(truths[:, 2:] - truths[:, :2], axis=1)[None, :]
    whole = np.where(crowd[None, :], of_boxes, of_boxes + of_truths - shared)
    return np.divide(shared, whole, out=np.zeros_like(shared), where=whole > 0)

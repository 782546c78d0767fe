"""Boxes as they are on another picture of the same flat thing."""

from __future__ import annotations

import numpy as np


def moved_boxes(homography: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Return the upright hulls of boxes that are seen from elsewhere.

    Args:
        homography: float `[3, 3]`: from pixels of the one picture to those of the other.
        boxes: float `[n, 4]`: xmin, ymin, xmax, ymax in pixels of the one.

    Returns:
        float64 `[n, 4]`, likewise, pixels of the other.
    """
    corners = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 2)
    points = np.column_stack([corners, np.ones(len(corners))]) @ homography.T
    quads = (points[:, :2] / points[:, 2:]).reshape(-1, 4, 2)
    return np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)

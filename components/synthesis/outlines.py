"""Outlines of products against the edge of a photo."""

from __future__ import annotations

import cv2
import numpy as np


def inside_photo(outline: np.ndarray, width: int, height: int) -> tuple[np.ndarray, float]:
    """Return the box of the part of an outline that a photo shows.

    Args:
        outline: float32 [p, 2] x and y in pixels; its convex hull counts.
        width: Of the photo, pixels.
        height: Of the photo, pixels.

    Returns:
        box: float32 [4] xmin, ymin, xmax, ymax. An outline wholly outside gives a box without area
            at the nearest edge.
        share: The part of the outline's area inside the photo, 0 to 1.
    """
    hull = cv2.convexHull(outline.astype(np.float32))
    area = float(cv2.contourArea(hull))
    photo = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    common, part = cv2.intersectConvexConvex(hull, photo) if area > 0 else (0.0, None)
    points = part.reshape(-1, 2) if common > 0 and part is not None else outline
    box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    box = np.clip(box, 0, [width, height, width, height]).astype(np.float32)
    return box, min(common / area, 1.0) if area > 0 else 0.0

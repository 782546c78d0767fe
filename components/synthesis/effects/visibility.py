"""How much of a product is seen: what its photo shows of it, and what nothing covers."""

from __future__ import annotations

import cv2
import numpy as np


def inside_photo(outline: np.ndarray, width: int, height: int) -> tuple[np.ndarray, float]:
    """Return the box of the part of an outline that a photo shows.

    Args:
        outline: float32 `[p, 2]` x and y in pixels; its convex hull counts.
        width: Of the photo, pixels.
        height: Of the photo, pixels.

    Returns:
        float32 `[4]` xmin, ymin, xmax, ymax, in pixels. An outline wholly outside gives a box
        without area at the nearest edge.
        The part of the outline's area inside the photo, 0 to 1.
    """
    hull = cv2.convexHull(outline.astype(np.float32))
    area = float(cv2.contourArea(hull))
    photo = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    common, part = cv2.intersectConvexConvex(hull, photo) if area > 0 else (0.0, None)
    points = part.reshape(-1, 2) if common > 0 and part is not None else outline
    box = np.concatenate([points.min(axis=0), points.max(axis=0)])
    box = np.clip(box, 0, [width, height, width, height]).astype(np.float32)
    return box, min(common / area, 1.0) if area > 0 else 0.0


def uncovered(outline: np.ndarray, box: np.ndarray, covered: np.ndarray) -> float:
    """Return the share of a product that nothing covers, of what the photo shows of it.

    Args:
        outline: float32 `[p, 2]` x and y in pixels.
        box: float32 `[4]` xmin, ymin, xmax, ymax of the part that the photo shows, in pixels.
        covered: uint8 `[H, W]`, not 0 where something is in front.
    """
    x0, y0 = (int(edge) for edge in np.floor(box[:2]))
    x1, y1 = (int(edge) for edge in np.ceil(box[2:]))
    if x1 <= x0 or y1 <= y0:
        return 0.0
    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
    # Pixel centres are half a pixel in; four fractional bits place them.
    corners = np.round((outline - [x0, y0] - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(inside, [corners], (1,), shift=4)
    free = np.count_nonzero(inside & (covered[y0:y1, x0:x1] == 0))
    return free / max(np.count_nonzero(inside), 1)

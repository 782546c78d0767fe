"""The other faces of a held pack: packs are boxes, and a packshot shows one side of them.

Who holds a pack aslant sees its flank or its lid next to a front that is narrower for it. Flank and
lid are no part of the product's box, which is the front's; they teach to find it between them.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from components.synthesis.effects import painting
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.planogram import Placed

_BOXY = 0.8
"""Share of its rectangle that a pack fills at least: bottles and tubs show no flank."""
_EDGE = 0.08
"""Share of the picture, at an edge, whose colours go on around the corner."""
_THINNEST = 3.0
"""Pixels of the canvas; thinner faces are not drawn."""
_RECEDES = 0.08
"""Share of its near edge by which a face's far edge is shorter, at either end."""
_GAIN = (0.5, 1.15)
"""Factor on the light of a face: light falls on no two faces alike."""

_PRINTED = 0.8
"""Share of faces with small print."""
_LINES = 16
"""Lines of it that a face has room for."""
_PATCHED = 0.5
"""Share of those with a patch of another colour, as a table or a barcode."""


class Face(NamedTuple):
    """A face of a pack.

    Attributes:
        picture: uint8 `[h, w, 3]` RGB.
        quad: Its corners on the canvas, float32 `[4, 2]`, clockwise from the upper left.
    """

    picture: np.ndarray
    quad: np.ndarray


def other_faces(
    rng: np.random.Generator, item: Placed, front: np.ndarray, depth: float
) -> list[Face]:
    """Return what is seen of a pack beside its front.

    Args:
        rng: Decides what is printed on them.
        item: The pack.
        front: Its picture's corners on the canvas, float32 `[4, 2]`, clockwise from the upper left.
        depth: Of the pack, as a multiple of its width.
    """
    alpha = item.cutout.rgba[..., 3] > 127
    if alpha.mean() < _BOXY:
        return []
    deep = item.height / item.cutout.aspect * depth
    faces = []
    # Of two opposite faces the nearer is seen.
    flank = "left" if item.yaw > 0 else "right"
    lid = "bottom" if item.pitch > 0 else "top"
    for turn, edge in ((item.yaw, flank), (item.pitch, lid)):
        reach = deep * float(np.sqrt(1 - (1 - abs(turn)) ** 2))
        if reach >= _THINNEST and _is_broad(alpha, edge):
            picture = _printed(rng, item.cutout, edge)
            faces.append(Face(picture, _beyond(front, alpha, edge, reach)))
    return faces


def _beyond(front: np.ndarray, alpha: np.ndarray, edge: str, reach: float) -> np.ndarray:
    """Return the corners of the face behind an edge of the front, clockwise from its upper left."""
    height, width = alpha.shape
    picture = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    to_canvas = cv2.getPerspectiveTransform(picture, front)
    first, last = _extent(alpha, edge)
    ends = {
        "left": [[0, first], [0, last]],
        "right": [[width, first], [width, last]],
        "top": [[first, 0], [last, 0]],
        "bottom": [[first, height], [last, height]],
    }[edge]
    one, other = cv2.perspectiveTransform(np.array([ends], np.float32), to_canvas)[0]
    across = (front[1] - front[0]) if edge in ("left", "right") else (front[3] - front[0])
    outwards = across / max(float(np.linalg.norm(across)), 1e-6) * reach
    if edge in ("left", "top"):
        outwards = -outwards
    shrunk = (other - one) * _RECEDES
    far_one, far_other = one + outwards + shrunk, other + outwards - shrunk
    corners = {
        "left": [far_one, one, other, far_other],
        "right": [one, far_one, far_other, other],
        "top": [far_one, far_other, other, one],
        "bottom": [one, other, far_other, far_one],
    }[edge]
    return np.array(corners, np.float32)


def _extent(alpha: np.ndarray, edge: str) -> tuple[int, int]:
    """Return from where to where the pack reaches along an edge: a gable's flank begins lower."""
    strip = _strip(alpha, edge)
    along = np.flatnonzero(strip.any(axis=1 if edge in ("left", "right") else 0))
    return int(along[0]), int(along[-1]) + 1


def _is_broad(alpha: np.ndarray, edge: str) -> bool:
    """Whether a face begins at an edge: above a carton's cap there is none."""
    if not _strip(alpha, edge).any():
        return False  # of a tiny packshot, the soft rim only
    first, last = _extent(alpha, edge)
    return last - first > alpha.shape[edge in ("top", "bottom")] / 2


def _strip(picture: np.ndarray, edge: str) -> np.ndarray:
    rows, columns = (max(round(side * _EDGE), 1) for side in picture.shape[:2])
    return {
        "left": picture[:, :columns],
        "right": picture[:, -columns:],
        "top": picture[:rows],
        "bottom": picture[-rows:],
    }[edge]


def _printed(rng: np.random.Generator, cutout: Cutout, edge: str) -> np.ndarray:
    """Return a picture for a face: the colour around the corner, with or without print."""
    strip = _strip(cutout.rgba, edge)
    base = np.median(strip[strip[..., 3] > 127][:, :3], axis=0)
    face = np.full((160, 96, 3), base, np.float32)
    if rng.random() < _PRINTED:
        _text(rng, face, base)
    return np.clip(face * float(rng.uniform(*_GAIN)), 0, 255).astype(np.uint8)


def _text(rng: np.random.Generator, face: np.ndarray, base: np.ndarray) -> None:
    """Print lines of small print, and a patch of another colour now and then, in place."""
    height, width = face.shape[:2]
    if rng.random() < _PATCHED:
        x0, y0 = int(rng.integers(0, width // 2)), int(rng.integers(0, height // 2))
        size = rng.uniform(0.2, 0.6, 2) * (width, height)
        patch = painting.random_colour(rng, (0.1, 0.9), (0.3, 1.0))
        face[y0 : y0 + int(size[1]), x0 : x0 + int(size[0])] = patch
    ink = base * 0.35 if base.mean() > 110 else base * 0.35 + 160
    pitch = height // _LINES
    first, last = sorted(int(row) for row in rng.integers(1, _LINES, 2))
    for row in range(first, last):
        begin, end = int(width * 0.1), int(width * float(rng.uniform(0.4, 0.92)))
        face[row * pitch : row * pitch + max(pitch // 3, 1), begin:end] = ink

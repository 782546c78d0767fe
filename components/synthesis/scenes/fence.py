"""What keeps bags and bottles on their board: wire fences, and lips of clear plastic."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.effects import painting
from components.synthesis.effects.occluders import Overlay
from components.synthesis.scenes.canvas import Canvas
from components.synthesis.scenes.planogram import Row

_CLEAR = 0.4
"""Share of clear lips; the others are of wire."""

# Shares of the facing.
_HEIGHT = (0.12, 0.45)
_PITCH = (0.07, 0.3)
"""From one upright wire to the next."""
_THICK = (0.008, 0.02)

_STEEL = ((0.0, 0.08), (0.35, 0.98))
"""Saturation and value of wire."""
_CLOUDED = (10, 60)
"""How much of what is behind a clear lip its plastic covers, of 255."""
_EDGE = 150
"""The same of its upper edge."""
_GLEAM = (20, 110)
"""The same of a reflection on it."""


def fence(canvas: Canvas, rng: np.random.Generator, row: Row, facing: float) -> None:
    """Put a fence in front of the products of a row, in place.

    Args:
        canvas: What is painted on.
        rng: Decides everything.
        row: The board.
        facing: Usual height of a product, pixels of the canvas.
    """
    tall = round(facing * float(rng.uniform(*_HEIGHT)))
    top, foot = max(round(row.board) - tall, 0), min(round(row.board), canvas.height)
    if foot - top < 3:
        return
    thick = max(round(facing * float(rng.uniform(*_THICK))), 1)
    size = (foot - top, canvas.width)
    mask = np.zeros(size, np.uint8)
    if rng.random() < _CLEAR:
        mask[:] = int(rng.integers(*_CLOUDED))
        for _ in range(int(rng.integers(0, 4))):
            x, wide = int(rng.integers(canvas.width)), int(rng.integers(thick, tall * 2))
            lean = int(rng.normal(0, tall / 2))
            gleam = np.array([[x, 0], [x + wide, 0], [x + wide + lean, tall], [x + lean, tall]])
            cv2.fillConvexPoly(mask, gleam.astype(np.int32), (int(rng.integers(*_GLEAM)),))
        mask[:thick] = _EDGE
        colour = np.full((*size, 3), 245, np.uint8)
    else:
        pitch = max(round(facing * float(rng.uniform(*_PITCH))), thick * 4)
        across = (np.arange(canvas.width) + int(rng.integers(pitch))) % pitch
        colour = np.empty((*size, 3), np.uint8)
        colour[:] = painting.random_colour(rng, *_STEEL)
        mask[:, across < thick] = 255
        colour[:, across == thick - 1] //= 2  # the side away from the lamp
        for y in np.linspace(0, foot - top - thick, int(rng.integers(2, 4))).astype(int):
            mask[y : y + thick] = 255
    canvas.lay(Overlay(colour, mask, 0, top))

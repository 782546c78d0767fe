"""Painting a shelf onto the canvas: boards, products, price rails, and the light on them."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from components.synthesis.effects import camera, painting
from components.synthesis.scenes import backdrop
from components.synthesis.scenes.canvas import Canvas
from components.synthesis.scenes.fence import fence
from components.synthesis.scenes.planogram import Row, Stock, fill_row, plan_rows

_COLOURED_SHELVES = 0.25
"""Share of shelves with coloured boards; the others are of grey or white metal."""
_BOARD_SHADE = (0.45, 0.85)
"""Light on the upper side of a board, at its back and at its front edge."""

# Price tags. Sizes and distances are multiples of the rail's height.
_TAGGED = (0.3, 1.0)
"""Share of the places for a tag that have one, per shelf."""
_TAG_HEIGHT = (0.65, 1.0)
_TAG_WIDTH = (1.3, 2.2)  # as a multiple of the tag's height
_TAG_DISTANCE = (1, 7)
_RAISED_TAGS = 0.06
"""Share of tags that stick up from the rail, in front of products."""
_RAISED_BY = (0.3, 1.2)

# Lamps.
_UNDER_BOARD_DARKER = (0.15, 0.6)
"""Share of the light that is missing right under a board."""
_UNDER_BOARD_REACH = (0.15, 0.5)
"""Share of the distance to the next board over which that fades."""
_UNEVEN_LIGHT = (0.82, 1.12)
"""Factor on the light from place to place."""


def paint_shelf(canvas: Canvas, rng: np.random.Generator, facing: float, stock: Stock) -> None:
    """Fill the canvas with a shelf, in place.

    Args:
        canvas: What is painted on.
        rng: Decides everything.
        facing: Usual height of a product, pixels of the canvas.
        stock: Hands out the products.
    """
    metal = painting.random_colour(rng, (0.0, 0.12), (0.3, 0.97))
    if rng.random() < _COLOURED_SHELVES:
        metal = painting.random_colour(rng, (0.2, 0.8), (0.2, 0.9))
    rows = plan_rows(rng, canvas.height, facing)
    tagged = float(rng.uniform(*_TAGGED))
    for row in rows:
        _paint_board(canvas, row, metal)
        for item in fill_row(rng, row, canvas.width, facing, stock, canvas.settings):
            canvas.put(item)
        if canvas.settings.fenced_share and rng.random() < canvas.settings.fenced_share:
            fence(canvas, rng, row, facing)
        _paint_rail(canvas, rng, row, metal, tagged)
    canvas.pixels = camera.scale_light(canvas.pixels, _light(rng, canvas, rows))


def _paint_board(canvas: Canvas, row: Row, metal: painting.Colour) -> None:
    top = max(round(row.board - row.depth * 1.3), 0)
    bottom = min(max(round(row.board + 1), 0), canvas.height)
    if bottom > top:
        shade = np.linspace(*_BOARD_SHADE, bottom - top)[:, None, None]
        canvas.pixels[top:bottom] = (np.array(metal) * shade).astype(np.uint8)


def _paint_rail(
    canvas: Canvas, rng: np.random.Generator, row: Row, metal: painting.Colour, tagged: float
) -> None:
    top, thick = round(row.board), round(row.rail)
    backdrop.rail(canvas.pixels, top, thick, metal)
    canvas.owner[max(top, 0) : max(top + thick, 0)] = 0
    height = round(thick * float(rng.uniform(*_TAG_HEIGHT)))
    x = int(rng.integers(0, 4 * thick))
    while x < canvas.width and top < canvas.height:
        width = round(height * float(rng.uniform(*_TAG_WIDTH)))
        if rng.random() < tagged:
            raised = 0
            if rng.random() < _RAISED_TAGS:
                raised = round(thick * float(rng.uniform(*_RAISED_BY)))
            corner = (x, top + (thick - height) // 2 - raised)
            x0, y0, x1, y1 = painting.price_tag(
                canvas.pixels, rng, corner, (width, height + raised)
            )
            canvas.owner[max(y0, 0) : max(y1, 0), max(x0, 0) : max(x1, 0)] = 0
        x += width + int(rng.integers(_TAG_DISTANCE[0] * thick, _TAG_DISTANCE[1] * thick))


def _light(rng: np.random.Generator, canvas: Canvas, rows: Sequence[Row]) -> np.ndarray:
    """Return the light on the canvas, float32 `[H, W]`: dark under boards, and uneven."""
    down = np.ones(canvas.height, np.float32)
    missing = float(rng.uniform(*_UNDER_BOARD_DARKER))
    reach = float(rng.uniform(*_UNDER_BOARD_REACH))
    for row in rows:
        y0, y1 = max(round(row.top), 0), min(round(row.board), canvas.height)
        if y1 > y0:
            below = (np.arange(y0, y1) - row.top) / (row.board - row.top)
            down[y0:y1] = 1 - missing * np.exp(-below / reach)
    coarse = rng.uniform(*_UNEVEN_LIGHT, (3, 4)).astype(np.float32)
    uneven = cv2.resize(coarse, (canvas.width, canvas.height), interpolation=cv2.INTER_LINEAR)
    return uneven * down[:, None]

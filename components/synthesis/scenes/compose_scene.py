"""Composing one photo of a shelf out of packshots, with exact boxes and hidden shares."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from components.synthesis.effects import occluders
from components.synthesis.scenes.canvas import Canvas
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.held_pack import hold
from components.synthesis.scenes.planogram import Stock
from components.synthesis.scenes.scene import Scene
from components.synthesis.scenes.settings import SceneSettings
from components.synthesis.scenes.shelf import paint_shelf

# Photos of a held pack, with a shelf or another wall behind it.
_BEHIND_HELD = (0.15, 0.45)
"""Height of a facing on the shelf behind, as a share of the photo's height."""
_SHELF_BEHIND_HELD = 0.6
"""Share of them with a shelf behind."""
_BACKGROUND_BLURRED = 0.6
"""Share of them whose background is out of focus."""
_BACKGROUND_BLUR = (1.0, 4.0)
"""Standard deviation of that blur, pixels of the canvas."""

# What is in front of a shelf.
_MOST_OCCLUDERS = 3
_OCCLUDER_SIZE = (0.3, 0.8)
"""Its width, as a share of the facing's height."""
_OCCLUDER_LIMITS = (18, 130)
"""Its smallest and largest width, pixels of the canvas."""


def compose_scene(
    rng: np.random.Generator,
    cutouts: Sequence[Cutout],
    settings: SceneSettings,
    distractors: Sequence[Cutout] = (),
) -> Scene:
    """Compose one photo.

    Args:
        rng: Decides everything; the same state gives the same bytes.
        cutouts: Products of the catalogue. None at all gives a negative: a shelf that is empty or
            holds distractors only.
        settings: What the photo looks like and how hard it is.
        distractors: Products outside the catalogue; their SKUs say what they are annotated as.
    """
    canvas = Canvas(rng, settings)
    stock = Stock(cutouts, distractors, settings)
    handheld = len(cutouts) > 0 and rng.random() < settings.handheld_share
    # Evenly drawn over orders of magnitude: as many photos from near as from afar.
    facing = float(np.exp(rng.uniform(np.log(settings.min_facing), np.log(settings.max_facing))))
    if handheld:
        facing = float(rng.uniform(*_BEHIND_HELD)) * settings.photo_height
    if not handheld or rng.random() < _SHELF_BEHIND_HELD:
        paint_shelf(canvas, rng, facing, stock)
    if handheld:
        if rng.random() < _BACKGROUND_BLURRED:
            sigma = float(rng.uniform(*_BACKGROUND_BLUR))
            canvas.pixels = cv2.GaussianBlur(canvas.pixels, (0, 0), sigma)
            canvas.out_of_focus = canvas.count
        hold(canvas, rng, cutouts[int(rng.integers(len(cutouts)))], stock.forms)
    elif rng.random() < settings.occlusion:
        _occlude(canvas, rng, facing)
    return canvas.photograph(rng)


def _occlude(canvas: Canvas, rng: np.random.Generator, facing: float) -> None:
    """Put hands, signs or somebody's shoulder in front of the shelf."""
    for _ in range(int(rng.integers(1, _MOST_OCCLUDERS + 1))):
        size = float(np.clip(facing * rng.uniform(*_OCCLUDER_SIZE), *_OCCLUDER_LIMITS))
        canvas.lay(occluders.random_overlay(rng, canvas.shape, size))

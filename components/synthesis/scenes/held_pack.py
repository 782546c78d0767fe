"""Holding one pack in front of everything, as people do who photograph a single product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from components.synthesis.effects import occluders
from components.synthesis.scenes.canvas import Canvas
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.faces import other_faces
from components.synthesis.scenes.forms import Forms
from components.synthesis.scenes.planogram import Placed
from components.synthesis.scenes.pose import corners_of

# The pack, as shares of the photo's height and width.
_HEIGHT = (0.45, 0.92)
_OFF_MIDDLE = (0.12, 0.06)
"""Standard deviation of its distance from the middle, across and down."""
_GAIN = (0.85, 1.1)
"""Factor on its light."""
_LEAST_DEPTH = 0.25
"""Depth of the flattest pack, as a share of the deepest: `SceneSettings.depth`."""

# The hand, as multiples of the pack's width and height.
_WITH_HAND = 0.75
"""Share of held packs whose hand is seen in front; other hands are behind."""
_PALM_ASIDE = (0.45, 0.75)
"""From the pack's middle, across: a little of the pack is covered."""
_PALM_UP = (0.0, 0.4)
"""From the pack's foot."""
_PALM_WIDTH = (0.3, 0.5)
_HAND_TURN = (-0.2, 1.0)
"""How far the fingers point up from the level, radians."""


def hold(canvas: Canvas, rng: np.random.Generator, cutout: Cutout, forms: Forms) -> None:
    """Paint a held pack and, mostly, the hand that holds it, in place."""
    settings = canvas.settings
    height = float(rng.uniform(*_HEIGHT)) * settings.photo_height
    if cutout.aspect < 1:
        height *= cutout.aspect
    width = height / cutout.aspect
    aside, down = _OFF_MIDDLE
    x = canvas.width / 2 - width / 2 + float(rng.normal(0, aside)) * settings.photo_width
    foot = canvas.height / 2 + height / 2 + float(rng.normal(0, down)) * settings.photo_height
    lean = float(rng.normal(0, settings.lean))
    yaw = float(rng.uniform(0, settings.yaw))
    pitch = float(rng.uniform(-1, 1)) * settings.pitch if settings.pitch else 0.0
    gain = float(rng.uniform(*_GAIN))
    form = forms.next(rng, cutout)
    item = Placed(cutout, x, foot, height, yaw, lean, gain, pitch=pitch, form=form)
    if settings.depth and form is None:
        item = replace(item, yaw=yaw if rng.random() < 0.5 else -yaw)
        depth = settings.depth * float(rng.uniform(_LEAST_DEPTH, 1))
        for face in other_faces(rng, item, corners_of(item), depth):
            canvas.cover(face, item.gain)
    canvas.put(item, standing=False)
    if rng.random() < _WITH_HAND:
        side = 1 if rng.random() < 0.5 else -1
        palm = (
            x + width / 2 + side * width * float(rng.uniform(*_PALM_ASIDE)),
            foot - height * float(rng.uniform(*_PALM_UP)),
        )
        angle = np.pi * (side > 0) + side * float(rng.uniform(*_HAND_TURN))
        size = width * float(rng.uniform(*_PALM_WIDTH))
        canvas.lay(occluders.hand(rng, canvas.shape, palm, size, angle))

"""How a product's picture lies on the canvas: turned, tipped and leaning, in mild perspective."""

from __future__ import annotations

import numpy as np

from components.synthesis.scenes.planogram import Placed

# An edge that is further away looks shorter. Shares, at the most that a pack can be turned.
_FAR_SIDE_SHORTER = 0.12
"""Share of the height by which the top of a pack's far side is lower."""
_FAR_FOOT_HIGHER = 0.4
"""How far its foot is higher, as a share of that: the camera looks at feet from above."""
_FAR_END_NARROWER = 0.25
"""Share of the width by which the far end of a tipped pack is narrower, on either side."""


def corners_of(item: Placed) -> np.ndarray:
    """Return the corners on the canvas of a product's picture, float32 `[4, 2]`, clockwise."""
    width = item.height / item.cutout.aspect * (1 - abs(item.yaw))
    left, right = (item.height * _FAR_SIDE_SHORTER * max(yaw, 0) for yaw in (-item.yaw, item.yaw))
    head = item.height * abs(item.pitch)
    near, far = (width * max(pitch, 0) * _FAR_END_NARROWER for pitch in (item.pitch, -item.pitch))
    quad = np.array(
        [
            [near, head + left],
            [width - near, head + right],
            [width - far, item.height - right * _FAR_FOOT_HIGHER],
            [far, item.height - left * _FAR_FOOT_HIGHER],
        ],
        np.float32,
    )
    lean, shift = item.lean, 0.0
    if item.form is not None:
        lean, shift = lean + item.form.lean, item.form.shift * item.height
    angle = np.deg2rad(lean)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    foot = np.array([width / 2, item.height])
    quad = (quad - foot) @ turn.T + foot + np.array([item.x + shift, item.foot - item.height])
    return quad.astype(np.float32)

"""Bottles, jars, cans and tubs: a packshot as the front of something round."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from components.synthesis.scenes.film import lit

_EDGE_GAIN = (0.35, 0.75)
"""Light at the sides, as a share of that on the front."""
_BREADTH = (0.03, 0.16)
"""Standard deviation of a gleam, radians around the pack."""
_ASIDE = (0.3, 1.1)
"""How far from the front the gleams are, radians."""
_LID_GAIN = (0.75, 1.2)
_RIM = 0.12
"""Breadth of a lid's darker rim, as a share of the lid."""
_LID_STRIP = 0.06
"""Share of the packshot, at its top, that has the lid's colour."""


@dataclass(frozen=True)
class RoundLook:
    """What all round packs of a product share.

    Attributes:
        wraps: Whether the packshot is a flat label that runs on around the sides, rather than a
            photo of the round pack.
        rise: Height of the ellipse of its rim, as a share of its width; less than 0 from below.
        edge: Light at its sides.
        gloss: Most white of a gleam, 0 to 1: from paper to glass and shrink-wrap.
    """

    wraps: bool
    rise: float
    edge: float
    gloss: float


def random_round(rng: np.random.Generator, silhouette: bool, tub: bool) -> RoundLook:
    """Return a look.

    Args:
        rng: Decides it.
        silhouette: Whether the packshot has an outline of its own, which then stays.
        tub: Whether it may be seen from well above.
    """
    rise = 0.0
    if not silhouette:
        low, high = (0.03, 0.22) if tub else (-0.05, 0.08)
        rise = float(rng.uniform(low, high))
    gloss = float(rng.uniform(0.15, 0.85)) if rng.random() < 0.8 else 0.0
    return RoundLook(not silhouette, rise, float(rng.uniform(*_EDGE_GAIN)), gloss)


def rounded(rng: np.random.Generator, rgba: np.ndarray, look: RoundLook, turn: float) -> np.ndarray:
    """Return a round pack with the print of a picture, uint8 `[H, W, 4]` both.

    Args:
        rng: Decides the light on this one pack.
        rgba: The picture.
        look: Of the product.
        turn: By which the pack is turned around itself, radians.
    """
    height, width = rgba.shape[:2]
    middle, half = _axis(rgba[..., 3])
    columns = np.arange(width, dtype=np.float32)[None]
    across = np.clip((columns - middle) / half, -1, 1)
    angle = np.arcsin(across)
    shown = angle + np.float32(turn)
    print_ = shown * np.float32(2 / np.pi) if look.wraps else np.sin(shown)
    # Past the edge of the print it runs on mirrored: nobody has seen the back.
    print_ = 1 - np.abs((print_ + 1) % 4 - 2) if look.wraps else print_
    reach = abs(look.rise) * width / 2
    drop = reach * np.sqrt(1 - across**2) * np.sign(look.rise)
    rows = np.arange(height, dtype=np.float32)[:, None]
    body = max(height - (2 * reach if look.rise > 0 else reach), 1.0)
    down = (rows - reach - drop) * np.float32(height / body)
    # Clear of the transparent edge; a silhouette's own edge stays as it is.
    x = (middle + np.clip(print_, -0.97, 0.97) * half).astype(np.float32)
    pack = cv2.remap(
        rgba,
        np.broadcast_to(x, (height, width)),
        np.broadcast_to(np.clip(down, 0, height - 1), (height, width)).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    if look.wraps:
        inside = (down > -0.5) & (down < height - 0.5)
        pack[..., 3] = rgba[..., 3] * inside
        if look.rise > 0:
            _lay_lid(rng, pack, rgba, (rows - reach) / max(reach, 1.0), across)
    else:
        pack[..., 3] = rgba[..., 3]
    light = float(rng.uniform(-0.5, 0.5))
    gain = look.edge + (1.08 - look.edge) * np.clip(np.cos(angle - light), 0, 1)
    return lit(pack, *_on(pack, gain, look.gloss * _gleams(rng, angle)))


def _axis(alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the middle and half the width of each row of a silhouette, float32 `[H, 1]`."""
    solid = alpha > 127
    width = alpha.shape[1]
    left = np.argmax(solid, axis=1)
    right = width - np.argmax(solid[:, ::-1], axis=1)
    empty = ~solid.any(axis=1)
    left[empty], right[empty] = 0, width
    sides = np.stack([left, right], axis=1).astype(np.float32)
    sides = cv2.blur(sides, (1, max(len(sides) // 40, 1)))
    middle = sides.mean(axis=1, keepdims=True) - np.float32(0.5)
    half = np.maximum(sides[:, 1:] - sides[:, :1], 2) / 2
    return middle, half


def _gleams(rng: np.random.Generator, angle: np.ndarray) -> np.ndarray:
    """Return two upright reflections of lamps, 0 to 1, of the shape of `angle`."""
    places = rng.uniform(*_ASIDE, 2) * (-1, 1)
    powers = rng.permutation([1.0, float(rng.uniform(0, 0.7))])
    breadths = rng.uniform(*_BREADTH, 2)
    gleam = np.zeros_like(angle)
    for place, power, breadth in zip(places, powers, breadths, strict=True):
        gleam += power * np.exp(-0.5 * ((angle - place) / breadth) ** 2)
    return np.minimum(gleam, 1)


def _lay_lid(
    rng: np.random.Generator,
    pack: np.ndarray,
    rgba: np.ndarray,
    down: np.ndarray,
    across: np.ndarray,
) -> None:
    """Paint the lid, in place: an ellipse of the colour that the packshot has at its top."""
    distance = down**2 + across**2
    strip = rgba[: max(round(len(rgba) * _LID_STRIP), 1)]
    solid = strip[strip[..., 3] > 127]
    colour = np.median(solid[:, :3], axis=0) if len(solid) else np.full(3, 230.0)
    colour = np.clip(colour * float(rng.uniform(*_LID_GAIN)), 0, 255)
    pack[distance < 1] = (*colour.astype(int), 255)
    rim = (distance < 1) & (distance > (1 - _RIM) ** 2)
    pack[rim] = (*(colour * 0.75).astype(int), 255)


def _on(pack: np.ndarray, *fields: np.ndarray) -> list[np.ndarray]:
    shape = pack.shape[:2]
    return [
        np.ascontiguousarray(np.broadcast_to(field, shape), dtype=np.float32) for field in fields
    ]

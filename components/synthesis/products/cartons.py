"""Cartons: bricks, boxes and gable tops, seen a little from the side."""

from __future__ import annotations

import numpy as np

from components.synthesis.products.antialiased import ellipse, line
from components.synthesis.products.artwork import front_art, side_art
from components.synthesis.products.colours import Colour, hsv, mix
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.pack_picture import FACE, PackPicture, fold, shaded, shape_rng


def carton(family: Family, variant: Variant) -> PackPicture:
    """Return a carton: its front and, mostly, one flank."""
    rng = shape_rng(family)
    gable = family.shape == "gable"
    height = FACE if not gable else round(FACE * 0.84)
    width = round(height / family.aspect)
    depth = round(
        width * float(rng.choice([0.0, rng.uniform(0.15, 0.55), rng.uniform(0.15, 0.55)]))
    )
    tilt = height * float(rng.uniform(0.0, 0.025))
    lean = height * float(rng.uniform(0.01, 0.05)) * depth / max(width, 1)
    top, margin = round(FACE * 0.3), 40
    picture = PackPicture(
        np.zeros((FACE + top + margin, width + depth + 2 * margin, 3), np.uint8),
        np.zeros((FACE + top + margin, width + depth + 2 * margin), np.uint8),
    )
    # A pack turned the other way is drawn mirrored, from mirrored artwork, and flipped at the end.
    mirrored = rng.random() < 0.5
    turn = -1 if mirrored else 1
    front = front_art(family, variant, width, height)[:, ::turn]
    shared = margin + depth
    front_quad = np.array(
        [
            [shared, top],
            [shared + width, top + tilt],
            [shared + width, top + height - tilt * 0.7],
            [shared, top + height],
        ]
    )
    side_quad = np.array(
        [
            [margin, top + lean * 2],
            [shared, top],
            [shared, top + height],
            [margin, top + height - lean * 2.2],
        ]
    )
    if depth:
        side = side_art(family, variant, max(depth * 2, 60), height)[:, ::turn]
        fold(picture, shaded(side, 0.66, 0.8), side_quad)
    fold(
        picture,
        shaded(front, 1.0, float(rng.uniform(0.86, 1.0)), float(rng.uniform(0.9, 1.0))),
        front_quad,
    )
    if gable:
        _gable_roof(picture, family, variant, front, front_quad, side_quad, depth, rng)
    elif rng.random() < 0.25 and family.shape == "brick":
        place = (shared + width * float(rng.uniform(0.3, 0.7)), top)
        _cap(picture, place, width * 0.16, FACE * 0.05, variant.accent)
    if mirrored:
        return PackPicture(picture.colour[:, ::-1].copy(), picture.alpha[:, ::-1].copy())
    return picture


def _gable_roof(
    picture: PackPicture, family: Family, variant: Variant, front: np.ndarray,
    front_quad: np.ndarray, side_quad: np.ndarray, depth: int, rng: np.random.Generator,
) -> None:  # fmt: skip
    rise = FACE * float(rng.uniform(0.08, 0.13))
    fin = FACE * float(rng.uniform(0.03, 0.045))
    back = np.array([-depth * 0.5, -rise])
    ridge_left, ridge_right = front_quad[0] + back, front_quad[1] + back
    tint = (
        variant.accent
        if rng.random() < 0.35
        else mix(family.base, family.second, float(rng.choice([0, 0, 0.8])))
    )
    roof = np.empty((60, front.shape[1], 3), np.uint8)
    roof[:] = tint
    if rng.random() < 0.5:
        roof[30:] = front[:30]
    if depth:
        flank = np.array([side_quad[0], ridge_left, front_quad[0], front_quad[0]])
        fold(picture, shaded(roof, 0.6, 0.75), flank)
    fold(
        picture,
        shaded(roof, 1.02, 0.95),
        np.array([ridge_left, ridge_right, front_quad[1], front_quad[0]]),
    )
    up = np.array([0, -fin])
    fold(
        picture,
        shaded(roof, 0.92, 0.9),
        np.array([ridge_left + up, ridge_right + up, ridge_right, ridge_left]),
    )
    if rng.random() < 0.75:
        place = (front_quad[0] + front_quad[1] + ridge_left + ridge_right) / 4
        colour = variant.accent if rng.random() < 0.5 else hsv(0.6, 0.02, 0.95)
        _cap(
            picture, (float(place[0]), float(place[1])), front.shape[1] * 0.17, FACE * 0.05, colour
        )


def _cap(
    picture: PackPicture, place: tuple[float, float], radius: float, height: float, colour: Colour
) -> None:
    x, y = round(place[0]), round(place[1])
    axes = (radius, max(radius * 0.38, 1))
    shade = mix(colour, (20, 20, 20), 0.22)
    for step in range(round(height), -1, -1):
        centre = (x, y - round(height) + step)
        ellipse(picture.colour, centre, axes, shade)
        ellipse(picture.alpha, centre, axes, (255,))
    for rib in range(-3, 4):
        at = x + round(radius * rib / 3.6)
        line(picture.colour, (at, y - round(height)), (at, y), mix(colour, (10, 10, 10), 0.35))
    ellipse(picture.colour, (x, y - round(height)), axes, mix(colour, (255, 255, 255), 0.15))

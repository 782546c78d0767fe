"""What gets between camera and shelf: hands, promotion signs, shoppers, other packs, rails.

All of it is drawn, never cut out of a photo: a product of the catalogue without a box would teach
to overlook it. `KINDS` holds everything by name; to add an occluder, draw an `Overlay` and name it
there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import cv2
import numpy as np

from components.synthesis.effects import painting


class Overlay(NamedTuple):
    """A picture to lay over another.

    Attributes:
        colour: uint8 `[h, w, 3]` RGB.
        mask: uint8 `[h, w]`, how much it covers, 255 being all.
        x: Column of the upper left corner; the overlay never sticks out to the left.
        y: Row of the upper left corner; the overlay never sticks out to the top.
    """

    colour: np.ndarray
    mask: np.ndarray
    x: int
    y: int


USUAL_KINDS = {"hand": 0.35, "sign": 0.25, "pack": 0.2, "rail": 0.1, "shoulder": 0.1}
"""What is usually in front of a shelf, and how likely each is."""

_SIGN_WORDS = ("-20%", "SALE", "2 FOR 1", "NEW", "ECO", "-50%", "OFFER")
_PACK_WORDS = ("PURE", "Daily", "MAXX", "Bio", "Home", "Top")

_PACK_TILT = 8.0
"""Standard deviation of a pack's rotation, degrees."""
_RAIL_SLANT = 0.04
"""Standard deviation of a rail's slant: rise over half the picture, as a share of its width."""
_HAND_TURN = 0.5
"""Standard deviation of a hand's direction, radians: shoppers reach in from below."""

_LIGHTEST_SKIN: painting.Colour = (236, 188, 160)
_SKIN_GAIN = (0.32, 1.0)
"""Factor on it, from the darkest skin to the lightest."""
_SLEEVED = 0.12
"""Share of hands in a glove, with sleeves."""


def random_overlay(
    rng: np.random.Generator,
    shape: tuple[int, int],
    size: float,
    kinds: Mapping[str, float] = USUAL_KINDS,
    centre: tuple[float, float] | None = None,
) -> Overlay | None:
    """Return something to put in front of a picture, or None where it happens to lie outside.

    Args:
        rng: Decides what is left open.
        shape: H and W of the picture below.
        size: About how wide it is, pixels.
        kinds: Names of `KINDS`, and how likely each is; these sum to 1.
        centre: Its middle, x and y; anywhere if None.
    """
    height, width = shape
    anywhere = (float(rng.uniform(0.1, 0.9)) * width, float(rng.uniform(0.1, 0.9)) * height)
    chosen = int(np.searchsorted(np.cumsum(list(kinds.values())), rng.random(), side="right"))
    kind = list(kinds)[min(chosen, len(kinds) - 1)]
    return KINDS[kind](rng, shape, centre or anywhere, size)


def hand(
    rng: np.random.Generator,
    shape: tuple[int, int],
    palm: tuple[float, float],
    size: float,
    angle: float,
) -> Overlay | None:
    """Return a hand with its forearm.

    Args:
        rng: Decides pose and skin.
        shape: H and W of the picture below.
        palm: Centre of the palm, x and y.
        size: Width of the palm.
        angle: Direction in which the fingers point, radians.
    """
    mask: np.ndarray = np.zeros(shape, np.uint8)
    along = np.array([np.cos(angle), np.sin(angle)])
    across = np.array([-along[1], along[0]])
    middle = np.array(palm)
    _limb(mask, middle - along * size * 14, middle, size * 0.95, 0.85)
    _limb(mask, middle - along * size * 0.2, middle + along * size * 0.35, size, 0.95)
    for finger in range(4):
        root = middle + along * size * 0.4 + across * size * (finger - 1.5) * 0.26
        spread = across * (finger - 1.5) * rng.uniform(0.02, 0.16)
        tip = root + (along + spread) * size * rng.uniform(0.45, 0.95)
        _limb(mask, root, tip, size * 0.25, 0.8)
    side = 1 if rng.random() < 0.5 else -1
    thumb = middle + across * side * size * 0.45
    tip = thumb + (along * 0.6 + across * side * 0.4) * size * 0.8
    _limb(mask, thumb, tip, size * 0.28, 0.8)
    tone = _skin(rng)
    x, y, width, height = cv2.boundingRect(mask)
    if not width:
        return None
    mask = np.ascontiguousarray(mask[y : y + height, x : x + width])
    depth = np.minimum(cv2.distanceTransform(mask, cv2.DIST_L2, 3) / (size * 0.16), 1.0)
    light = 0.55 + 0.5 * cv2.GaussianBlur(np.sqrt(depth), (0, 0), max(size * 0.03, 0.8))
    paint = np.clip(np.array(tone, np.float32) * light[..., None], 0, 255).astype(np.uint8)
    return Overlay(paint, mask, x, y)


def sign(
    rng: np.random.Generator, shape: tuple[int, int], centre: tuple[float, float], size: int
) -> Overlay | None:
    """Return a promotion sign, round or square, `size` pixels wide."""
    picture: np.ndarray = np.empty((size, size, 3), np.uint8)
    picture[:] = painting.random_colour(rng, (0.7, 1.0), (0.7, 1.0))
    mask: np.ndarray = np.zeros((size, size), np.uint8)
    half = size // 2
    if rng.random() < 0.5:
        cv2.circle(mask, (half, half), half - 1, (255,), -1, cv2.LINE_AA)
    else:
        inset = int(size * rng.uniform(0.02, 0.2))
        cv2.rectangle(mask, (0, inset), (size, size - inset), 255, -1)
    word = str(rng.choice(_SIGN_WORDS))
    painting.write_text(picture, rng, word, (0.1, 0.3, 0.9, 0.7), (255, 255, 255))
    return _centred(picture, mask, shape, centre)


def pack(
    rng: np.random.Generator, shape: tuple[int, int], centre: tuple[float, float], size: int
) -> Overlay | None:
    """Return a plain pack, `size` pixels high, somewhat turned."""
    width = max(round(size * float(rng.uniform(0.4, 1.0))), 6)
    picture: np.ndarray = np.empty((size, width, 3), np.uint8)
    picture[:] = painting.random_colour(rng, (0.0, 0.9), (0.2, 1.0))
    for _ in range(int(rng.integers(1, 4))):
        top = int(rng.uniform(0, 0.8) * size)
        band = int(rng.uniform(0.05, 0.3) * size) + 1
        picture[top : top + band] = painting.random_colour(rng, (0.0, 0.9), (0.2, 1.0))
    word = str(rng.choice(_PACK_WORDS))
    painting.write_text(picture, rng, word, (0.1, 0.2, 0.9, 0.4), (250, 250, 250))
    shade = np.linspace(float(rng.uniform(0.6, 1.0)), 1.0, width)[None, :, None]
    picture = (picture * shade).astype(np.uint8)
    diagonal = int(np.hypot(size, width)) + 2
    to_middle = np.zeros((2, 3))
    to_middle[:, 2] = (diagonal - width) / 2, (diagonal - size) / 2
    turn = (
        cv2.getRotationMatrix2D((width / 2, size / 2), float(rng.normal(0, _PACK_TILT)), 1.0)
        + to_middle
    )
    mask = cv2.warpAffine(np.full((size, width), 255, np.uint8), turn, (diagonal, diagonal))
    picture = cv2.warpAffine(picture, turn, (diagonal, diagonal), borderMode=cv2.BORDER_REPLICATE)
    return _centred(picture, mask, shape, centre)


def price_tag(
    rng: np.random.Generator, shape: tuple[int, int], centre: tuple[float, float], width: int
) -> Overlay | None:
    """Return a price tag that stands out from its rail, `width` pixels wide."""
    height = max(round(width * float(rng.uniform(0.4, 0.8))), 8)
    picture: np.ndarray = np.empty((height, width, 3), np.uint8)
    painting.price_tag(picture, rng, (0, 0), (width - 1, height - 1))
    return _centred(picture, np.full((height, width), 255, np.uint8), shape, centre)


def rail(rng: np.random.Generator, shape: tuple[int, int], y: float, thick: int) -> Overlay | None:
    """Return a rail across the whole picture, somewhat slanted, `thick` pixels high."""
    width = shape[1]
    mask: np.ndarray = np.zeros(shape, np.uint8)
    slant = float(rng.normal(0, _RAIL_SLANT)) * width
    corners = [
        [0, y - slant],
        [width, y + slant],
        [width, y + slant + thick],
        [0, y - slant + thick],
    ]
    cv2.fillConvexPoly(mask, np.round(corners).astype(np.int32), (255,), cv2.LINE_AA)
    x0, y0, wide, tall = cv2.boundingRect(mask)
    if not wide:
        return None
    picture: np.ndarray = np.empty((tall, wide, 3), np.uint8)
    picture[:] = painting.random_colour(rng, (0.0, 0.3), (0.2, 1.0))
    return Overlay(picture, mask[y0 : y0 + tall, x0 : x0 + wide], x0, y0)


def shoulder(rng: np.random.Generator, shape: tuple[int, int]) -> Overlay | None:
    """Return somebody who stands at the left or right, out of focus."""
    height, width = shape
    mask: np.ndarray = np.zeros(shape, np.uint8)
    left = rng.random() < 0.5
    x = width * float(rng.uniform(0.0, 0.15) if left else rng.uniform(0.85, 1.0))
    top = np.array([x, height * float(rng.uniform(0.35, 0.8))])
    _limb(mask, top, np.array([x, height * 1.1]), width * 0.3, 1.4)
    colour = painting.random_colour(rng, (0.0, 0.6), (0.05, 0.7))
    mask = cv2.GaussianBlur(mask, (0, 0), float(rng.uniform(1, 5)))
    x0, y0, wide, tall = cv2.boundingRect(mask)
    if not wide:
        return None
    picture: np.ndarray = np.empty((tall, wide, 3), np.uint8)
    picture[:] = colour
    return Overlay(picture, mask[y0 : y0 + tall, x0 : x0 + wide], x0, y0)


def _centred(
    picture: np.ndarray, mask: np.ndarray, shape: tuple[int, int], centre: tuple[float, float]
) -> Overlay | None:
    """Put the middle of an overlay somewhere and cut off what sticks out; None if all does."""
    x, y = (round(centre[axis] - mask.shape[1 - axis] / 2) for axis in (0, 1))
    left, top = max(-x, 0), max(-y, 0)
    right, bottom = min(shape[1] - x, mask.shape[1]), min(shape[0] - y, mask.shape[0])
    if right <= left or bottom <= top:
        return None
    inside = (slice(top, bottom), slice(left, right))
    return Overlay(
        np.ascontiguousarray(picture[inside]), np.ascontiguousarray(mask[inside]), x + left, y + top
    )


def _skin(rng: np.random.Generator) -> painting.Colour:
    """Return a skin tone or, now and then, the colour of a sleeve and glove."""
    if rng.random() < _SLEEVED:
        return painting.random_colour(rng, (0.0, 0.35), (0.1, 0.9))
    return painting.scaled(_LIGHTEST_SKIN, float(rng.uniform(*_SKIN_GAIN)))


def _limb(mask: np.ndarray, start: np.ndarray, end: np.ndarray, thick: float, taper: float) -> None:
    """Add a rounded limb to a mask; `thick` at its start and `taper` times that at its end."""
    head, tail = max(round(thick / 2), 1), max(round(thick / 2 * taper), 1)
    along = end - start
    across = np.array([-along[1], along[0]]) / max(float(np.hypot(*along)), 1e-6)
    sides = [start + across * head, end + across * tail, end - across * tail, start - across * head]
    cv2.fillConvexPoly(mask, np.round(sides).astype(np.int32), (255,), cv2.LINE_AA)
    for (x, y), radius in ((start, head), (end, tail)):
        cv2.circle(mask, (round(float(x)), round(float(y))), radius, (255,), -1, cv2.LINE_AA)


def _reaching_hand(
    rng: np.random.Generator, shape: tuple[int, int], centre: tuple[float, float], size: float
) -> Overlay | None:
    height, width = shape
    from_below = np.array(centre) - np.array([width / 2, height * 1.6])
    angle = float(np.arctan2(from_below[1], from_below[0]) + rng.normal(0, _HAND_TURN))
    return hand(rng, shape, centre, size, angle)


_NARROWEST, _THINNEST = 16, 4
"""Pixels below which nothing can be told of a sign, pack or tag, and of a rail."""

KINDS: Mapping[str, Callable[..., Overlay | None]] = {
    "hand": _reaching_hand,
    "sign": lambda rng, shape, centre, size: sign(rng, shape, centre, max(round(size), _NARROWEST)),
    "pack": lambda rng, shape, centre, size: pack(
        rng, shape, centre, max(round(size * 1.6), _NARROWEST)
    ),
    "price_tag": lambda rng, shape, centre, size: price_tag(
        rng, shape, centre, max(round(size * 1.2), _NARROWEST)
    ),
    "rail": lambda rng, shape, centre, size: rail(
        rng, shape, centre[1], max(round(size * 0.25), _THINNEST)
    ),
    "shoulder": lambda rng, shape, centre, size: shoulder(rng, shape),
}
"""Everything that gets in the way, by name: draws it of about a size around a centre."""

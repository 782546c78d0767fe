"""Packs: artwork folded around a carton, a surface of revolution or a pouch, and shaded.

Every shape returns a uint8 `[H, W, 4]` RGBA picture of the pack alone, transparent around it.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from components.synthesis.products.antialiased import ellipse, line, polygon
from components.synthesis.products.artwork import front_art, side_art
from components.synthesis.products.colours import Colour, hsv, mix
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.motifs import smooth_noise

FACE = 432
"""Longest side of the drawn pack in pixels, before it is scaled down."""


class _Picture(NamedTuple):
    colour: np.ndarray  # uint8 `[H, W, 3]`
    alpha: np.ndarray  # uint8 `[H, W]`


def render_pack(family: Family, variant: Variant) -> np.ndarray:
    """Return a pack as uint8 `[H, W, 4]` RGBA, cropped to its outline."""
    if family.shape in ("gable", "brick", "box"):
        picture = _prism(family, variant)
    elif family.shape == "pouch":
        picture = _pouch(family, variant)
    else:
        picture = _revolved(family, variant)
    x, y, width, height = cv2.boundingRect(picture.alpha)
    rgba = np.dstack([picture.colour, picture.alpha])
    return np.ascontiguousarray(rgba[y : y + height, x : x + width])


def _rng(family: Family) -> np.random.Generator:
    return np.random.default_rng([family.seed, 7])


def _fold(picture: _Picture, art: np.ndarray, quad: np.ndarray) -> None:
    """Warp art onto a quadrilateral (upper left, upper right, lower right, lower left)."""
    height, width = art.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, quad.astype(np.float32))
    size = (picture.alpha.shape[1], picture.alpha.shape[0])
    warped = cv2.warpPerspective(art, matrix, size, flags=cv2.INTER_AREA)
    cover = np.zeros(picture.alpha.shape, np.uint8)
    polygon(cover, quad, (255,))
    inside = cover > 127
    picture.colour[inside] = warped[inside]
    np.maximum(picture.alpha, cover, out=picture.alpha)


def _shaded(art: np.ndarray, left: float, right: float, bottom: float = 1.0) -> np.ndarray:
    across = np.linspace(left, right, art.shape[1], dtype=np.float32)[None, :, None]
    down = np.linspace(1.0, bottom, art.shape[0], dtype=np.float32)[:, None, None]
    return np.clip(art * across * down, 0, 255).astype(np.uint8)


def _prism(family: Family, variant: Variant) -> _Picture:
    rng = _rng(family)
    gable = family.shape == "gable"
    height = FACE if not gable else round(FACE * 0.84)
    width = round(height / family.aspect)
    depth = round(
        width * float(rng.choice([0.0, rng.uniform(0.15, 0.55), rng.uniform(0.15, 0.55)]))
    )
    tilt = height * float(rng.uniform(0.0, 0.025))
    lean = height * float(rng.uniform(0.01, 0.05)) * depth / max(width, 1)
    top, margin = round(FACE * 0.3), 40
    picture = _Picture(
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
        _fold(picture, _shaded(side, 0.66, 0.8), side_quad)
    _fold(
        picture,
        _shaded(front, 1.0, float(rng.uniform(0.86, 1.0)), float(rng.uniform(0.9, 1.0))),
        front_quad,
    )
    if gable:
        _gable_roof(picture, family, variant, front, front_quad, side_quad, depth, rng)
    elif rng.random() < 0.25 and family.shape == "brick":
        place = (shared + width * float(rng.uniform(0.3, 0.7)), top)
        _cap(picture, place, width * 0.16, FACE * 0.05, variant.accent)
    if mirrored:
        return _Picture(picture.colour[:, ::-1].copy(), picture.alpha[:, ::-1].copy())
    return picture


def _gable_roof(
    picture: _Picture, family: Family, variant: Variant, front: np.ndarray,
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
        fold = np.array([side_quad[0], ridge_left, front_quad[0], front_quad[0]])
        _fold(picture, _shaded(roof, 0.6, 0.75), fold)
    _fold(
        picture,
        _shaded(roof, 1.02, 0.95),
        np.array([ridge_left, ridge_right, front_quad[1], front_quad[0]]),
    )
    up = np.array([0, -fin])
    _fold(
        picture,
        _shaded(roof, 0.92, 0.9),
        np.array([ridge_left + up, ridge_right + up, ridge_right, ridge_left]),
    )
    if rng.random() < 0.75:
        place = (front_quad[0] + front_quad[1] + ridge_left + ridge_right) / 4
        colour = variant.accent if rng.random() < 0.5 else hsv(0.6, 0.02, 0.95)
        _cap(picture, (float(place[0]), float(place[1])), front.shape[1] * 0.17, FACE * 0.05, colour)


def _cap(
    picture: _Picture, place: tuple[float, float], radius: float, height: float, colour: Colour
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


class _Turned(NamedTuple):
    """A surface of revolution: half-widths (share of the widest) from top to bottom."""

    heights: tuple[float, ...]
    radii: tuple[float, ...]
    label: tuple[float, float]


def _profile(family: Family, rng: np.random.Generator) -> _Turned:
    shape = family.shape
    if shape == "bottle":
        neck, shoulder = float(rng.uniform(0.28, 0.45)), float(rng.uniform(0.22, 0.42))
        waist = float(rng.uniform(0.88, 1.0))
        return _Turned(
            (0, 0.1, shoulder, 0.65, 0.96, 1),
            (neck, neck, 1, waist, 1, 0.95),
            (shoulder + 0.02, 0.95),
        )
    if shape == "can":
        lip = float(rng.uniform(0.86, 1.0))
        return _Turned((0, 0.03, 0.07, 0.94, 1), (lip, lip, 1, 1, lip), (0.03, 0.97))
    if shape == "jar":
        return _Turned((0, 0.18, 0.26, 0.95, 1), (0.86, 0.86, 1, 1, 0.9), (0.32, 0.92))
    if shape == "tub":
        return _Turned((0, 0.08, 0.1, 1), (1, 1, 0.95, float(rng.uniform(0.72, 0.86))), (0.1, 1.0))
    return _Turned((0, 0.82, 0.83, 1), (1, 0.72, 0.55, 0.55), (0.0, 0.82))


def _revolved(family: Family, variant: Variant) -> _Picture:
    rng = _rng(family)
    turned = _profile(family, rng)
    height = FACE if family.aspect >= 1 else round(FACE * family.aspect)
    radius = height / family.aspect / 2
    bulge = radius * float(rng.uniform(0.05, 0.16))
    margin = 30
    size = (height + 2 * margin + round(bulge), round(2 * radius) + 2 * margin)
    ys, xs = np.mgrid[0 : size[0], 0 : size[1]].astype(np.float32)
    heights = np.array(turned.heights) * height
    radii = np.array(turned.radii) * radius
    side = np.interp(np.arange(size[0]) - margin, heights, radii).astype(np.float32)
    smooth = cv2.GaussianBlur(side[:, None], (1, 0), 0.01, sigmaY=6)
    half = np.maximum(smooth, 1)
    u = (xs - size[1] / 2) / half
    curve = np.sqrt(np.clip(1 - u * u, 0, 1))
    sag = bulge if family.shape != "tube" else 0
    v = (ys - margin - sag * curve * half / radius) / height
    inside = (np.abs(u) <= 1) & (v >= 0) & (v <= 1)
    body = _body(family, variant, rng)
    colour = np.empty((*size, 3), np.float32)
    colour[:] = body
    low, high = turned.label
    art_height, art_width = round((high - low) * height), round(radius * 2 * 1.25)
    art = front_art(family, variant, art_width, max(art_height, 8))
    # The visible half of the cylinder shows 1.25 radii of label to each side of its middle.
    map_x = art_width * (0.5 + np.arcsin(np.clip(u, -1, 1)) / np.pi)
    map_y = (v - low) / (high - low) * art_height
    label = cv2.remap(
        art,
        map_x.astype(np.float32),
        map_y.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    on_label = inside & (v >= low) & (v <= high)
    colour[on_label] = label[on_label]
    _ends(colour, family, variant, v, rng)
    gloss = float(rng.uniform(0.1, 0.5))
    shade = 0.58 + 0.46 * curve + 0.06 * u
    shine = np.exp(-((u + float(rng.uniform(0.25, 0.55))) ** 2) / 0.012) * gloss
    colour = colour * shade[..., None] + (255 - colour) * (shine * (curve > 0.2))[..., None] * 0.6
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (3, 3), 0)
    rgb = np.clip(colour, 0, 255).astype(np.uint8)
    picture = _Picture(np.ascontiguousarray(rgb), (alpha * 255).astype(np.uint8))
    if family.shape in ("can", "tub", "jar"):
        _lid(picture, family, variant, (size[1] / 2, margin), float(smooth[margin, 0]), bulge)
    return picture


def _body(family: Family, variant: Variant, rng: np.random.Generator) -> Colour:
    if family.shape == "can":
        return hsv(0.6, 0.03, 0.78)
    if family.shape == "jar":
        return mix(variant.accent, (60, 40, 30), 0.3)
    kind = rng.random()
    if kind < 0.35:
        return mix(variant.accent, (250, 250, 250), 0.25)
    return family.base if kind < 0.7 else hsv(0.6, 0.02, 0.93)


def _ends(
    colour: np.ndarray, family: Family, variant: Variant, v: np.ndarray, rng: np.random.Generator
) -> None:
    """Paint caps and lids, which stand outside the label."""
    cap = variant.accent if rng.random() < 0.45 else mix(family.brand_colour, family.second, 0.4)
    if family.shape == "bottle":
        colour[v < 0.085] = cap
    elif family.shape == "jar":
        colour[v < 0.18] = cap
    elif family.shape == "tub":
        colour[v < 0.085] = hsv(0.6, 0.02, 0.93) if rng.random() < 0.5 else cap
    elif family.shape == "tube":
        colour[v > 0.825] = cap


def _lid(
    picture: _Picture,
    family: Family,
    variant: Variant,
    place: tuple[float, float],
    radius: float,
    bulge: float,
) -> None:
    tint = (
        hsv(0.6, 0.03, 0.8) if family.shape == "can" else mix(variant.accent, (255, 255, 255), 0.35)
    )
    axes = (radius, max(bulge, 1))
    ellipse(picture.colour, place, axes, tint)
    ellipse(picture.alpha, place, axes, (255,))
    inner = (max(axes[0] - 6, 1), max(axes[1] - 3, 1))
    ellipse(picture.colour, place, inner, mix(tint, (40, 40, 40), 0.18), thickness=2)


def _pouch(family: Family, variant: Variant) -> _Picture:
    rng = _rng(family)
    height = FACE
    width = round(height / family.aspect)
    margin = 30
    art = front_art(family, variant, width, height)
    ys, xs = np.mgrid[0 : height + 2 * margin, 0 : width + 2 * margin].astype(np.float32)
    u, v = (xs - margin) / width * 2 - 1, (ys - margin) / height * 2 - 1
    pinch, sag = float(rng.uniform(0.0, 0.07)), float(rng.uniform(0.0, 0.05))
    waist = 1 - pinch * (1 - v * v)
    wobble = (smooth_noise(rng, xs.shape[0], xs.shape[1], 5) - 0.5) * 0.035
    map_u, map_v = u / waist + wobble, v * (1 + sag * u * u * np.sign(v)) + wobble
    map_x, map_y = (map_u + 1) / 2 * width, (map_v + 1) / 2 * height
    colour = cv2.remap(art, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(
        np.float32
    )
    edge = np.abs(map_v)
    if rng.random() < 0.5:
        edge = edge + 0.006 * np.sign(np.sin(u * width * 0.25))
    inside = (np.abs(map_u) <= 1) & (edge <= 1)
    folds = smooth_noise(rng, xs.shape[0], xs.shape[1], int(rng.integers(4, 10))) - 0.5
    pillow = 0.78 + 0.26 * np.sqrt(np.clip(1 - map_u**2 * 0.9, 0, 1)) + 0.28 * folds
    seal = np.abs(map_v) > 0.93
    pillow = np.where(seal, 0.86 + 0.06 * np.sign(np.sin(ys * 1.2)), pillow)
    colour *= pillow[..., None]
    shine = np.clip(folds - 0.22, 0, 1)[..., None] * float(rng.uniform(0.3, 1.6))
    colour += (255 - colour) * np.clip(shine, 0, 0.8)
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (3, 3), 0)
    return _Picture(np.clip(colour, 0, 255).astype(np.uint8), (alpha * 255).astype(np.uint8))

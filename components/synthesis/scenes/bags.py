"""Bags: a flat packshot filled, crumpled, crimped at its ends and slumped, with light on its film.

One height field says everything: its slopes move the print, shade the film and place the glints.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from components.synthesis.scenes.film import lit

_ROWS, _COLUMNS = 72, 56
"""Points of the height field. Sizes in it are halves of the picture's sides: it spans -1 to 1."""
_V, _U = (axis.astype(np.float32) for axis in np.mgrid[-1 : 1 : _ROWS * 1j, -1 : 1 : _COLUMNS * 1j])
_STEPS = (2 / (_ROWS - 1), 2 / (_COLUMNS - 1))

_PILLOW = np.sqrt(np.clip((1 - _U**2) * (1 - _V**4), 0, 1))
_OCTAVES = ((4, 3, 1.0), (8, 6, 0.4))
"""Rows, columns and height of the dents."""
_CREASES = (7, 6, 0.7)
"""The same of the creases: sharp valleys."""
_MOST_MOVED = 0.07
_MOVES = 0.03
"""How far the print moves where the film slopes by 45 degrees."""
_MARGIN = 0.04
"""By which the flat bag is drawn smaller, so that no dent reaches past its picture."""
_UNEVEN = 0.018
"""Standard deviation of its outline."""
_LIGHT = (-0.45, 0.45, -0.75, -0.25)
"""Where the lamp is: least and most to the right, least and most down."""
_DARKEST, _BRIGHTEST = 0.4, 1.3


@dataclass(frozen=True)
class BagLook:
    """What all bags of a product share; sizes are halves of the picture's sides.

    Attributes:
        bulge: Height of the middle.
        crumple: Height of dents and creases.
        waist: By which the filled middle is narrower than the flat ends.
        seam: Breadth of the crimped strips at the top and the foot.
        fold: How much of the top is folded away.
        gloss: Most white in a glint, 0 to 1: paper to foil.
        sharpness: How small glints are.
    """

    bulge: float
    crumple: float
    waist: float
    seam: float
    fold: float
    gloss: float
    sharpness: float


def random_bag(rng: np.random.Generator) -> BagLook:
    """Return a look: from a neat paper bag to crumpled foil."""
    return BagLook(
        bulge=float(rng.uniform(0.15, 0.5)),
        crumple=float(rng.uniform(0.01, 0.075)),
        waist=float(rng.uniform(0.0, 0.09)),
        seam=float(rng.uniform(0.05, 0.16)) if rng.random() < 0.7 else 0.0,
        fold=float(rng.uniform(0.05, 0.25)) if rng.random() < 0.25 else 0.0,
        gloss=float(rng.uniform(0.1, 0.9)) if rng.random() < 0.75 else 0.0,
        sharpness=float(rng.uniform(8, 50)),
    )


def bagged(rng: np.random.Generator, rgba: np.ndarray, look: BagLook) -> np.ndarray:
    """Return a bag with the print of a picture, uint8 `[H, W, 4]` both.

    Args:
        rng: Decides dents, creases, slump and light of this one bag.
        rgba: The flat picture.
        look: Of the product.
    """
    dents, creases = _dents(rng)
    u, v = _flattened(rng, look)
    flat_end = np.clip((1 - np.abs(v)) / max(look.seam, 0.02), 0, 1)  # 0 within a seam's end
    film = flat_end * (look.bulge * _PILLOW) + look.crumple * (dents + creases)
    down, right = np.gradient(film, *_STEPS)
    steepness = np.sqrt(1 + down**2 + right**2)
    light = rng.uniform(_LIGHT[::2], _LIGHT[1::2])
    gain = (1 - right * light[0] - down * light[1]) / steepness
    if look.seam:
        ribs = 1 + 0.1 * np.cos(_V * np.pi * _ROWS / 4)
        gain = np.where(np.abs(v) > 1 - look.seam, gain * ribs, gain)
    lamp = np.array([*(rng.uniform(_LIGHT[::2], _LIGHT[1::2]) * 0.7), 1.0])
    lamp /= np.linalg.norm(lamp)
    facing = (lamp[2] - right * lamp[0] - down * lamp[1]) / steepness
    glint = look.gloss * np.clip(facing, 0, 1) ** look.sharpness
    # The bulge foreshortens the sides; dents push the print about.
    u = u * (1 + look.bulge * u**2) / (1 + look.bulge)
    u = u + np.clip(right * _MOVES, -_MOST_MOVED, _MOST_MOVED) * (1 - np.clip(u, -1, 1) ** 2)
    v = v + np.clip(down * _MOVES, -_MOST_MOVED, _MOST_MOVED) * (1 - np.clip(v, -1, 1) ** 2)
    v = np.where(np.abs(v) < 1, v + look.fold * (1 - v) / 2, v)
    height, width = rgba.shape[:2]
    gain = np.clip(gain, _DARKEST, _BRIGHTEST)
    fields = cv2.resize(np.dstack([u, v, gain, glint]).astype(np.float32), (width, height))
    bag = cv2.remap(
        rgba,
        (fields[..., 0] + 1) * (width / 2) - 0.5,
        (fields[..., 1] + 1) * (height / 2) - 0.5,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
    )
    return lit(bag, fields[..., 2], fields[..., 3])


def _dents(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    size = (_COLUMNS, _ROWS)

    def smooth(rows: int, columns: int) -> np.ndarray:
        coarse = rng.standard_normal((rows, columns), np.float32)
        return cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)

    dents = sum(smooth(rows, columns) * height for rows, columns, height in _OCTAVES)
    rows, columns, depth = _CREASES
    return np.asarray(dents), np.abs(smooth(rows, columns)) * depth


def _flattened(rng: np.random.Generator, look: BagLook) -> tuple[np.ndarray, np.ndarray]:
    """Return which point of the flat picture each point shows: u and v, past ±1 beyond the bag."""
    bend = float(rng.normal(0, 0.04)) if rng.random() < 0.5 else 0.0
    sag = float(rng.uniform(0, 0.14)) if rng.random() < 0.5 else 0.0
    askew = float(rng.uniform(-1, 1))
    margin = _MARGIN + abs(bend)

    def uneven(points: int, number: int) -> np.ndarray:
        coarse = np.abs(rng.normal(0, _UNEVEN, (number, 1))).astype(np.float32)
        return cv2.resize(coarse, (1, points), interpolation=cv2.INTER_CUBIC)[:, 0]

    across, down = _U[0], _V[:, 0]
    waist = look.waist * (1 - down**2)
    aside = bend * ((1 - down) / 2) ** 2
    left = -1 + margin + waist + aside + uneven(_ROWS, 7)
    right = 1 - margin - waist + aside - uneven(_ROWS, 7)
    top = -1 + _MARGIN + sag * (1 + askew * across) / 2 + uneven(_COLUMNS, 6)
    foot = 1 - 0.05 * across**6 - uneven(_COLUMNS, 6) * 0.5
    u = 2 * (_U - left[:, None]) / (right - left)[:, None] - 1
    v = 2 * (_V - top) / (foot - top) - 1
    return u, v

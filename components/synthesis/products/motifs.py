"""Pictures on packs: fruit, glasses, leaves, landscapes and other heroes of a label.

Every motif paints in place on artwork, uint8 `[H, W, 3]` RGB, around a centre and within a radius
in pixels. The random generator decides its details: one state always paints one picture.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from components.synthesis.products.antialiased import disc, ellipse, line, polygon
from components.synthesis.products.colours import WHITE, Colour, hsv, mix

Point = tuple[float, float]
Motif = Callable[[np.ndarray, Point, float, Colour, np.random.Generator], None]

_LEAF = hsv(0.31, 0.75, 0.55)


def smooth_noise(rng: np.random.Generator, height: int, width: int, cells: int) -> np.ndarray:
    """Return smooth float32 `[height, width]` noise in 0 to 1 with about `cells` bumps per side."""
    coarse = rng.random((cells + 1, cells + 1), dtype=np.float32)
    return np.clip(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), 0, 1)


def ball(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, light: float = 0.55
) -> None:
    """Paint a shaded sphere with a highlight towards the upper left."""
    x0, y0 = max(int(centre[0] - radius) - 1, 0), max(int(centre[1] - radius) - 1, 0)
    x1 = min(int(centre[0] + radius) + 2, art.shape[1])
    y1 = min(int(centre[1] + radius) + 2, art.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    ys, xs = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    u, v = (xs - centre[0]) / radius, (ys - centre[1]) / radius
    distance = np.sqrt(u * u + v * v)
    cover = np.clip((1 - distance) * radius, 0, 1)[..., None]
    towards_light = np.sqrt((u + 0.35) ** 2 + (v + 0.4) ** 2)
    shade = np.clip(1.15 - 0.55 * towards_light, 0.35, 1.1)[..., None]
    glint = (np.clip(1 - towards_light / 0.45, 0, 1) ** 2 * light)[..., None]
    paint = np.clip(np.array(colour, np.float32) * shade * (1 - glint) + 255 * glint, 0, 255)
    region = art[y0:y1, x0:x1]
    region[:] = (region * (1 - cover) + paint * cover).astype(np.uint8)


def _leaf(art: np.ndarray, base: Point, length: float, angle: float, colour: Colour) -> None:
    t = np.linspace(0, 1, 12)
    bulge = np.sin(t * np.pi) * length * 0.28
    along = np.concatenate([t, t[::-1]]) * length
    across = np.concatenate([bulge, -bulge[::-1]])
    cos, sin = np.cos(angle), np.sin(angle)
    points = np.stack(
        [base[0] + along * cos - across * sin, base[1] + along * sin + across * cos], 1
    )
    polygon(art, points, colour)
    tip = (base[0] + length * cos, base[1] + length * sin)
    vein = mix(colour, WHITE, 0.35)
    line(art, (base[0], base[1]), tip, vein)


def _fruit(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    for _ in range(int(rng.integers(1, 4))):
        offset = rng.uniform(-0.45, 0.45, 2) * radius
        size = radius * rng.uniform(0.5, 0.75)
        ball(art, (centre[0] + offset[0], centre[1] + offset[1]), size, colour)
        top = (centre[0] + offset[0], centre[1] + offset[1] - size * 0.9)
        _leaf(art, top, size * 0.8, float(rng.uniform(-1.4, 0.2)), _LEAF)


def _citrus(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    ball(art, (centre[0] + radius * 0.35, centre[1] - radius * 0.2), radius * 0.7, colour)
    middle = (centre[0] - radius * 0.2, centre[1] + radius * 0.2)
    size = radius * 0.72
    disc(art, middle, size, colour)
    disc(art, middle, size * 0.88, (252, 246, 226))
    turn = rng.uniform(0, np.pi)
    flesh = mix(colour, WHITE, 0.18)
    for spoke in range(9):
        angle = turn + spoke * 2 * np.pi / 9
        arc = angle + np.linspace(0.06, 2 * np.pi / 9 - 0.06, 5)
        rim = np.stack([np.cos(arc), np.sin(arc)], 1) * size * 0.82
        start = np.array([[np.cos(arc[2]), np.sin(arc[2])]]) * size * 0.1
        polygon(art, np.concatenate([start, rim]) + np.array(middle), flesh)


def _berries(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    for _ in range(int(rng.integers(7, 16))):
        angle, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1)) * radius * 0.75
        place = (centre[0] + np.cos(angle) * reach, centre[1] + np.sin(angle) * reach * 0.7)
        tint = mix(colour, (20, 10, 30), float(rng.uniform(0, 0.35)))
        ball(art, place, radius * rng.uniform(0.2, 0.32), tint)
    _leaf(art, (centre[0], centre[1] - radius * 0.5), radius * 0.6, -0.6, _LEAF)


def _pods(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    t = np.linspace(-1, 1, 24)
    for stroke in range(3):
        bend, tilt = rng.uniform(-0.5, 0.5), rng.uniform(-0.6, 0.6) + stroke * 0.3
        points = np.stack([t * np.cos(tilt) + bend * t * t, t * np.sin(tilt) + bend * t], 1)
        path = np.round(points * radius * 0.9 + np.array(centre)).astype(np.int32)
        dark = mix(colour, (40, 24, 16), 0.75)
        cv2.polylines(art, [path], False, dark, max(round(radius * 0.1), 2), cv2.LINE_AA)
    for petal in range(5):
        angle = petal * 2 * np.pi / 5 + 0.3
        _leaf(art, centre, radius * 0.55, angle, mix(colour, WHITE, 0.6))
    ball(art, centre, radius * 0.14, mix(colour, (230, 170, 40), 0.6))


def _leaves(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    for _ in range(int(rng.integers(5, 11))):
        angle = float(rng.uniform(0, 2 * np.pi))
        tint = mix(colour, (250, 250, 220), float(rng.uniform(0, 0.4)))
        _leaf(art, centre, radius * rng.uniform(0.6, 1.05), angle, tint)


def _glass(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    top, bottom = radius * rng.uniform(0.5, 0.65), radius * rng.uniform(0.35, 0.5)
    filled = rng.uniform(-0.75, -0.4)

    def outline(start: float) -> np.ndarray:
        at = bottom + (top - bottom) * (0.9 - start) / 1.8
        return np.array(
            [[-at, start * radius], [at, start * radius], [bottom, 0.9 * radius],
             [-bottom, 0.9 * radius]]
        ) + np.array(centre)  # fmt: skip

    polygon(art, outline(-0.95), mix((225, 235, 240), colour, 0.15))
    polygon(art, outline(float(filled)), colour)
    surface = (centre[0], centre[1] + filled * radius)
    axes = (top * 0.9, max(radius * 0.09, 1))
    ellipse(art, surface, axes, mix(colour, WHITE, 0.3))
    start = (centre[0] - bottom * 0.55, centre[1] - radius * 0.6)
    end = (start[0], centre[1] + radius * 0.7)
    line(art, start, end, mix(colour, WHITE, 0.55), max(round(radius * 0.08), 1))


def _bowl(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    x, y = round(centre[0]), round(centre[1])
    body = hsv(float(rng.random()), float(rng.uniform(0, 0.6)), 0.85)
    ellipse(art, (x, y), (radius * 0.95, radius * 0.8), body, arc=(0, 180))
    ellipse(art, (x, y), (radius * 0.95, radius * 0.3), mix(body, WHITE, 0.5))
    ellipse(art, (x, y), (radius * 0.82, radius * 0.23), mix(colour, WHITE, 0.25))
    for _ in range(8):
        dx, dy = rng.uniform(-0.6, 0.6) * radius, rng.uniform(-0.12, 0.05) * radius
        ball(art, (x + dx, y + dy), radius * rng.uniform(0.08, 0.16), colour)


def _drops(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    angles = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    reach = 0.55 + 0.35 * np.sin(angles * rng.integers(3, 8) + rng.uniform(0, 6)) * rng.random(48)
    splash = np.stack([np.cos(angles) * reach, np.sin(angles) * reach * 0.7], 1) * radius
    polygon(art, splash + np.array(centre), mix(colour, WHITE, 0.35))
    polygon(art, splash * 0.7 + np.array(centre), colour)
    for _ in range(9):
        angle, far = rng.uniform(0, 2 * np.pi), rng.uniform(0.6, 1.0) * radius
        place = (centre[0] + np.cos(angle) * far, centre[1] + np.sin(angle) * far)
        ball(art, place, radius * rng.uniform(0.05, 0.13), colour)


def _hills(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    xs = np.linspace(-1, 1, 40)
    sun = (centre[0] + rng.uniform(-0.5, 0.5) * radius, centre[1] - radius * 0.55)
    ball(art, sun, radius * 0.2, hsv(0.13, 0.75, 0.98), 0.2)
    for layer in range(3):
        wave = -0.35 + 0.35 * layer + 0.18 * np.sin(xs * rng.uniform(2, 5) + rng.uniform(0, 6))
        ridge = np.stack([xs, wave], 1)
        ground = np.concatenate([ridge, [[1, 0.9], [-1, 0.9]]]) * radius + np.array(centre)
        polygon(art, ground, mix(colour, WHITE, 0.45 - 0.22 * layer))
    for _ in range(int(rng.integers(2, 7))):
        x, y = centre + rng.uniform(-0.8, 0.8, 2) * radius * np.array([1, 0.3])
        size = radius * rng.uniform(0.08, 0.16)
        ball(art, (float(x), float(y)), size, mix(colour, (10, 40, 20), 0.5), 0.1)
        foot = (x, y + size * 2)
        line(art, (x, y), foot, (80, 60, 50), 2)


def _animal(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    x, y = centre
    body = (round(radius * rng.uniform(0.5, 0.7)), round(radius * rng.uniform(0.28, 0.42)))
    ellipse(art, (x, y), body, colour, turn=float(rng.uniform(-12, 12)))
    for leg in (-0.7, -0.4, 0.35, 0.65):
        foot = (x + body[0] * leg + rng.uniform(-3, 3), y + radius * 0.85)
        line(art, (x + body[0] * leg, y), foot, colour, max(round(radius * 0.13), 2))
    side = 1 if rng.random() < 0.5 else -1
    head = (x + side * body[0] * 1.0, y - body[1] * rng.uniform(0.5, 1.2))
    disc(art, (head[0], head[1]), radius * 0.25, colour)
    for horn in (-0.5, 0.2):
        _leaf(art, head, radius * 0.45, -1.57 + horn, colour)
    for _ in range(3):
        across, down = rng.uniform(-0.6, 0.6) * body[0], rng.uniform(-0.5, 0.5) * body[1]
        spot = (x + across, y + down)
        disc(art, spot, max(round(radius * 0.09), 1), mix(colour, WHITE, 0.8))


def _photo(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    height, width = round(radius * rng.uniform(1.0, 1.5)), round(radius * rng.uniform(1.3, 1.9))
    x0, y0 = max(round(centre[0] - width / 2), 0), max(round(centre[1] - height / 2), 0)
    region = art[y0 : y0 + height, x0 : x0 + width]
    if min(region.shape[:2]) < 4:
        return
    h, w = region.shape[:2]
    fields = [smooth_noise(rng, h, w, int(rng.integers(2, 9))) for _ in range(3)]
    sky = np.linspace(1, 0, h, dtype=np.float32)[:, None]
    tints = [np.array(hsv(float(rng.random()), 0.5, 0.9), np.float32) for _ in range(2)]
    share = fields[0][..., None]
    picture = tints[0] * share + tints[1] * (1 - share)
    picture = picture * (0.55 + 0.5 * fields[1][..., None]) + 50 * sky[..., None]
    picture += (np.array(colour, np.float32) - picture) * (fields[2] > 0.62)[..., None]
    region[:] = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.6:
        cv2.rectangle(region, (0, 0), (w - 1, h - 1), (250, 250, 250), max(round(radius * 0.06), 2))


def _swirl(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    cream = mix(colour, WHITE, 0.7)
    axes = (radius * 0.95, radius * 0.6)
    ellipse(art, (centre[0], centre[1]), axes, cream)
    t = np.linspace(0.3, rng.uniform(9, 16), 90)
    reach = t / t[-1] * radius * 0.9
    path = np.stack([np.cos(t) * reach, np.sin(t) * reach * 0.6], 1) + np.array(centre)
    width = max(round(radius * 0.1), 2)
    cv2.polylines(art, [np.round(path).astype(np.int32)], False, colour, width, cv2.LINE_AA)


def _grain(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    for stalk in (-0.35, 0.0, 0.35):
        foot = (centre[0] + stalk * radius * 0.3, centre[1] + radius)
        head = (centre[0] + stalk * radius * 1.6, centre[1] - radius * rng.uniform(0.6, 0.95))
        line(art, foot, (head[0], head[1]), mix(colour, (90, 70, 30), 0.4), 2)
        for step in np.linspace(0, 0.6, 7):
            spot = (head[0] + (foot[0] - head[0]) * step, head[1] + (foot[1] - head[1]) * step)
            _leaf(art, spot, radius * 0.28, -0.7, colour)
            _leaf(art, spot, radius * 0.28, -2.44, colour)


def _shapes(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    for _ in range(int(rng.integers(3, 7))):
        sides = int(rng.integers(3, 7))
        angles = np.arange(sides) * 2 * np.pi / sides + rng.uniform(0, 6)
        offset = rng.uniform(-0.5, 0.5, 2) * radius + np.array(centre)
        points = np.stack([np.cos(angles), np.sin(angles)], 1) * radius * rng.uniform(0.2, 0.6)
        tint = mix(colour, hsv(float(rng.random()), 0.7, 0.9), float(rng.uniform(0, 0.6)))
        polygon(art, points + offset, tint)


def _rings(
    art: np.ndarray, centre: Point, radius: float, colour: Colour, rng: np.random.Generator
) -> None:
    count = int(rng.integers(3, 7))
    other = mix(colour, WHITE, float(rng.uniform(0.4, 0.9)))
    for ring in range(count):
        size = radius * (1 - ring / count)
        disc(art, centre, size, colour if ring % 2 == 0 else other)


MOTIFS: dict[str, Motif] = {
    "fruit": _fruit,
    "citrus": _citrus,
    "berries": _berries,
    "pods": _pods,
    "leaves": _leaves,
    "glass": _glass,
    "bowl": _bowl,
    "drops": _drops,
    "hills": _hills,
    "animal": _animal,
    "photo": _photo,
    "swirl": _swirl,
    "grain": _grain,
    "shapes": _shapes,
    "rings": _rings,
}
"""Every motif by name."""

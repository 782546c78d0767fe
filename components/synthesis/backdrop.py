"""What stands around products: walls, boards, price rails, tags.

Everything paints in place on a uint8 RGB canvas. Lengths are pixels.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

Colour = tuple[int, int, int]

_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
)


def random_colour(
    rng: np.random.Generator, saturation: tuple[float, float], value: tuple[float, float]
) -> Colour:
    """Return an RGB colour of any hue, with saturation and value in ranges within 0 to 1."""
    hsv = [rng.random() * 179, rng.uniform(*saturation) * 255, rng.uniform(*value) * 255]
    rgb = cv2.cvtColor(np.array([[hsv]], np.uint8), cv2.COLOR_HSV2RGB)[0, 0]
    return int(rgb[0]), int(rgb[1]), int(rgb[2])


def darker(colour: Colour, gain: float) -> Colour:
    """Return a colour times a gain, saturating."""
    r, g, b = (int(min(c * gain, 255)) for c in colour)
    return r, g, b


def wall(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return a back wall: plain, perforated, slatted, gradient, blotched or cluttered."""
    kind = str(rng.choice(["plain", "plain", "holes", "slats", "gradient", "blotches", "clutter"]))
    if kind == "clutter":
        return clutter(rng, height, width)
    colour = random_colour(rng, (0.0, 0.3), (0.2, 0.95))
    canvas: np.ndarray = np.empty((height, width, 3), np.uint8)
    canvas[:] = colour
    shade = darker(colour, float(rng.uniform(0.6, 0.9)))
    if kind == "holes":
        pitch = int(rng.integers(8, 26))
        for y in range(pitch // 2, height, pitch):
            canvas[y : y + max(pitch // 6, 1), pitch // 2 :: pitch] = shade
    elif kind == "slats":
        pitch = int(rng.integers(14, 60))
        for y in range(0, height, pitch):
            canvas[y : y + max(pitch // 8, 1)] = shade
    elif kind == "gradient":
        other = random_colour(rng, (0.0, 0.3), (0.1, 0.9))
        ends = np.array([[colour], [other]], np.uint8)
        canvas = cv2.resize(ends, (width, height), interpolation=cv2.INTER_LINEAR)
    elif kind == "blotches":
        cells = (int(rng.integers(3, 9)), int(rng.integers(3, 9)), 3)
        coarse = rng.integers(20, 220, cells)
        grey = coarse.mean(axis=2, keepdims=True)
        coarse = (grey + (coarse - grey) * rng.uniform(0.0, 0.5)).astype(np.uint8)
        canvas = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return canvas


def clutter(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """Return an out-of-focus jumble of boxes, lamps and lines, as behind a hand-held pack."""
    coarse_h, coarse_w = height // 2, width // 2
    canvas: np.ndarray = np.empty((coarse_h, coarse_w, 3), np.uint8)
    canvas[:] = random_colour(rng, (0.0, 0.4), (0.15, 0.85))
    for _ in range(int(rng.integers(10, 60))):
        x, y = int(rng.integers(-20, coarse_w)), int(rng.integers(-20, coarse_h))
        w, h = (int(v) for v in rng.integers(6, max(coarse_w // 3, 8), 2))
        colour = random_colour(rng, (0.0, 0.9), (0.1, 1.0))
        if rng.random() < 0.75:
            cv2.rectangle(canvas, (x, y), (x + w, y + h), colour, -1)
        else:
            cv2.ellipse(canvas, (x, y), (w // 2 + 1, h // 2 + 1), 0, 0, 360, colour, -1)
    canvas = cv2.GaussianBlur(canvas, (0, 0), float(rng.uniform(0.6, 5.0)))
    return cv2.resize(canvas, (width, height))


def rail(
    canvas: np.ndarray, rng: np.random.Generator, top: int, thickness: int, colour: Colour
) -> None:
    """Paint the front edge of a board, with a lip of light and a shadow below it."""
    height = canvas.shape[0]
    y0, y1 = max(top, 0), min(top + thickness, height)
    if y1 <= y0:
        return
    steps = np.linspace(1.08, 0.82, thickness)[y0 - top : y1 - top, None]
    canvas[y0:y1] = np.clip(np.array(colour) * steps, 0, 255).astype(np.uint8)[:, None, :]
    line = max(thickness // 12, 1)
    canvas[y0 : min(y0 + line, height)] = darker(colour, 1.25)
    canvas[max(y1 - line, 0) : y1] = darker(colour, 0.55)


def price_tag(
    canvas: np.ndarray, rng: np.random.Generator, corner: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Paint a price tag with its upper left at `corner`; return the box it covers, x0 y0 x1 y1."""
    (x, y), (width, height) = corner, size
    ground: Colour = [(250, 250, 246), (250, 250, 246), (252, 226, 60), (214, 40, 40)][
        int(rng.integers(4))
    ]
    ink: Colour = (250, 250, 250) if ground[1] < 100 else (24, 24, 28)
    cv2.rectangle(canvas, (x, y), (x + width, y + height), ground, -1)
    cv2.rectangle(canvas, (x, y), (x + width, y + height), darker(ground, 0.7), 1)
    price = f"{int(rng.integers(1, 99))},{int(rng.integers(0, 10))}9"
    tag = canvas[max(y, 0) : y + height, max(x, 0) : x + width]
    if tag.shape[:2] == (height, width):
        write(tag, rng, price, (0.38, 0.2, 0.95, 0.8), ink)
    for line in range(2):
        at = y + int(height * (0.25 + 0.22 * line))
        end = x + int(width * rng.uniform(0.25, 0.36))
        cv2.line(canvas, (x + int(width * 0.06), at), (end, at), ink, 1)
    return x, y, x + width + 1, y + height + 1


def write(
    canvas: np.ndarray,
    rng: np.random.Generator,
    text: str,
    box: tuple[float, float, float, float],
    ink: Colour,
) -> None:
    """Write a line of text into a box (x0, y0, x1, y1 as shares of the canvas), left-aligned."""
    height, width = canvas.shape[:2]
    font = _FONTS[int(rng.integers(len(_FONTS)))]
    (text_w, text_h), _ = cv2.getTextSize(text, font, 1.0, 1)
    scale = min(width * (box[2] - box[0]) / text_w, height * (box[3] - box[1]) / text_h)
    middle = height * (box[1] + box[3]) / 2
    place = (int(width * box[0]), int(middle + text_h * scale / 2))
    thick = 1 if text_h * scale < 24 else 2
    cv2.putText(canvas, text, place, font, scale, ink, thick, cv2.LINE_AA)


@lru_cache(maxsize=1)
def contact_shadow() -> np.ndarray:
    """Return light around a standing product, uint8 [64, 64, 3]: dark at its foot and sides."""
    ys, xs = np.mgrid[0:1:64j, -1:1:64j]
    sides = np.clip(1 - np.abs(xs) ** 4, 0, 1) * np.clip(ys * 4, 0, 1) * 0.4
    foot = np.clip(1 - np.abs(xs) ** 6, 0, 1) * np.exp(-(((ys - 0.95) / 0.035) ** 2)) * 0.75
    end = np.clip((1 - ys) / 0.04, 0, 1)
    light = 1 - np.maximum(sides * end, foot)
    return np.repeat(np.round(light * 255).astype(np.uint8)[..., None], 3, axis=2)

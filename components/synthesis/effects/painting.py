"""Colours, text and price tags: what shelves and the things in front of them are painted with."""

from __future__ import annotations

import cv2
import numpy as np

Colour = tuple[int, int, int]
"""RGB, 0 to 255 each."""

_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_PLAIN,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
)

_TAG_GROUNDS: tuple[Colour, ...] = (
    (250, 250, 246),
    (250, 250, 246),
    (252, 226, 60),
    (214, 40, 40),
)
"""Price tags are white, yellow or red, and half of them are white."""
_DARK_INK: Colour = (24, 24, 28)
_LIGHT_INK: Colour = (250, 250, 250)


def random_colour(
    rng: np.random.Generator, saturation: tuple[float, float], value: tuple[float, float]
) -> Colour:
    """Return an RGB colour of any hue, with saturation and value in ranges within 0 to 1."""
    # OpenCV halves hues, so that 180 is the whole circle.
    hsv = [rng.random() * 179, rng.uniform(*saturation) * 255, rng.uniform(*value) * 255]
    rgb = cv2.cvtColor(np.array([[hsv]], np.uint8), cv2.COLOR_HSV2RGB)[0, 0]
    return int(rgb[0]), int(rgb[1]), int(rgb[2])


def scaled(colour: Colour, gain: float) -> Colour:
    """Return a colour times a gain, saturating."""
    r, g, b = (int(min(c * gain, 255)) for c in colour)
    return r, g, b


def price_tag(
    picture: np.ndarray, rng: np.random.Generator, corner: tuple[int, int], size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """Paint a price tag, in place.

    Args:
        picture: uint8 `[H, W, 3]` RGB.
        rng: Decides colour and price.
        corner: Its upper left, x and y; may lie outside.
        size: Its width and height, pixels.

    Returns:
        The box it covers: x0, y0, x1, y1.
    """
    (x, y), (width, height) = corner, size
    ground = _TAG_GROUNDS[int(rng.integers(len(_TAG_GROUNDS)))]
    ink = _LIGHT_INK if ground[1] < 100 else _DARK_INK
    cv2.rectangle(picture, (x, y), (x + width, y + height), ground, -1)
    cv2.rectangle(picture, (x, y), (x + width, y + height), scaled(ground, 0.7), 1)
    price = f"{int(rng.integers(1, 99))},{int(rng.integers(0, 10))}9"
    tag = picture[max(y, 0) : y + height, max(x, 0) : x + width]
    if tag.shape[:2] == (height, width):
        write_text(tag, rng, price, (0.38, 0.2, 0.95, 0.8), ink)
    for line in range(2):
        at = y + int(height * (0.25 + 0.22 * line))
        end = x + int(width * rng.uniform(0.25, 0.36))
        cv2.line(picture, (x + int(width * 0.06), at), (end, at), ink, 1)
    return x, y, x + width + 1, y + height + 1


def write_text(
    picture: np.ndarray,
    rng: np.random.Generator,
    text: str,
    box: tuple[float, float, float, float],
    ink: Colour,
) -> None:
    """Write a line of text as large as it fits into a box, left-aligned, in place.

    Args:
        picture: uint8 `[H, W, 3]` RGB.
        rng: Chooses the font.
        text: The line.
        box: x0, y0, x1, y1 as shares of the picture's sides.
        ink: Colour of the letters.
    """
    height, width = picture.shape[:2]
    font = _FONTS[int(rng.integers(len(_FONTS)))]
    (text_w, text_h), _ = cv2.getTextSize(text, font, 1.0, 1)
    scale = min(width * (box[2] - box[0]) / text_w, height * (box[3] - box[1]) / text_h)
    middle = height * (box[1] + box[3]) / 2
    start = (int(width * box[0]), int(middle + text_h * scale / 2))
    thick = 1 if text_h * scale < 24 else 2
    cv2.putText(picture, text, start, font, scale, ink, thick, cv2.LINE_AA)


def blend(
    picture: np.ndarray, colour: np.ndarray, alpha: np.ndarray, x: int, y: int, gain: float = 1.0
) -> None:
    """Lay one picture over another, in place.

    Args:
        picture: uint8 `[H, W, 3]`, below.
        colour: uint8 `[h, w, 3]`, above.
        alpha: uint8 `[h, w]`, how much of `picture` it covers, 255 being all.
        x: Column where its left edge comes to lie; all of it lies inside.
        y: Row where its top edge comes to lie.
        gain: Factor on the light of `colour`.
    """
    region = picture[y : y + alpha.shape[0], x : x + alpha.shape[1]]
    share = cv2.merge([alpha, alpha, alpha])
    front = cv2.multiply(colour, share, scale=gain / 255.0)
    back = cv2.multiply(region, cv2.bitwise_not(share), scale=1.0 / 255.0)
    cv2.add(front, back, dst=region)

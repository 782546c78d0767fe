"""Text on packs: the fonts that ship with matplotlib, stretched, slanted and weighted."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from components.synthesis.products.colours import Colour

FONTS = (
    "DejaVuSans-Bold",
    "DejaVuSans",
    "DejaVuSans-BoldOblique",
    "DejaVuSansMono-Bold",
    "DejaVuSerif-Bold",
    "DejaVuSerif-BoldItalic",
    "DejaVuSerif",
    "STIXGeneralBol",
    "STIXGeneralBolIta",
    "STIXGeneralItalic",
    "cmb10",
    "cmss10",
    "cmtt10",
)

_SIZES = (16, 32, 64, 128)


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / f"{name}.ttf"), size)


def text_mask(
    text: str,
    font: str,
    height: float,
    max_width: float,
    stretch: float = 1.0,
    slant: float = 0.0,
) -> np.ndarray:
    """Render one line of text.

    Args:
        text: The line; must not be blank.
        font: One of `FONTS`.
        height: Height of the letters in pixels.
        max_width: Lines wider than this are condensed, then shrunk, to fit. Pixels.
        stretch: Horizontal scale of the letters.
        slant: Horizontal shift per unit of height, for sheared letters.

    Returns:
        uint8 `[h, w]` coverage, cropped to the ink.
    """
    size = next((s for s in _SIZES if s >= height * 1.3), _SIZES[-1])
    face = _font(font, size)
    left, top, right, bottom = face.getbbox(text)
    image = Image.new("L", (int(right - left) + 2, int(bottom - top) + 2))
    ImageDraw.Draw(image).text((1 - left, 1 - top), text, font=face, fill=255)
    ink = np.asarray(image)
    if slant:
        shift = abs(slant) * ink.shape[0]
        matrix = np.array([[1, -slant, shift if slant > 0 else 0], [0, 1, 0]], np.float32)
        ink = cv2.warpAffine(ink, matrix, (int(ink.shape[1] + shift), ink.shape[0]))
    width = ink.shape[1] * height / ink.shape[0] * stretch
    if width > max_width:
        height *= max(max_width / width, 0.6) ** 0.5
        width = max_width
    new_size = (max(round(width), 2), max(round(height), 2))
    return cv2.resize(ink, new_size, interpolation=cv2.INTER_AREA)


def stamp(art: np.ndarray, mask: np.ndarray, centre: tuple[float, float], colour: Colour) -> None:
    """Paint a coverage mask in one colour on artwork, centred; what falls outside is lost."""
    height, width = mask.shape
    x, y = round(centre[0] - width / 2), round(centre[1] - height / 2)
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + width, art.shape[1]), min(y + height, art.shape[0])
    if x1 <= x0 or y1 <= y0:
        return
    cover = mask[y0 - y : y1 - y, x0 - x : x1 - x, None].astype(np.uint16)
    region = art[y0:y1, x0:x1]
    paint = np.array(colour, np.uint16)
    region[:] = ((region * (255 - cover) + paint * cover) // 255).astype(np.uint8)


def outlined(
    art: np.ndarray,
    mask: np.ndarray,
    centre: tuple[float, float],
    colour: Colour,
    outline: Colour,
    thickness: int,
) -> None:
    """Stamp a mask with an outline of `thickness` pixels around it."""
    padded = np.pad(mask, thickness)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * thickness + 1,) * 2)
    stamp(art, cv2.dilate(padded, kernel), centre, outline)
    stamp(art, mask, centre, colour)

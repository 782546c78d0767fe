"""Colours as RGB triples 0 to 255, made from hue, saturation and value."""

from __future__ import annotations

import colorsys

Colour = tuple[int, int, int]

WHITE: Colour = (250, 250, 248)
INK: Colour = (28, 28, 34)


def hsv(hue: float, saturation: float, value: float) -> Colour:
    """Return the colour of a hue (turns, any real), a saturation and a value (both 0 to 1)."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def mix(first: Colour, second: Colour, share: float) -> Colour:
    """Return `share` of the second colour in the first."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(first, second, strict=True))
    return r, g, b


def luminance(colour: Colour) -> float:
    """Return perceived lightness, 0 (black) to 1 (white)."""
    return (0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]) / 255.0


def readable_on(background: Colour, preferred: Colour | None = None) -> Colour:
    """Return the preferred colour when it stands out on the background, else ink or white."""
    if preferred is not None and abs(luminance(preferred) - luminance(background)) > 0.35:
        return preferred
    return INK if luminance(background) > 0.55 else WHITE

"""Letters on pictures for people: the font, and breaking or cutting texts that do not fit."""

from __future__ import annotations

from PIL import ImageFont


def wrapped(text: str, letters: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Break a text between words into lines that fit; a single long word does not."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if letters.getlength(longer) <= room or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shortened(text: str, letters: ImageFont.FreeTypeFont, room: float) -> str:
    """Cut a text that does not fit, and say so with an ellipsis."""
    if letters.getlength(text) <= room:
        return text
    while text and letters.getlength(text + "…") > room:
        text = text[:-1]
    return text.rstrip() + "…"


def font(size: int) -> ImageFont.FreeTypeFont:
    """Return DejaVu Sans where the system has it (it knows most scripts), or Pillow's own."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        # Without FreeType Pillow has bitmap letters only; every wheel of it brings FreeType.
        own = ImageFont.load_default(size)
        assert isinstance(own, ImageFont.FreeTypeFont)
        return own

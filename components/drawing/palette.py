"""Colours that people with any colour vision tell apart (Okabe and Ito's), and two themes of them.

A colour never stands alone: words, shapes, dashes and hatching say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

BLUE = "#0072B2"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
GREY = "#6B7280"
INK = "#1F2937"


@dataclass(frozen=True)
class Theme:
    """The colours of a page.

    Attributes:
        paper: behind everything.
        tint: behind what stands out.
        line: between rows.
        ink: of text.
        soft: of text that matters less.
        good: of what passes or is better.
        bad: of what is refused or worse.
    """

    paper: str
    tint: str
    line: str
    ink: str
    soft: str
    good: str
    bad: str


LIGHT = Theme(
    paper="#FFFFFF",
    tint="#F3F5F8",
    line="#D5DAE1",
    ink=INK,
    soft="#566070",
    good="#00659E",
    bad="#A83F00",
)
DARK = Theme(
    paper="#14181F",
    tint="#1F2630",
    line="#3A4452",
    ink="#E8EBF0",
    soft="#A9B3C1",
    good="#6CC1F2",
    bad="#FF9D66",
)

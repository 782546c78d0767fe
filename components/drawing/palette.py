"""Colours of every picture and page: those of Okabe and Ito, and two themes.

People with any colour vision tell them apart. Still, a colour never stands alone: words, shapes,
dashes and hatching say the same.
"""

from __future__ import annotations

from dataclasses import dataclass

BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
PURPLE = "#CC79A7"
SKY_BLUE = "#56B4E9"
VERMILION = "#D55E00"
YELLOW = "#F0E442"

INK = "#1F2937"
GREY = "#6B7280"
PAPER = "#FFFFFF"


@dataclass(frozen=True)
class Theme:
    """The colours of a page.

    Attributes:
        paper: Behind everything.
        tint: Behind what stands out.
        line: Between rows.
        ink: Of text.
        soft: Of text that matters less.
        good: Of what passes or is better.
        bad: Of what is refused or worse.
    """

    paper: str
    tint: str
    line: str
    ink: str
    soft: str
    good: str
    bad: str


LIGHT = Theme(
    paper=PAPER,
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

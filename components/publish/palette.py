"""Colours that people with any colour vision tell apart (Okabe and Ito's)."""

BLUE = "#0072B2"
ORANGE = "#E69F00"
VERMILION = "#D55E00"
GREY = "#6B7280"
INK = "#1F2937"

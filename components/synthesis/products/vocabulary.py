"""What invented products are put together from: names, shapes, flavours, sizes."""

from __future__ import annotations

from typing import Literal

Shape = Literal["gable", "brick", "box", "bottle", "can", "jar", "tub", "tube", "pouch"]
"""Kinds of pack."""
Axis = Literal["flavour", "band", "percent", "size", "icon"]
"""What tells the variants of a family from each other."""

BRAND_STARTS = (
    "Al", "Bo", "Ca", "Da", "El", "Fa", "Gra", "Hel", "Io", "Ju", "Kal", "Lu",
    "Mo", "No", "Or", "Pa", "Qui", "Ro", "Sol", "Ta", "Ul", "Va", "Wi", "Yo",
    "Zel", "Bri", "Fro", "Sta", "Tri",
)  # fmt: skip
BRAND_MIDDLES = (
    "ba", "de", "li", "mo", "na", "pe", "ri", "so", "ta", "vi", "ll", "nn",
    "rr", "ka", "lo", "mi", "zo", "",
)  # fmt: skip
BRAND_ENDS = (
    "a", "o", "i", "um", "el", "on", "ra", "ny", "va", "co", "ta", "lis",
    "na", "ro", "is", "ella", "ino", "ado", "ette", "ska",
)  # fmt: skip

PRODUCTS: dict[str, tuple[tuple[str, ...], tuple[Shape, ...]]] = {
    "Milk": (
        ("MILK", "WHOLE MILK", "OAT DRINK", "SOYA DRINK", "KEFIR"),
        ("gable", "gable", "bottle", "brick"),
    ),
    "Yoghurt": (
        ("YOGHURT", "CREAMY YOGHURT", "SKYR", "QUARK"),
        ("tub", "gable", "brick", "bottle"),
    ),
    "Juice": (
        ("JUICE", "NECTAR", "SMOOTHIE", "PRESSED JUICE"),
        ("gable", "brick", "bottle", "gable"),
    ),
    "Soft drink": (
        ("SODA", "COLA", "TONIC", "ICE TEA", "ENERGY"),
        ("can", "bottle", "can"),
    ),
    "Soup": (
        ("SOUP", "BROTH", "PASTA SAUCE", "BEANS"),
        ("can", "jar", "pouch", "brick"),
    ),
    "Cereal": (
        ("MUESLI", "CRUNCH", "CORN FLAKES", "GRANOLA"),
        ("box", "pouch", "box"),
    ),
    "Snacks": (
        ("CHIPS", "CRACKERS", "COOKIES", "NUTS"),
        ("pouch", "box", "tube", "pouch"),
    ),
    "Coffee": (
        ("COFFEE", "ESPRESSO", "COCOA", "TEA"),
        ("pouch", "box", "jar", "can"),
    ),
    "Spread": (
        ("JAM", "HONEY", "PEANUT BUTTER", "PESTO"),
        ("jar", "tub", "jar"),
    ),
    "Care": (
        ("SHAMPOO", "LOTION", "SOAP", "TOOTHPASTE", "DETERGENT"),
        ("bottle", "tube", "box", "bottle"),
    ),
}
"""Per category: words printed on packs, and kinds of pack; what stands there twice is likelier."""

FLAVOURS: tuple[tuple[str, tuple[float, float, float], str], ...] = (
    ("Strawberry", (0.97, 0.80, 0.88), "berries"),
    ("Vanilla", (0.13, 0.45, 0.97), "pods"),
    ("Blueberry", (0.69, 0.60, 0.62), "berries"),
    ("Apple", (0.27, 0.70, 0.72), "fruit"),
    ("Orange", (0.08, 0.90, 0.98), "citrus"),
    ("Lemon", (0.15, 0.80, 0.98), "citrus"),
    ("Peach", (0.06, 0.50, 0.98), "fruit"),
    ("Mango", (0.11, 0.85, 0.97), "fruit"),
    ("Lime", (0.23, 0.80, 0.80), "citrus"),
    ("Cherry", (0.98, 0.90, 0.65), "fruit"),
    ("Grape", (0.78, 0.55, 0.55), "berries"),
    ("Mint", (0.43, 0.60, 0.72), "leaves"),
    ("Cocoa", (0.05, 0.65, 0.42), "swirl"),
    ("Coconut", (0.55, 0.25, 0.88), "swirl"),
    ("Tomato", (0.01, 0.88, 0.85), "fruit"),
    ("Basil", (0.35, 0.75, 0.50), "leaves"),
    ("Honey", (0.10, 0.80, 0.88), "drops"),
    ("Ginger", (0.09, 0.55, 0.85), "shapes"),
    ("Raspberry", (0.94, 0.75, 0.80), "berries"),
    ("Grapefruit", (0.02, 0.60, 0.97), "citrus"),
)
"""Name, colour as hue, saturation and value, and motif."""

PERCENTS = ("0,1%", "0,5%", "1,5%", "3,0%", "7%", "12%", "25%")
SIZES = ("250 ml", "330 ml", "500 g", "750 g", "1 L", "1,5 L", "2 L")
ICONS = ("leaf", "heart", "star", "drop", "cross", "sun")
BAND_WORDS = (
    "Original",
    "Classic",
    "Light",
    "Intense",
    "Mild",
    "Bio",
    "Plus",
    "Zero",
    "Extra",
    "Fresh",
)
"""What variants are called that differ in their band only."""

ASPECTS: dict[Shape, tuple[float, float]] = {
    "gable": (1.9, 2.6),
    "brick": (1.35, 2.4),
    "box": (1.15, 1.7),
    "bottle": (2.3, 3.3),
    "can": (1.45, 2.1),
    "jar": (1.1, 1.6),
    "tub": (0.75, 1.15),
    "tube": (2.2, 3.0),
    "pouch": (1.2, 1.7),
}
"""Smallest and largest height of the front, as a multiple of its width."""

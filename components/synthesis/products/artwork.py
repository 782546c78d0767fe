"""Flat artwork of a pack: its front and its side, before they are folded around a shape."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from components.synthesis.products.antialiased import disc, ellipse, polygon
from components.synthesis.products.colours import INK, WHITE, Colour, mix, readable_on
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.lettering import outlined, stamp, text_mask
from components.synthesis.products.motifs import MOTIFS, smooth_noise

_SMALL_PRINT = (
    "lorem", "dolor", "amet", "fresh", "since", "pure", "taste", "quality",
    "best", "before", "store", "cool", "shake", "well", "natural", "source",
    "of", "vitamin", "made", "with", "care", "no", "added", "sugar",
)  # fmt: skip


def _layer(family: Family, name: str) -> np.random.Generator:
    """Return the generator of one layer: all variants of a family draw the same from it."""
    return np.random.default_rng([family.seed, *name.encode()])


def front_art(family: Family, variant: Variant, width: int, height: int) -> np.ndarray:
    """Return the front of a pack, uint8 `[height, width, 3]` RGB."""
    art = _base(family, variant, width, height)
    plan = _layer(family, "plan")
    logo_y = float(plan.choice([0.13, 0.17, 0.24, 0.32, 0.45]))
    motif_below = plan.random() < 0.75 or logo_y < 0.3
    motif_y = float(plan.uniform(0.62, 0.74)) if motif_below else 0.18
    text_y = (
        float(plan.uniform(logo_y + 0.14, 0.52))
        if logo_y < 0.36
        else float(plan.uniform(0.62, 0.78))
    )
    if plan.random() < 0.85:
        radius = width * float(plan.uniform(0.24, 0.44))
        place = (width * float(plan.uniform(0.35, 0.65)), height * motif_y)
        MOTIFS[variant.motif](
            art, place, radius, _motif_colour(family, variant, art, place), _layer(family, "motif")
        )
    _band(art, family, variant)
    _texts(art, family, variant, text_y)
    _logo(art, family, logo_y)
    _corners(art, family, variant)
    return art


def side_art(family: Family, variant: Variant, width: int, height: int) -> np.ndarray:
    """Return the side of a pack, uint8 `[height, width, 3]` RGB: small print, table, barcode."""
    rng = _layer(family, "side")
    ground = mix(family.base, family.second, float(rng.choice([0.0, 0.0, 0.35, 1.0])))
    art = np.empty((height, width, 3), np.uint8)
    art[:] = ground
    if rng.random() < 0.4:
        art[: int(height * rng.uniform(0.08, 0.3))] = variant.accent
    ink = readable_on(ground)
    y = height * 0.12
    while y < height * 0.5:
        _print_line(art, (width * 0.5, y), width * float(rng.uniform(0.5, 0.85)), ink, rng)
        y += height * 0.022
    _table(
        art, (int(width * 0.12), int(height * 0.54)), (int(width * 0.76), int(height * 0.18)), ink
    )
    _barcode(
        art, (int(width * 0.2), int(height * 0.78)), (int(width * 0.6), int(height * 0.12)), rng
    )
    return art


def _motif_colour(
    family: Family, variant: Variant, art: np.ndarray, place: tuple[float, float]
) -> Colour:
    under = art[min(int(place[1]), len(art) - 1), int(place[0])]
    background: Colour = (int(under[0]), int(under[1]), int(under[2]))
    colour = variant.accent if family.axis == "flavour" else family.brand_colour
    difference = sum(abs(a - b) for a, b in zip(colour, background, strict=True))
    return colour if difference > 90 else mix(colour, readable_on(background), 0.45)


def _base(family: Family, variant: Variant, width: int, height: int) -> np.ndarray:
    rng = _layer(family, "base")
    art = np.empty((height, width, 3), np.float32)
    art[:] = family.base
    second = variant.accent if rng.random() < 0.25 else family.second
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    xs, ys = xs / width, ys / height
    kind = str(
        rng.choice(["plain", "gradient", "split", "diagonal", "wave", "arc", "patch", "rays"])
    )
    edge = float(rng.uniform(0.3, 0.75))
    share: np.ndarray = np.zeros((height, width), np.float32)
    if kind == "gradient":
        share = ys * float(rng.uniform(0.4, 1.0)) if rng.random() < 0.5 else 1 - ys
    elif kind == "split":
        share = (ys > edge).astype(np.float32)
    elif kind == "diagonal":
        share = (ys + (xs - 0.5) * float(rng.uniform(-0.8, 0.8)) > edge).astype(np.float32)
    elif kind == "wave":
        phase, count = rng.uniform(0, 6), float(rng.uniform(3, 12))
        share = (ys > edge + 0.05 * np.sin(xs * count + phase)).astype(np.float32)
    elif kind == "arc":
        share = ((xs - 0.5) ** 2 + (ys - 1.1) ** 2 * 2 < edge).astype(np.float32)
    elif kind == "patch":
        share = (smooth_noise(rng, height, width, int(rng.integers(2, 6))) > 0.55).astype(
            np.float32
        )
    elif kind == "rays":
        turn = np.arctan2(ys - 0.4, (xs - 0.5) * width / height)
        share = (np.sin(turn * int(rng.integers(6, 16))) > 0).astype(np.float32) * 0.5
    share = cv2.GaussianBlur(share, (3, 3), 0)[..., None]
    art += (np.array(second, np.float32) - art) * share
    _pattern(art, rng, mix(family.base, family.second, 0.5), xs, ys)
    return np.clip(art, 0, 255).astype(np.uint8)


def _pattern(
    art: np.ndarray, rng: np.random.Generator, colour: Colour, xs: np.ndarray, ys: np.ndarray
) -> None:
    kind = str(
        rng.choice(
            ["none", "none", "none", "stripes", "dots", "checks", "waves", "marble", "weave"]
        )
    )
    if kind == "none":
        return
    pitch = float(rng.uniform(6, 22))
    tall = art.shape[0] / art.shape[1]
    u, v = xs * pitch, ys * pitch * tall
    if kind == "stripes":
        angle = float(rng.choice([0.0, 0.79, 1.57, 2.36]))
        share = np.sin((u * np.cos(angle) + v * np.sin(angle)) * 3.1) > 0.2
    elif kind == "dots":
        share = (u % 1 - 0.5) ** 2 + (v % 1 - 0.5) ** 2 < rng.uniform(0.03, 0.12)
    elif kind == "checks":
        share = (np.floor(u) + np.floor(v)) % 2 > 0
    elif kind == "waves":
        share = np.sin(v * 3.1 + np.sin(u * 2.0)) > 0.3
    elif kind == "marble":
        field = smooth_noise(rng, art.shape[0], art.shape[1], int(rng.integers(4, 14)))
        share = np.abs(np.sin(field * 9)) > 0.7
    else:
        share = (np.sin(u * 4) * np.sin(v * 4)) > 0.25
    where = share.astype(np.float32)
    low, high = sorted(rng.uniform(0, 1, 2))
    if rng.random() < 0.6:
        where = where * ((ys >= low * 0.8) & (ys <= max(high, low + 0.25)))
    where = cv2.GaussianBlur(where, (3, 3), 0)[..., None] * float(rng.uniform(0.25, 0.9))
    art += (np.array(colour, np.float32) - art) * where


def _band(art: np.ndarray, family: Family, variant: Variant) -> None:
    rng = _layer(family, "band")
    height, width = art.shape[:2]
    thick = round(variant.band * height)
    kind = str(rng.choice(["foot", "foot", "middle", "head", "ribbon", "column"]))
    if family.axis == "flavour" and rng.random() < 0.3:
        return
    if kind == "column" and family.shape not in ("gable", "brick", "box", "pouch"):
        kind = "middle"  # a column at the rim of a round pack would hardly be seen
    if kind == "column":
        art[:, : max(round(width * 0.16), 2)] = variant.accent
        return
    top = {"foot": height - thick, "head": 0}.get(
        kind, round(height * float(rng.uniform(0.45, 0.7)))
    )
    if kind == "ribbon":
        lean = round(width * float(rng.uniform(-0.25, 0.25)))
        corners = [
            [0, top + lean],
            [width, top - lean],
            [width, top - lean + thick],
            [0, top + lean + thick],
        ]
        polygon(art, np.array(corners), variant.accent)
        return
    art[top : top + thick] = variant.accent
    if rng.random() < 0.4:
        line = mix(variant.accent, WHITE, 0.8)
        cv2.line(art, (0, top), (width, top), line, max(height // 120, 1))


def _texts(art: np.ndarray, family: Family, variant: Variant, y: float) -> None:
    rng = _layer(family, "texts")
    height, width = art.shape[:2]
    left = rng.random() < 0.3
    stretch, slant = float(rng.uniform(0.65, 1.15)), float(rng.choice([0, 0, 0, 0.2]))
    big = height * float(rng.uniform(0.04, 0.085))
    flavour_font = family.font if rng.random() < 0.4 else family.text_font
    label = {"percent": variant.percent, "size": variant.size}.get(family.axis, variant.label)
    if family.axis == "icon":
        label = ""
    lines = [(family.product, family.text_font, big, 1.0)]
    if label:
        scale = {"percent": 1.7, "size": 1.4}.get(family.axis, 1.0)
        lines.append((label, flavour_font, big * scale, 0.0))
    elif rng.random() < 0.5:
        lines.append((variant.label.split()[0], flavour_font, big * 0.8, 1.0))
    upper = rng.random() < 0.4
    cursor = y * height
    for text, font, size, shared in lines:
        mask = text_mask(text.upper() if upper else text, font, size, width * 0.86, stretch, slant)
        cursor += mask.shape[0] / 2
        x = width * 0.07 + mask.shape[1] / 2 if left else width / 2
        background, busy = _ground(art, mask.shape, (x, cursor))
        wanted = family.brand_colour if shared else variant.accent
        colour = readable_on(background, wanted)
        if busy or rng.random() < 0.2:
            edge = readable_on(colour)
            outlined(art, mask, (x, cursor), colour, edge, max(height // 110, 1))
        else:
            stamp(art, mask, (x, cursor), colour)
        cursor += mask.shape[0] / 2 + height * 0.018
    for _ in range(int(rng.integers(0, 4))):
        _print_line(
            art,
            (width / 2, cursor),
            width * float(rng.uniform(0.4, 0.8)),
            readable_on(family.base),
            rng,
        )
        cursor += height * 0.026


def _ground(
    art: np.ndarray, shape: tuple[int, ...], centre: tuple[float, float]
) -> tuple[Colour, bool]:
    """Return the mean colour under a text, and whether it is too busy to read text on."""
    y, x = max(int(centre[1] - shape[0] / 2), 0), max(int(centre[0] - shape[1] / 2), 0)
    region = art[y : y + shape[0], x : x + shape[1]]
    if region.size == 0:
        return WHITE, False
    mean, spread = cv2.meanStdDev(region)
    r, g, b = (int(channel) for channel in mean[:, 0])
    return (r, g, b), bool(spread.max() > 32)


def _logo(art: np.ndarray, family: Family, y: float) -> None:
    rng = _layer(family, "logo")
    height, width = art.shape[:2]
    size = height * float(rng.uniform(0.06, 0.13))
    mask = text_mask(
        family.brand, family.font, size, width * float(rng.uniform(0.6, 0.88)),
        float(rng.uniform(0.6, 1.3)), float(rng.choice([0, 0, 0.2, -0.15])),
    )  # fmt: skip
    x, y = width * float(rng.uniform(0.45, 0.55)), y * height
    half_w, half_h = mask.shape[1] / 2 + width * 0.05, mask.shape[0] / 2 + height * 0.02
    plate = str(
        rng.choice(["none", "none", "ellipse", "rectangle", "pill", "shield", "circle", "ribbon"])
    )
    place = (round(x), round(y))
    colour = family.brand_colour
    if plate == "none":
        ink = readable_on(family.base, colour)
        outlined(
            art, mask, (x, y), ink, mix(family.base, readable_on(ink), 0.6), max(height // 110, 1)
        )
        return
    if plate == "ellipse":
        ellipse(art, place, (half_w * 1.1, half_h * 1.4), colour)
    elif plate == "circle":
        disc(art, place, half_w, colour)
        disc(art, place, half_w * 0.92, WHITE, max(height // 130, 1))
    elif plate == "shield":
        outline = [[-1, -1.4], [1, -1.4], [1, 0.5], [0, 2.0], [-1, 0.5]]
        points = np.array(outline) * [half_w, half_h] + [x, y]
        polygon(art, points, colour)
    elif plate == "pill":
        reach = round(max(half_w - half_h, 1))
        for end in (-reach, reach):
            disc(art, (place[0] + end, place[1]), half_h, colour)
        cv2.rectangle(
            art,
            (place[0] - reach, round(y - half_h)),
            (place[0] + reach, round(y + half_h)),
            colour,
            -1,
        )
    elif plate == "ribbon":
        art[max(round(y - half_h), 0) : round(y + half_h)] = colour
    else:
        corner = (round(x - half_w), round(y - half_h))
        cv2.rectangle(art, corner, (round(x + half_w), round(y + half_h)), colour, -1)
    stamp(art, mask, (x, y), readable_on(colour))


def _corners(art: np.ndarray, family: Family, variant: Variant) -> None:
    """Print what stands in corners: contents, percentage, badge, nutrition."""
    rng = _layer(family, "corners")
    height, width = art.shape[:2]
    ink = readable_on(family.base)
    small = height * 0.032
    for text, x in ((variant.size, 0.2), (variant.percent, 0.8)):
        mask = text_mask(text, family.text_font, small, width * 0.36)
        place = (width * x, height * 0.955)
        under = art[int(place[1]), int(place[0])]
        stamp(art, mask, place, readable_on((int(under[0]), int(under[1]), int(under[2])), ink))
    if variant.icon:
        centre = (
            width * float(rng.choice([0.24, 0.5, 0.76])),
            height * float(rng.choice([0.56, 0.84])),
        )
        _icon(art, variant, centre, width * float(rng.uniform(0.15, 0.2)))
    elif rng.random() < 0.45:
        centre = (width * float(rng.choice([0.2, 0.8])), height * float(rng.uniform(0.3, 0.85)))
        _burst(art, centre, width * float(rng.uniform(0.1, 0.17)), family, rng)
    if rng.random() < 0.15:
        x = width * 0.1
        for _ in range(4):
            cell = (round(x), round(height * 0.88))
            cv2.rectangle(
                art,
                cell,
                (cell[0] + round(width * 0.14), cell[1] + round(height * 0.035)),
                WHITE,
                -1,
            )
            cv2.rectangle(
                art, cell, (cell[0] + round(width * 0.14), cell[1] + round(height * 0.035)), INK, 1
            )
            x += width * 0.16


def _burst(
    art: np.ndarray,
    centre: tuple[float, float],
    radius: float,
    family: Family,
    rng: np.random.Generator,
) -> None:
    points = int(rng.integers(9, 20))
    angles = np.arange(2 * points) * np.pi / points
    reach = np.where(np.arange(2 * points) % 2 == 0, radius, radius * float(rng.uniform(0.75, 1.0)))
    star = np.stack([np.cos(angles) * reach, np.sin(angles) * reach], 1) + np.array(centre)
    polygon(art, star, family.second)
    word = str(rng.choice(["NEW", "BIO", "100%", "+C", "ECO", "2x", "1st"]))
    mask = text_mask(word, family.text_font, radius * 0.55, radius * 1.4)
    stamp(art, mask, centre, readable_on(family.second))


def _icon(art: np.ndarray, variant: Variant, centre: tuple[float, float], radius: float) -> None:
    x, y = round(centre[0]), round(centre[1])
    disc(art, (x, y), radius, WHITE)
    disc(art, (x, y), radius * 0.88, variant.accent)
    outline = _ICON_OUTLINES[variant.icon]() * radius * 0.62 + np.array(centre)
    polygon(art, outline, WHITE)


def _curve(function: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]) -> np.ndarray:
    x, y = function(np.linspace(0, 2 * np.pi, 40, endpoint=False))
    return np.stack([x, y], 1)


def _star(points: int, inner: float) -> np.ndarray:
    angles = np.arange(2 * points) * np.pi / points - np.pi / 2
    reach = np.where(np.arange(2 * points) % 2 == 0, 1.1, inner)
    return np.stack([np.cos(angles) * reach, np.sin(angles) * reach], 1)


_ICON_OUTLINES: dict[str, Callable[[], np.ndarray]] = {
    "leaf": lambda: _curve(lambda t: (np.cos(t) * 0.5 * (1 + np.sin(t)) ** 0.5, -np.sin(t))),
    "heart": lambda: _curve(
        lambda t: (
            np.sin(t) ** 3,
            -(13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)) / 16,
        )
    ),
    "star": lambda: _star(5, 0.45),
    "drop": lambda: _curve(lambda t: (np.cos(t) * 0.7 * (1 - np.sin(t)) ** 0.5, np.sin(t) * -0.95)),
    "cross": lambda: np.array(
        [[-.3, -1], [.3, -1], [.3, -.3], [1, -.3], [1, .3], [.3, .3], [.3, 1], [-.3, 1], [-.3, .3],
         [-1, .3], [-1, -.3], [-.3, -.3]]
    ),
    "sun": lambda: _star(12, 0.75),
}  # fmt: skip


def _print_line(
    art: np.ndarray,
    centre: tuple[float, float],
    width: float,
    ink: Colour,
    rng: np.random.Generator,
) -> None:
    words = " ".join(str(word) for word in rng.choice(_SMALL_PRINT, int(rng.integers(3, 6))))
    mask = text_mask(words, "DejaVuSans", art.shape[0] * 0.016, width, 0.8)
    stamp(art, mask, centre, ink)


def _table(art: np.ndarray, corner: tuple[int, int], size: tuple[int, int], ink: Colour) -> None:
    (x, y), (width, height) = corner, size
    cv2.rectangle(art, corner, (x + width, y + height), ink, 1)
    for row in range(1, 6):
        line = y + row * height // 6
        cv2.line(art, (x, line), (x + width, line), ink, 1)


def _barcode(
    art: np.ndarray, corner: tuple[int, int], size: tuple[int, int], rng: np.random.Generator
) -> None:
    (x, y), (width, height) = corner, size
    bars = np.where(rng.random(max(width // 3, 2)) < 0.5, 20, 245).astype(np.uint8)
    strip = cv2.resize(
        bars[None, :, None].repeat(3, 2), (width, height), interpolation=cv2.INTER_NEAREST
    )
    art[y : y + height, x : x + width] = strip

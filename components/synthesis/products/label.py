"""What is printed on the front of a pack: band, texts, logo, and what stands in corners."""

from __future__ import annotations

import cv2
import numpy as np

from components.synthesis.products.antialiased import disc, ellipse, polygon
from components.synthesis.products.colours import INK, WHITE, Colour, mix, readable_on
from components.synthesis.products.families import Family, Variant
from components.synthesis.products.icons import icon
from components.synthesis.products.layers import layer_rng
from components.synthesis.products.lettering import outlined, stamp, text_mask
from components.synthesis.products.small_print import small_print


def print_band(art: np.ndarray, family: Family, variant: Variant) -> None:
    """Print the colour band that tells variants, in place."""
    rng = layer_rng(family, "band")
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


def print_texts(art: np.ndarray, family: Family, variant: Variant, y: float) -> None:
    """Print product, variant and small print from a height on (share of the face), in place."""
    rng = layer_rng(family, "texts")
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
        background, busy = _under(art, mask.shape, (x, cursor))
        wanted = family.brand_colour if shared else variant.accent
        colour = readable_on(background, wanted)
        if busy or rng.random() < 0.2:
            edge = readable_on(colour)
            outlined(art, mask, (x, cursor), colour, edge, max(height // 110, 1))
        else:
            stamp(art, mask, (x, cursor), colour)
        cursor += mask.shape[0] / 2 + height * 0.018
    for _ in range(int(rng.integers(0, 4))):
        small_print(
            art,
            (width / 2, cursor),
            width * float(rng.uniform(0.4, 0.8)),
            readable_on(family.base),
            rng,
        )
        cursor += height * 0.026


def _under(
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


def print_logo(art: np.ndarray, family: Family, y: float) -> None:
    """Print the brand at a height (share of the face), with or without a plate, in place."""
    rng = layer_rng(family, "logo")
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


def print_corners(art: np.ndarray, family: Family, variant: Variant) -> None:
    """Print what stands in corners, in place: contents, percentage, badge, nutrition."""
    rng = layer_rng(family, "corners")
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
        icon(art, variant, centre, width * float(rng.uniform(0.15, 0.2)))
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

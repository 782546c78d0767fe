"""Cutting a product out of its packshot.

The background of a packshot is white, and so are many packs. Three facts about products keep a
white pack whole: the background touches the picture's border, a pack has no gaps along a row of
pixels, and its sides run smoothly.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from components.imaging.white_background import WHITE

# A shadow on the floor is colourless, not very dark, and has no steps. Grey values.
_SHADOW_CHROMA = 10  # most difference between its channels
_SHADOW_FLOOR = 175  # darkest
_SHADOW_RELIEF = 9  # most change from one pixel to its neighbours

_LEAST_AREA = 0.02
"""Share of the packshot that a product fills at least; else there is none to cut out."""
_LEAST_PART = 0.02
"""Share of the largest part's area that another part of the product has at least."""
_LIGHTENED = 6
"""Grey values by which the white background lightens a rim at least."""
_ABRUPT = 3.0
"""Change of a side from one row to the next, in pixels, that no moulded pack has."""
_STRAIGHT = (0.55, 0.85)
"""From where to where, from the top, the side of a pack is taken for a straight line. What sticks
out past that line below is a shadow."""
_SMALLEST_COPY = 24
"""Shorter side of the smallest copy that is kept of a product, pixels."""


@dataclass(frozen=True, eq=False)
class Cutout:
    """A product without its background.

    Attributes:
        sku: What it is.
        rgba: uint8 `[H, W, 4]`, cropped to the product; colour runs on under the transparent edge.
        outline: float32 `[P, 2]` convex hull of the product, x and y in pixels of `rgba`.
        appearance: float32 `[K]`, coarse colours and shape; similar products are near each other.
        copies: `rgba` and smaller copies of it, each half as large as the one before.
    """

    sku: str
    rgba: np.ndarray
    outline: np.ndarray
    appearance: np.ndarray
    copies: tuple[np.ndarray, ...] = field(repr=False)

    @property
    def aspect(self) -> float:
        """Height as a multiple of width."""
        return self.rgba.shape[0] / self.rgba.shape[1]

    def painted(self, rgba: np.ndarray, sku: str) -> Cutout:
        """Return a product of this shape with another picture, uint8 `[H, W, 4]`."""
        return Cutout(sku, rgba, self.outline, _appearance(rgba), _copies(rgba))


def cut_out(image: np.ndarray, sku: str = "") -> Cutout:
    """Cut the product out of a packshot.

    Args:
        image: uint8 `[H, W, 3]` RGB, product isolated on white.
        sku: Kept in the result.

    Returns:
        The product. A picture in which no product stands out is kept whole.
    """
    mask = product_mask(image)
    x, y, width, height = cv2.boundingRect(mask)
    mask = mask[y : y + height, x : x + width]
    colour = _without_rim(image[y : y + height, x : x + width], mask)
    alpha = _soft_edge(mask)
    rgba = np.ascontiguousarray(np.dstack([colour, alpha]))
    return Cutout(sku, rgba, hull_of(alpha), _appearance(rgba), _copies(rgba))


def product_mask(image: np.ndarray) -> np.ndarray:
    """Return where the product of a packshot is.

    Args:
        image: uint8 `[H, W, 3]` RGB.

    Returns:
        uint8 `[H, W]` of 0 and 255.
    """
    height, width = image.shape[:2]
    background = _connected_to_border(image.min(axis=2) >= WHITE)
    background |= _shadow(image, background)
    product: np.ndarray = (~background).astype(np.uint8)
    product = cv2.morphologyEx(product, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    product = _without_specks(product)
    if product.sum() < _LEAST_AREA * height * width:
        return np.full((height, width), 255, np.uint8)
    product = _filled_rows(product)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (5, 5))
    product = cv2.morphologyEx(product, cv2.MORPH_CLOSE, kernel)
    return product * np.uint8(255)


def _connected_to_border(candidates: np.ndarray) -> np.ndarray:
    framed = np.pad(candidates, 1, constant_values=True).astype(np.uint8)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    return labels[1:-1, 1:-1] == labels[0, 0]


def _shadow(image: np.ndarray, background: np.ndarray) -> np.ndarray:
    """Return the soft grey shadow and reflection that touch the white background.

    A shadow darkens slowly; the edge of a pack is a step. So it spreads from the background over
    colourless pixels whose surroundings are smooth, and only below the product's middle.
    """
    blurred = cv2.GaussianBlur(image, (3, 3), 0)
    low, high = blurred.min(axis=2), blurred.max(axis=2)
    grey = (high.astype(np.int16) - low <= _SHADOW_CHROMA) & (low >= _SHADOW_FLOOR)
    kernel = np.ones((3, 3), np.uint8)
    relief = cv2.dilate(low, kernel).astype(np.int16) - cv2.erode(low, kernel)
    smooth = grey & (relief <= _SHADOW_RELIEF)
    rows = np.flatnonzero((~background).any(axis=1))
    if len(rows):
        smooth[: (rows[0] + rows[-1]) // 2] = False
    return _connected_to_border(smooth | background) & ~background


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """Keep the largest part, and what belongs to it: print above or below it on a white pack."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count <= 1:
        return mask
    area, left = stats[1:, cv2.CC_STAT_AREA], stats[1:, cv2.CC_STAT_LEFT]
    right = left + stats[1:, cv2.CC_STAT_WIDTH]
    main = int(np.argmax(area))
    shared = np.minimum(right, right[main]) - np.maximum(left, left[main])
    kept = (area > _LEAST_PART * area[main]) & (shared > 0.5 * (right - left))
    return np.concatenate([[False], kept])[labels].astype(np.uint8)


def _filled_rows(mask: np.ndarray) -> np.ndarray:
    """Fill every row from its first to its last product pixel, between mended sides."""
    rows = np.flatnonzero(mask.any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    body = mask[top:bottom]
    last = mask.shape[1] - 1
    full = body.any(axis=1)
    # Rows without any product pixel lie between print on a white pack: their neighbours decide.
    number = np.arange(len(body))
    left = np.interp(number, number[full], np.argmax(body, axis=1)[full])
    right = np.interp(number, number[full], last - np.argmax(body[:, ::-1], axis=1)[full])
    left, right = -_mended(-left), _mended(right)
    columns = np.arange(mask.shape[1])[None, :]
    filled = np.zeros_like(mask)
    filled[top:bottom] = (columns >= left[:, None] - 0.5) & (columns <= right[:, None] + 0.5)
    return filled


def _mended(side: np.ndarray) -> np.ndarray:
    """Return a side of a pack (reach per row, outward positive) without notches and feet.

    White print that meets the rim opens a notch with at least one abrupt end, and it is bridged;
    the waist of a bottle begins and ends gently and stays. A shadow on the floor adds a foot that
    sticks out past the line of the side, and it is clipped.
    """
    side = cv2.medianBlur(side.astype(np.float32)[:, None], 5)[:, 0]
    unnotched = np.minimum(np.maximum.accumulate(side), np.maximum.accumulate(side[::-1])[::-1])
    notched = unnotched > side + 1
    edges = np.flatnonzero(np.diff(np.concatenate([[0], notched, [0]]).astype(np.int8)))
    for start, end in edges.reshape(-1, 2):
        before, after = max(start - 1, 0), min(end, len(side) - 1)
        around = side[max(before - 1, 0) : after + 2]
        if np.abs(np.diff(around)).max(initial=0) >= _ABRUPT:
            side[before : after + 1] = np.linspace(side[before], side[after], after - before + 1)
    rows = np.arange(len(side))
    fit = slice(*(round(len(side) * share) for share in _STRAIGHT))
    if fit.stop - fit.start >= 8:
        slope, offset = np.polyfit(rows[fit], side[fit], 1)
        foot = rows >= fit.stop
        side[foot] = np.minimum(side[foot], slope * rows[foot] + offset + 2)
    return side


def _without_rim(image: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """Replace colours mixed with the white background by the nearest pure ones inside."""
    core = cv2.erode(
        mask, np.ones((7, 7), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=(0,)
    )
    if not core.any():
        return image
    _, labels = cv2.distanceTransformWithLabels(
        cv2.bitwise_not(core), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    ys, xs = np.nonzero(core)
    lookup = np.zeros((labels.max() + 1, 3), np.uint8)
    lookup[labels[ys, xs]] = image[ys, xs]
    pure = lookup[labels]
    # White lightens every channel; a rim that is not lighter is the pack's own and stays.
    mixed = (image.astype(np.int16) - pure).min(axis=2) > _LIGHTENED
    mixed |= mask == 0
    return np.where(mixed[..., None], pure, image)


def _soft_edge(mask: np.ndarray) -> np.ndarray:
    """Return coverage uint8 that falls to nothing at the mask's own edge, never past it."""
    padded = np.pad(mask, 2)
    inner = cv2.erode(padded, cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    soft = cv2.GaussianBlur(inner, (3, 3), 0.7)
    return np.minimum(soft, padded)[2:-2, 2:-2]


def hull_of(alpha: np.ndarray) -> np.ndarray:
    """Return the convex hull, float32 `[P, 2]`, of what coverage uint8 `[H, W]` shows.

    Of pixel squares, not of pixel centres; of the whole picture where nothing is solid.
    """
    solid = alpha > 127
    rows = np.flatnonzero(solid.any(axis=1))
    if not len(rows):
        solid, rows = np.ones_like(solid), np.arange(len(solid))
    # The ends of each row have the hull of all pixels, and are few.
    left = np.argmax(solid[rows], axis=1)
    right = alpha.shape[1] - np.argmax(solid[rows][:, ::-1], axis=1)
    x, y = np.concatenate([left, left, right, right]), np.concatenate([rows, rows + 1] * 2)
    return cv2.convexHull(np.stack([x, y], axis=1).astype(np.float32)).reshape(-1, 2)


def _appearance(rgba: np.ndarray) -> np.ndarray:
    alpha = rgba[..., 3:].astype(np.float32) / 255
    flat = rgba[..., :3] * alpha + 128 * (1 - alpha)
    small = cv2.resize(flat.astype(np.uint8), (5, 8), interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small, cv2.COLOR_RGB2LAB).astype(np.float32).ravel() / 255
    return np.append(lab, 2 * rgba.shape[0] / rgba.shape[1]).astype(np.float32)


def _copies(rgba: np.ndarray) -> tuple[np.ndarray, ...]:
    copies = [rgba]
    while min(copies[-1].shape[:2]) > _SMALLEST_COPY:
        copies.append(cv2.resize(copies[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    return tuple(copies)

"""The flat picture that a shelf is painted on, and the photo taken of it.

Beside the picture goes a map of which product each pixel shows: whatever comes later covers what is
there, in the picture and on the map, so the hidden share of every product is counted, not guessed.
One perspective warp turns the canvas into the photo, and the outlines of products go through the
same warp.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np

from components.records.splits import DISTRACTOR
from components.synthesis.effects import occluders, painting
from components.synthesis.effects.visibility import inside_photo
from components.synthesis.scenes import backdrop
from components.synthesis.scenes.cutout import Cutout, hull_of
from components.synthesis.scenes.faces import Face
from components.synthesis.scenes.phone import expose, random_view
from components.synthesis.scenes.planogram import Placed
from components.synthesis.scenes.pose import corners_of
from components.synthesis.scenes.scene import Scene
from components.synthesis.scenes.settings import SceneSettings

_LARGER = 1.22
"""Size of the canvas as a multiple of the photo's, so that a rolled phone sees no edge of it."""

# What is seen of a product, as shares of it.
_LEAST_SEEN = 0.06
"""Less of a product, and it carries no box."""
_LEAST_SEEN_BEHIND = 0.35
"""The same for the second line: one rim above the pack in front is the rim of many products."""

# What makes a product difficult.
_DIFFICULT_OCCLUSION = 0.6
"""A larger share is hidden."""
_LEAST_INSIDE = 0.4
"""A smaller share lies inside the photo."""
_TINY_WIDTH, _TINY_HEIGHT = 10.0, 24.0
"""Its box is narrower or lower, in pixels of the photo: print cannot be read."""

_THINNEST_BOX = 2.0
"""Pixels of the photo that a box spans both ways at least."""


class _Shown(NamedTuple):
    """A product on the canvas.

    Attributes:
        item: The product.
        outline: float32 `[p, 2]` of the canvas.
        whole: Its pixels, those beyond the canvas included.
        inside: Those of them that the photo would show if nothing were in front.
    """

    item: Placed
    outline: np.ndarray
    whole: int
    inside: int


class Canvas:
    """The flat picture, the map of products on it, and the warp to the photo.

    Attributes:
        settings: What the photo looks like.
        width: Pixels.
        height: Pixels.
        shape: Height and width.
        pixels: The picture, uint8 `[height, width, 3]` RGB.
        owner: Which product each pixel shows: its number, from 1; 0 for none.
        out_of_focus: So many of the first products put here are blurred beyond telling.
    """

    def __init__(self, rng: np.random.Generator, settings: SceneSettings):
        self.settings = settings
        self.width = round(settings.photo_width * _LARGER)
        self.height = round(settings.photo_height * _LARGER)
        self.shape = (self.height, self.width)
        self.pixels = backdrop.wall(rng, self.height, self.width)
        self.owner = np.zeros(self.shape, np.int16)
        self.out_of_focus = 0
        self._shown: list[_Shown] = []
        self._warp = random_view(rng, settings, self.width, self.height)
        size = (settings.photo_width, settings.photo_height)
        corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
        photo = cv2.perspectiveTransform(corners[None], np.linalg.inv(self._warp))[0]
        in_photo = np.zeros(self.shape, np.uint8)
        cv2.fillConvexPoly(in_photo, np.round(photo).astype(np.int32), (1,))
        self._in_photo = in_photo > 0
        self._photo_bounds = (*photo.min(axis=0), *photo.max(axis=0))
        self._shrunk: dict[tuple[Cutout, int], np.ndarray] = {}

    @property
    def count(self) -> int:
        """How many products are on it."""
        return len(self._shown)

    def put(self, item: Placed, standing: bool = True) -> None:
        """Paint a product, with its shadow where it stands, and note where it is."""
        quad = corners_of(item)
        bounds = self._photo_bounds
        if (quad.max(axis=0) < bounds[:2]).any() or (quad.min(axis=0) > bounds[2:]).any():
            return
        source = self._at_scale(item)
        low = np.floor(quad.min(axis=0)).astype(int) - 1
        high = np.ceil(quad.max(axis=0)).astype(int) + 1
        x0, y0 = max(int(low[0]), 0), max(int(low[1]), 0)
        x1, y1 = min(int(high[0]), self.width), min(int(high[1]), self.height)
        if x1 - x0 < 2 or y1 - y0 < 2:
            return
        height, width = source.shape[:2]
        hull, (tall, wide) = item.cutout.outline, item.cutout.rgba.shape[:2]
        if item.form is not None:
            source = item.form.painted(source)
            hull, tall, wide = hull_of(source[..., 3]), height, width
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        pose = cv2.getPerspectiveTransform(corners, quad)
        offset = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1]], np.float64)
        patch = cv2.warpPerspective(
            source, offset @ pose, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=(0, 0, 0, 0),
        )  # fmt: skip
        if standing:
            self._shade(quad)
        alpha = patch[..., 3]
        painting.blend(self.pixels, patch[..., :3], alpha, x0, y0, item.gain)
        solid = alpha > 127
        inside = np.count_nonzero(solid & self._in_photo[y0:y1, x0:x1])
        whole = np.count_nonzero(solid)
        if x0 > low[0] or y0 > low[1] or x1 < high[0] or y1 < high[1]:
            # Beyond the canvas there are no pixels to count.
            fill = np.count_nonzero(source[..., 3] > 127) / (width * height)
            whole = max(whole, round(cv2.contourArea(quad) * fill))
        to_source = np.diag([width / wide, height / tall, 1.0])
        outline = cv2.perspectiveTransform(hull[None], pose @ to_source)[0]
        self._shown.append(_Shown(item, outline, whole, inside))
        self.owner[y0:y1, x0:x1][solid] = len(self._shown)

    def cover(self, face: Face, gain: float) -> None:
        """Paint a face of a pack that is not its front: it hides what is behind it."""
        low = np.maximum(np.floor(face.quad.min(axis=0)).astype(int), 0)
        high = np.minimum(np.ceil(face.quad.max(axis=0)).astype(int) + 1, self.shape[::-1])
        size = high - low
        if (size < 2).any():
            return
        height, width = face.picture.shape[:2]
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        onto = cv2.getPerspectiveTransform(corners, face.quad - low.astype(np.float32))
        patch = cv2.warpPerspective(face.picture, onto, size, borderMode=cv2.BORDER_REPLICATE)
        mask = np.zeros(size[::-1], np.uint8)
        cv2.fillConvexPoly(mask, np.round(face.quad - low).astype(np.int32), (255,), cv2.LINE_AA)
        x, y = int(low[0]), int(low[1])
        painting.blend(self.pixels, patch, mask, x, y, gain)
        self.owner[y : y + size[1], x : x + size[0]][mask > 127] = 0

    def lay(self, overlay: occluders.Overlay | None) -> None:
        """Put something that is no product in front of everything."""
        if overlay is None:
            return
        colour, mask, x, y = overlay
        painting.blend(self.pixels, colour, mask, x, y)
        self.owner[y : y + mask.shape[0], x : x + mask.shape[1]][mask > 127] = 0

    def photograph(self, rng: np.random.Generator) -> Scene:
        """Warp the canvas to the photo, add what the phone adds, and read off the boxes."""
        settings = self.settings
        size = (settings.photo_width, settings.photo_height)
        image = cv2.warpPerspective(
            self.pixels, self._warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        image = expose(image, rng, settings)
        shown = self._shown
        seen = np.bincount((self.owner * self._in_photo).ravel(), minlength=len(shown) + 1)
        boxes, skus, occlusion, difficult = [], [], [], []
        for number, (item, outline, whole, inside) in enumerate(shown):
            visible = int(seen[number + 1])
            least = _LEAST_SEEN_BEHIND if item.behind else _LEAST_SEEN
            if whole <= 0 or visible / whole < least:
                continue
            points = cv2.perspectiveTransform(outline[None], self._warp)[0]
            box, _ = inside_photo(points, *size)
            if min(box[2] - box[0], box[3] - box[1]) < _THINNEST_BOX:
                continue
            hidden = 1 - visible / inside
            tiny = box[2] - box[0] < _TINY_WIDTH or box[3] - box[1] < _TINY_HEIGHT
            boxes.append(box)
            skus.append(item.cutout.sku)
            occlusion.append(min(max(hidden, 0.0), 1.0))
            hard = hidden > _DIFFICULT_OCCLUSION or inside / whole < _LEAST_INSIDE
            # However blurred, a distractor is none of the products.
            vague = number < self.out_of_focus and item.cutout.sku != DISTRACTOR
            difficult.append(bool(hard or tiny or vague))
        return Scene(
            image,
            np.array(boxes, np.float32).reshape(-1, 4),
            skus,
            np.array(occlusion, np.float32),
            np.array(difficult, bool),
        )

    def _at_scale(self, item: Placed) -> np.ndarray:
        """Return a product's picture, shrunk without aliasing to about its height on the canvas."""
        height = 2 * round(item.height / 2)
        key = (item.cutout, height)
        if key not in self._shrunk:
            copies = item.cutout.copies
            source = next((copy for copy in copies[::-1] if copy.shape[0] >= height), copies[0])
            if source.shape[0] > height:
                size = (max(round(height / item.cutout.aspect), 2), max(height, 2))
                source = cv2.resize(source, size, interpolation=cv2.INTER_AREA)
            self._shrunk[key] = source
        return self._shrunk[key]

    def _shade(self, quad: np.ndarray) -> None:
        """Darken the board that a product touches, and what stands close around it."""
        x0, foot = float(quad[:, 0].min()), float(quad[:, 1].max())
        wide, tall = float(quad[:, 0].max()) - x0, foot - float(quad[:, 1].min())
        # A little wider than the product, more so on the right, and down onto the board.
        left, right = round(x0 - wide * 0.14), round(x0 + wide * 1.2)
        top, bottom = round(foot - tall * 0.96), round(foot + tall * 0.05)
        cut = (max(left, 0), max(top, 0), min(right, self.width), min(bottom, self.height))
        if right - left < 3 or bottom - top < 3 or cut[2] <= cut[0] or cut[3] <= cut[1]:
            return
        spot = cv2.resize(backdrop.contact_shadow(), (right - left, bottom - top))
        spot = spot[cut[1] - top : cut[3] - top, cut[0] - left : cut[2] - left]
        region = self.pixels[cut[1] : cut[3], cut[0] : cut[2]]
        cv2.multiply(region, spot, dst=region, scale=1.0 / 255.0)

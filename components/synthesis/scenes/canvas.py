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
from components.synthesis.effects import camera, occluders, painting
from components.synthesis.effects.visibility import inside_photo
from components.synthesis.scenes import backdrop
from components.synthesis.scenes.faces import Face
from components.synthesis.scenes.planogram import Placed
from components.synthesis.scenes.scene import Scene
from components.synthesis.scenes.settings import SceneSettings

_MARGIN = 1.22
_DIFFICULT_OCCLUSION = 0.6
_LEAST_SEEN = 0.06
_LEAST_SEEN_BEHIND = 0.35
_LEAST_INSIDE = 0.4
_TINY = (10.0, 24.0)
_THINNEST = 2.0  # pixels of the photo that a box must span both ways


class _Shown(NamedTuple):
    """A product on the canvas: its outline float32 [p, 2], and its pixels, all and in the photo."""

    item: Placed
    outline: np.ndarray
    whole: int
    inside: int


class Canvas:
    """The flat picture, the map of products on it, and the warp to the photo."""

    def __init__(self, rng: np.random.Generator, settings: SceneSettings):
        self.settings = settings
        self.width = round(settings.photo_width * _MARGIN)
        self.height = round(settings.photo_height * _MARGIN)
        self.pixels = backdrop.wall(rng, self.height, self.width)
        self.shape = (self.height, self.width)
        self.owner = np.zeros(self.shape, np.int16)
        self.shown: list[_Shown] = []
        self.out_of_focus = 0  # so many of the first products shown are blurred beyond telling
        self.warp = _random_warp(rng, settings, self.width, self.height)
        size = (settings.photo_width, settings.photo_height)
        corners = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
        frame = cv2.perspectiveTransform(corners[None], np.linalg.inv(self.warp))[0]
        shape = np.zeros((self.height, self.width), np.uint8)
        cv2.fillConvexPoly(shape, np.round(frame).astype(np.int32), (1,))
        self.frame = shape > 0
        self.bounds = (*frame.min(axis=0), *frame.max(axis=0))
        self._shrunk: dict[tuple[int, int], np.ndarray] = {}

    def put(self, item: Placed, standing: bool = True) -> None:
        """Paint a product, with its shadow where it stands, and note where it is."""
        quad = corners_of(item)
        if (quad.max(axis=0) < self.bounds[:2]).any() or (quad.min(axis=0) > self.bounds[2:]).any():
            return
        source = self._at_scale(item)
        low = np.floor(quad.min(axis=0)).astype(int) - 1
        high = np.ceil(quad.max(axis=0)).astype(int) + 1
        x0, y0 = max(int(low[0]), 0), max(int(low[1]), 0)
        x1, y1 = min(int(high[0]), self.width), min(int(high[1]), self.height)
        if x1 - x0 < 2 or y1 - y0 < 2:
            return
        height, width = source.shape[:2]
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
        inside = np.count_nonzero(solid & self.frame[y0:y1, x0:x1])
        whole = np.count_nonzero(solid)
        if x0 > low[0] or y0 > low[1] or x1 < high[0] or y1 < high[1]:
            fill = np.count_nonzero(source[..., 3] > 127) / (width * height)
            whole = max(whole, round(cv2.contourArea(quad) * fill))
        rgba = item.cutout.rgba
        to_source = np.diag([width / rgba.shape[1], height / rgba.shape[0], 1.0])
        outline = cv2.perspectiveTransform(item.cutout.outline[None], pose @ to_source)[0]
        self.shown.append(_Shown(item, outline, whole, inside))
        self.owner[y0:y1, x0:x1][solid] = len(self.shown)

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

    def _at_scale(self, item: Placed) -> np.ndarray:
        """Return a product's picture, shrunk without aliasing to about its height on the canvas."""
        height = 2 * round(item.height / 2)
        key = (id(item.cutout), height)
        if key not in self._shrunk:
            levels = item.cutout.pyramid
            source = next((level for level in levels[::-1] if level.shape[0] >= height), levels[0])
            if source.shape[0] > height:
                size = (max(round(height / item.cutout.aspect), 2), max(height, 2))
                source = cv2.resize(source, size, interpolation=cv2.INTER_AREA)
            self._shrunk[key] = source
        return self._shrunk[key]

    def lay(self, overlay: occluders.Overlay | None) -> None:
        """Put something that is no product in front of everything."""
        if overlay is None:
            return
        colour, mask, x, y = overlay
        painting.blend(self.pixels, colour, mask, x, y)
        self.owner[y : y + mask.shape[0], x : x + mask.shape[1]][mask > 127] = 0

    def _shade(self, quad: np.ndarray) -> None:
        """Darken the board that a product touches, and what stands close around it."""
        x0, foot = float(quad[:, 0].min()), float(quad[:, 1].max())
        wide, tall = float(quad[:, 0].max()) - x0, foot - float(quad[:, 1].min())
        left, right = round(x0 - wide * 0.14), round(x0 + wide * 1.2)
        top, bottom = round(foot - tall * 0.96), round(foot + tall * 0.05)
        cut = (max(left, 0), max(top, 0), min(right, self.width), min(bottom, self.height))
        if right - left < 3 or bottom - top < 3 or cut[2] <= cut[0] or cut[3] <= cut[1]:
            return
        spot = cv2.resize(backdrop.contact_shadow(), (right - left, bottom - top))
        spot = spot[cut[1] - top : cut[3] - top, cut[0] - left : cut[2] - left]
        region = self.pixels[cut[1] : cut[3], cut[0] : cut[2]]
        cv2.multiply(region, spot, dst=region, scale=1.0 / 255.0)

    def photograph(self, rng: np.random.Generator) -> Scene:
        """Warp the canvas to the photo, add what the camera adds, and read off the boxes."""
        settings = self.settings
        size = (settings.photo_width, settings.photo_height)
        image = cv2.warpPerspective(
            self.pixels, self.warp, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
        )
        image = _expose(image, rng, settings)
        seen = np.bincount((self.owner * self.frame).ravel(), minlength=len(self.shown) + 1)
        boxes, skus, occlusion, difficult = [], [], [], []
        for index, (item, outline, whole, inside) in enumerate(self.shown):
            visible = int(seen[index + 1])
            least = _LEAST_SEEN_BEHIND if item.behind else _LEAST_SEEN
            if whole <= 0 or visible / whole < least:
                continue
            points = cv2.perspectiveTransform(outline[None], self.warp)[0]
            box, _ = inside_photo(points, *size)
            if min(box[2] - box[0], box[3] - box[1]) < _THINNEST:
                continue
            hidden = 1 - visible / inside
            tiny = box[2] - box[0] < _TINY[0] or box[3] - box[1] < _TINY[1]
            boxes.append(box)
            skus.append(item.cutout.sku)
            occlusion.append(min(max(hidden, 0.0), 1.0))
            hard = hidden > _DIFFICULT_OCCLUSION or inside / whole < _LEAST_INSIDE
            # However blurred, a distractor is none of the products.
            vague = index < self.out_of_focus and item.cutout.sku != DISTRACTOR
            difficult.append(bool(hard or tiny or vague))
        return Scene(
            image,
            np.array(boxes, np.float32).reshape(-1, 4),
            skus,
            np.array(occlusion, np.float32),
            np.array(difficult, bool),
        )


def _random_warp(
    rng: np.random.Generator, settings: SceneSettings, width: int, height: int
) -> np.ndarray:
    """Return the 3 x 3 homography from canvas to photo: roll, perspective and framing."""
    size = np.array([settings.photo_width, settings.photo_height], np.float32)
    middle = np.array([width, height], np.float32) / 2
    half = size / 2
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32) * half
    roll = np.deg2rad(rng.uniform(-1, 1) * settings.tilt * float(rng.random() < 0.8))
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]], np.float32)
    strength = settings.perspective * rng.random() ** 1.5
    keystone = rng.uniform(-1, 1, 2) * strength
    corners = corners * (1 + keystone[0] * np.sign(corners[:, 1:]))
    corners = corners * (1 + keystone[1] * np.sign(corners[:, :1]))
    corners += (rng.uniform(-0.4, 0.4, (4, 2)) * strength * half).astype(np.float32)
    inside = corners @ turn.T + middle
    # Shrink towards the middle until the photo lies on the canvas.
    reach = np.abs(inside - middle) / middle
    inside = middle + (inside - middle) / max(float(reach.max()) * 1.005, 1.0)
    target = np.array([[0, 0], [size[0], 0], size, [0, size[1]]], np.float32)
    return cv2.getPerspectiveTransform(inside.astype(np.float32), target)


def corners_of(item: Placed) -> np.ndarray:
    """Return the corners on the canvas of a product's picture, float32 [4, 2], clockwise."""
    width = item.height / item.cutout.aspect * (1 - abs(item.yaw))
    left, right = (item.height * 0.12 * max(yaw, 0) for yaw in (-item.yaw, item.yaw))
    head = item.height * abs(item.pitch)
    near, far = width * max(item.pitch, 0) * 0.25, width * max(-item.pitch, 0) * 0.25
    quad = np.array(
        [
            [near, head + left],
            [width - near, head + right],
            [width - far, item.height - right * 0.4],
            [far, item.height - left * 0.4],
        ],
        np.float32,
    )
    angle = np.deg2rad(item.lean)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    foot = np.array([width / 2, item.height])
    quad = (quad - foot) @ turn.T + foot + np.array([item.x, item.foot - item.height])
    return quad.astype(np.float32)


def _expose(image: np.ndarray, rng: np.random.Generator, settings: SceneSettings) -> np.ndarray:
    if rng.random() < settings.glare:
        image = camera.glare(image, rng)
    image = camera.exposure(image, rng, settings.light)
    if rng.random() < settings.blur:
        if rng.random() < 0.5:
            image = camera.motion_blur(image, rng, 7.0)
        else:
            image = camera.focus_blur(image, rng, 1.8)
    if rng.random() < settings.noise:
        image = camera.sensor_noise(image, rng, 14.0)
    if rng.random() < settings.jpeg:
        image = camera.jpeg(image, rng, 35)
    return image

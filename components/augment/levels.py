"""Augmentation levels: how far the variants of a photo stray from it, as data.

`augmentation(level)` gives an object whose `apply` bends, covers and spoils a photo. Boxes follow
the pixels: the outline of each box goes through the same geometry as the photo, and the new box is
its hull.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from components.augment import camera, occluders
from components.augment.albumentations_import import A
from components.augment.distortion import SmoothDistortion
from components.augment.outlines import inside_photo

_POINTS_PER_SIDE = 6


@dataclass(frozen=True)
class Level:
    """Strengths of one level. Probabilities and shares are 0 to 1; angles are degrees.

    Attributes:
        rotation: Largest rotation either way.
        scale: Smallest and largest zoom. Zooming in crops.
        shift: Largest shift, as share of the photo's side.
        perspective: Largest shift of a corner, as share of the photo's side.
        distortion: Largest bend, as share of the photo's longer side.
        covered: Probability of something in front of the shelf.
        covers: Most things in front of it.
        glare: Probability of reflections of lamps.
        shadow: Probability of a shadow.
        light: Largest relative change of brightness and contrast.
        colour: Largest change of hue and saturation, in Albumentations' units.
        blur: Probability of motion blur, and of focus blur.
        blur_reach: Largest motion in pixels.
        noise: Largest standard deviation of noise, as share of full range.
        jpeg: Lowest JPEG quality.
    """

    rotation: float
    scale: tuple[float, float]
    shift: float
    perspective: float
    distortion: float
    covered: float
    covers: int
    glare: float
    shadow: float
    light: float
    colour: int
    blur: float
    blur_reach: int
    noise: float
    jpeg: int


LEVELS: dict[str, Level | None] = {
    "none": None,
    "light": Level(
        rotation=3,
        scale=(0.95, 1.15),
        shift=0.03,
        perspective=0.03,
        distortion=0.006,
        covered=0.15,
        covers=1,
        glare=0.1,
        shadow=0.1,
        light=0.15,
        colour=4,
        blur=0.08,
        blur_reach=5,
        noise=0.02,
        jpeg=70,
    ),
    "medium": Level(
        rotation=6,
        scale=(0.85, 1.35),
        shift=0.07,
        perspective=0.06,
        distortion=0.015,
        covered=0.4,
        covers=2,
        glare=0.25,
        shadow=0.25,
        light=0.25,
        colour=7,
        blur=0.15,
        blur_reach=7,
        noise=0.05,
        jpeg=45,
    ),
    "strong": Level(
        rotation=12,
        scale=(0.7, 1.7),
        shift=0.12,
        perspective=0.1,
        distortion=0.03,
        covered=0.7,
        covers=4,
        glare=0.4,
        shadow=0.4,
        light=0.4,
        colour=12,
        blur=0.25,
        blur_reach=11,
        noise=0.09,
        jpeg=25,
    ),
}
"""Every level by name; `none` leaves photos as they are."""


def augmentation(level: str) -> Augmentation:
    """Return the augmentation of a level.

    Raises:
        ValueError: There is no such level.
    """
    if level not in LEVELS:
        raise ValueError(f"no augmentation level '{level}'; there are {', '.join(LEVELS)}")
    return Augmentation(LEVELS[level])


class Augmentation:
    """Augments photos. Not to be shared by threads: it re-seeds its transforms for every photo."""

    def __init__(self, level: Level | None):
        self._level = level
        if level is not None:
            self._geometry = _geometry(level)
            self._spoil = _spoil(level)

    def apply(
        self, image: np.ndarray, boxes: np.ndarray, seed: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Augment one photo; the same arguments give the same bytes in every process.

        Args:
            image: uint8 [H, W, 3] RGB.
            boxes: float32 [n, 4] xmin, ymin, xmax, ymax in pixels.
            seed: Decides everything, 0 to 2^32 - 1.

        Returns:
            image: uint8 [H, W, 3].
            boxes: float32 [n, 4], hulls of the moved outlines as far as the photo shows them. A box
                that left the photo has no area.
            visibility: float32 [n], the share of what was in the box that is still in the photo
                and not covered by anything new.
        """
        boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
        if self._level is None:
            return image, boxes, np.ones(len(boxes), np.float32)
        rng = np.random.default_rng(seed)
        # One shared state: with a seed each, all transforms would draw the same numbers.
        for transform in (self._geometry, self._spoil):
            transform.set_random_state(rng, random.Random(int(rng.integers(2**32))))
        points = _outlines(boxes)
        moved = self._geometry(image=image, keypoints=points)
        outlines = np.asarray(moved["keypoints"], np.float32).reshape(
            len(boxes), 4 * _POINTS_PER_SIDE, 2
        )
        pixels = np.ascontiguousarray(moved["image"])
        covered = _cover(pixels, outlines, self._level, rng)
        height, width = pixels.shape[:2]
        hulls = np.zeros((len(boxes), 4), np.float32)
        visibility = np.zeros(len(boxes), np.float32)
        for index, outline in enumerate(outlines):
            hulls[index], in_photo = inside_photo(outline, width, height)
            visibility[index] = in_photo * _uncovered(outline, hulls[index], covered)
        pixels = self._spoil(image=pixels)["image"]
        return pixels, hulls, visibility


def _geometry(level: Level) -> Any:
    grey = (114, 114, 114)
    # Nothing here brings back what an earlier step moved out of the photo: the distortion keeps
    # the border in place, and the perspective only zooms in. So an outline tells what is seen.
    moves = [
        SmoothDistortion(level.distortion, p=0.4),
        A.Affine(
            scale=level.scale,
            rotate=(-level.rotation, level.rotation),
            translate_percent=(-level.shift, level.shift),
            border_mode=cv2.BORDER_CONSTANT,
            fill=grey,
            p=1.0,
        ),
        A.Perspective(
            scale=(0.0, level.perspective), border_mode=cv2.BORDER_CONSTANT, fill=grey, p=0.7
        ),
    ]
    follow = A.KeypointParams(format="xy", remove_invisible=False)
    return A.Compose(moves, keypoint_params=follow)


def _spoil(level: Level) -> Any:
    reach = level.blur_reach
    return A.Compose(
        [
            _Glare(p=level.glare),
            _Shadow(p=level.shadow),
            A.RandomBrightnessContrast(level.light, level.light, p=0.7),
            A.RandomGamma((round(100 - 100 * level.light), round(100 + 130 * level.light)), p=0.3),
            A.HueSaturationValue(level.colour // 2, level.colour * 3, level.colour, p=0.5),
            A.OneOf(
                [
                    A.MotionBlur((3, reach), allow_shifted=False, p=1.0),
                    A.GaussianBlur(0, (0.4, reach / 5), p=1.0),
                ],
                p=2 * level.blur,
            ),
            A.GaussNoise((0.005, level.noise), noise_scale_factor=0.6, p=0.5),
            A.ImageCompression(quality_range=(level.jpeg, 95), p=0.5),
        ]
    )


class _Glare(A.ImageOnlyTransform):  # type: ignore[misc]
    def apply(self, img: np.ndarray, **params: Any) -> np.ndarray:
        return camera.glare(img, self.random_generator)


class _Shadow(A.ImageOnlyTransform):  # type: ignore[misc]
    def apply(self, img: np.ndarray, **params: Any) -> np.ndarray:
        return camera.shadow(img, self.random_generator)


def _outlines(boxes: np.ndarray) -> np.ndarray:
    """Return points along the sides of boxes [n, 4], box after box, float32 [n * points, 2]."""
    along = np.linspace(0, 1, _POINTS_PER_SIDE, endpoint=False, dtype=np.float32)
    zero, one = np.zeros_like(along), np.ones_like(along)
    u = np.concatenate([along, one, 1 - along, zero])
    v = np.concatenate([zero, along, one, 1 - along])
    x = boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * u
    y = boxes[:, 1:2] + (boxes[:, 3:4] - boxes[:, 1:2]) * v
    return np.stack([x, y], axis=-1).reshape(-1, 2)


def _cover(
    image: np.ndarray, outlines: np.ndarray, level: Level, rng: np.random.Generator
) -> np.ndarray:
    """Put things in front of the shelf in place; return where, uint8 [H, W]."""
    height, width = image.shape[:2]
    covered = np.zeros((height, width), np.uint8)
    if rng.random() >= level.covered:
        return covered
    usual = 0.2 * height
    if len(outlines):
        usual = float(np.median(outlines[..., 1].max(axis=1) - outlines[..., 1].min(axis=1)))
    for _ in range(int(rng.integers(1, level.covers + 1))):
        size = float(np.clip(usual * rng.uniform(0.25, 0.8), 8, 0.3 * height))
        overlay = occluders.any_overlay(rng, (height, width), size)
        if overlay is not None:
            colour, mask, x, y = overlay
            occluders.blend(image, colour, mask, x, y)
            region = covered[y : y + mask.shape[0], x : x + mask.shape[1]]
            np.maximum(region, (mask > 127).astype(np.uint8), out=region)
    return covered


def _uncovered(outline: np.ndarray, box: np.ndarray, covered: np.ndarray) -> float:
    """Return which share of an outline [p, 2], as far as its box in the photo, is not covered."""
    x0, y0 = (int(edge) for edge in np.floor(box[:2]))
    x1, y1 = (int(edge) for edge in np.ceil(box[2:]))
    if x1 <= x0 or y1 <= y0:
        return 0.0
    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
    # Pixel centres are half a pixel in; four fractional bits place them.
    corners = np.round((outline - [x0, y0] - 0.5) * 16).astype(np.int32)
    cv2.fillPoly(inside, [corners], (1,), shift=4)
    free = np.count_nonzero(inside & (covered[y0:y1, x0:x1] == 0))
    return free / max(np.count_nonzero(inside), 1)

"""What a level of augmentation does to a photo.

`augmentation(level)` gives an object whose `apply` moves what a photo shows (geometric transforms),
puts something in front, and changes light and pixels (photometric transforms). Boxes follow the
pixels: the outline of each box goes through the same geometry as the photo, and the new box is its
hull. How far each step goes, `levels.py` says.
"""

from __future__ import annotations

import random
from typing import Any

import cv2
import numpy as np

from components.imaging.letterbox import GREY
from components.synthesis.effects import camera
from components.synthesis.effects.visibility import inside_photo, uncovered
from components.synthesis.variants.albumentations_import import A
from components.synthesis.variants.covering import cover
from components.synthesis.variants.distortion import SmoothDistortion
from components.synthesis.variants.levels import LEVELS, Level

_POINTS_PER_SIDE = 6
"""Of a box's outline: enough to follow a bent side."""
_BORDER = (GREY,) * 3
"""Beyond the photo, the grey that the recogniser pads with."""


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
            self._geometric = _geometric(level)
            self._photometric = _photometric(level)

    def apply(
        self, image: np.ndarray, boxes: np.ndarray, seed: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Augment one photo; the same arguments give the same bytes in every process.

        Args:
            image: uint8 `[H, W, 3]` RGB.
            boxes: float32 `[n, 4]` xmin, ymin, xmax, ymax in pixels.
            seed: Decides everything, 0 to 2^32 - 1.

        Returns:
            The photo, uint8 `[H, W, 3]`.
            Boxes, float32 `[n, 4]`: hulls of the moved outlines as far as the photo shows them. A
            box that left the photo has no area.
            Visibility, float32 `[n]`: the share of what was in the box that is still in the photo
            and not covered by anything new.
        """
        boxes = np.asarray(boxes, np.float32).reshape(-1, 4)
        if self._level is None:
            return image, boxes, np.ones(len(boxes), np.float32)
        rng = np.random.default_rng(seed)
        # One shared state: with a seed each, all transforms would draw the same numbers.
        for transform in (self._geometric, self._photometric):
            transform.set_random_state(rng, random.Random(int(rng.integers(2**32))))
        points = _outlines(boxes)
        moved = self._geometric(image=image, keypoints=points)
        outlines = np.asarray(moved["keypoints"], np.float32).reshape(
            len(boxes), 4 * _POINTS_PER_SIDE, 2
        )
        pixels = np.ascontiguousarray(moved["image"])
        covered = cover(pixels, outlines, self._level, rng)
        height, width = pixels.shape[:2]
        hulls = np.zeros((len(boxes), 4), np.float32)
        visibility = np.zeros(len(boxes), np.float32)
        for number, outline in enumerate(outlines):
            hulls[number], in_photo = inside_photo(outline, width, height)
            visibility[number] = in_photo * uncovered(outline, hulls[number], covered)
        pixels = self._photometric(image=pixels)["image"]
        return pixels, hulls, visibility


def _geometric(level: Level) -> Any:
    # Nothing here brings back what an earlier step moved out of the photo: the distortion keeps
    # the border in place, and the perspective only zooms in. So an outline tells what is seen.
    moves = [
        SmoothDistortion(level.distortion, p=0.4),
        A.Affine(
            scale=level.scale,
            rotate=(-level.rotation, level.rotation),
            translate_percent=(-level.shift, level.shift),
            border_mode=cv2.BORDER_CONSTANT,
            fill=_BORDER,
            p=1.0,
        ),
        A.Perspective(
            scale=(0.0, level.perspective), border_mode=cv2.BORDER_CONSTANT, fill=_BORDER, p=0.7
        ),
    ]
    follow = A.KeypointParams(format="xy", remove_invisible=False)
    return A.Compose(moves, keypoint_params=follow)


def _photometric(level: Level) -> Any:
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
    """Return points along the sides of boxes `[n, 4]`, float32 `[n * points, 2]`, box by box."""
    along = np.linspace(0, 1, _POINTS_PER_SIDE, endpoint=False, dtype=np.float32)
    zero, one = np.zeros_like(along), np.ones_like(along)
    u = np.concatenate([along, one, 1 - along, zero])
    v = np.concatenate([zero, along, one, 1 - along])
    x = boxes[:, :1] + (boxes[:, 2:3] - boxes[:, :1]) * u
    y = boxes[:, 1:2] + (boxes[:, 3:4] - boxes[:, 1:2]) * v
    return np.stack([x, y], axis=-1).reshape(-1, 2)

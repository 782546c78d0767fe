"""Mild lens distortion and warping that carries points exactly.

Albumentations' own distortions move key points by rounding to pixels, lose some and take a second
per photo. Here the displacement is a smooth field, and a point is carried by inverting the field.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

from components.imaging.letterbox import GREY
from components.synthesis.variants.albumentations_import import A

_COARSE = (4, 4)
"""Grid points on which the uneven part of a bend is drawn."""
_INVERSION_STEPS = 6
"""Steps of the fixed-point iteration that carries points."""


class SmoothDistortion(A.DualTransform):  # type: ignore[misc]
    """Bends a photo like a cheap lens and a little unevenly; its border stays where it is."""

    _targets = (A.core.type_definitions.Targets.IMAGE, A.core.type_definitions.Targets.KEYPOINTS)

    def __init__(self, strength: float, p: float):
        """Prepare.

        Args:
            strength: Largest displacement as a share of the photo's longer side.
            p: Probability of being applied.
        """
        super().__init__(p=p)
        self.strength = strength

    def get_params_dependent_on_data(
        self, params: dict[str, Any], data: dict[str, Any]
    ) -> dict[str, Any]:
        """Draw the displacement field, float32 `[H, W, 2]` in pixels."""
        height, width = params["shape"][:2]
        reach = self.strength * max(height, width)
        rng = self.random_generator
        ys, xs = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
        radial = rng.uniform(-1, 1) * reach * (xs * xs + ys * ys)
        coarse = (rng.uniform(-0.5, 0.5, (*_COARSE, 2)) * reach).astype(np.float32)
        uneven = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        held = (1 - xs * xs) * (1 - ys * ys)
        field = uneven + np.dstack([xs * radial, ys * radial])
        return {"field": (field * held[..., None]).astype(np.float32)}

    def apply(self, img: np.ndarray, field: np.ndarray, **params: Any) -> np.ndarray:
        """Return the bent photo: pixel p shows what was at p + field(p)."""
        height, width = img.shape[:2]
        ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
        return cv2.remap(
            img, xs + field[..., 0], ys + field[..., 1], cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3,
        )  # fmt: skip

    def apply_to_keypoints(
        self, keypoints: np.ndarray, field: np.ndarray, **params: Any
    ) -> np.ndarray:
        """Return key points `[n, 2+]` where the bent photo shows them: p + field(p) = old point."""
        if not len(keypoints):
            return keypoints  # a photo without boxes; OpenCV refuses to map nothing
        old = keypoints[:, :2].astype(np.float32)
        new = old.copy()
        for _ in range(_INVERSION_STEPS):
            moved = cv2.remap(
                field, new[:, :1], new[:, 1:2], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            new = old - moved.reshape(-1, 2)
        return np.column_stack([new, keypoints[:, 2:]]).astype(np.float32)

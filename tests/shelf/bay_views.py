"""Several photos of one generated bay, and one that shows all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from components.records.prediction import Detection, PredictionRecord, count_shown
from components.synthesis.effects import occluders
from components.synthesis.effects.painting import blend
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import Cutout
from components.synthesis.scenes.phone import expose
from components.synthesis.scenes.settings import SceneSettings

_BAY = (1280, 960)
"""Width and height of the bay as painted, pixels."""
_VIEW = (0.5, 0.9)
"""Width and height of what one of several photos shows, as shares of the bay's."""
_STEPS = (0.02, 0.25, 0.48)
"""Where the left ends of three photos are, as shares of the bay's width."""
_SHAKE = 0.02
"""How far each corner of what a photo shows is off by itself, as a share of the bay's sides."""
_ROLL = 3.0
"""Largest roll of the phone, degrees."""
_LEAST_SEEN = 0.06
"""Less of a facing inside the photo carries no box, as on all generated photos."""
_HIDDEN_BY = 0.3
"""Share of photos with something in front."""


@dataclass(frozen=True, eq=False)
class View:
    """One photo of a bay.

    Attributes:
        image: uint8 `[H, W, 3]` RGB.
        boxes: float `[n, 4]` xmin, ymin, xmax, ymax in pixels.
        numbers: int `[n]`: the facing of the bay in each box.
        whole: bool `[n]`: all of it lies inside the photo.
        warp: float `[3, 3]`: from the bay to the photo.
    """

    image: np.ndarray
    boxes: np.ndarray
    numbers: np.ndarray
    whole: np.ndarray
    warp: np.ndarray


@dataclass(frozen=True, eq=False)
class Bay:
    """A generated bay.

    Attributes:
        image: As painted, uint8 `[H, W, 3]` RGB.
        skus: Of each facing.
        parts: Three photos that overlap.
        all_of_it: One photo that shows what those three show together.
    """

    image: np.ndarray
    skus: list[str]
    parts: tuple[View, ...]
    all_of_it: View

    def record(self, view: View, name: str) -> PredictionRecord:
        """Return what a recogniser that is always right says of a photo."""
        height, width = view.image.shape[:2]
        detections = tuple(
            Detection(self.skus[number], tuple(box), 0.9, shown=True)
            for number, box in zip(view.numbers.tolist(), view.boxes.tolist(), strict=True)
        )
        return PredictionRecord(name, width, height, detections, count_shown(detections))

    def shown(self, views: Sequence[View]) -> Counter[str]:
        """Return how many facings of each SKU some photos show together."""
        numbers = {number for view in views for number in view.numbers.tolist()}
        return Counter(self.skus[number] for number in numbers)


def compose_bay(
    seed: int, products: Sequence[Cutout], distractors: Sequence[Cutout], facing: float = 0.0
) -> Bay:
    """Paint a bay and take photos of it.

    Args:
        seed: Decides everything.
        products: Of the catalogue.
        distractors: Of none.
        facing: Usual height of a product, pixels of the bay; 0 draws it.
    """
    rng = np.random.default_rng([20, seed])
    facing = facing or float(rng.uniform(100, 190))
    plain = SceneSettings(
        photo_width=_BAY[0], photo_height=_BAY[1], min_facing=facing, max_facing=facing,
        handheld_share=0, perspective=0, tilt=0, occlusion=0, glare=0, light=0, blur=0, noise=0,
        jpeg=0,
    )  # fmt: skip
    scene = compose_scene(rng, products, plain, distractors)
    # What is hidden for good cannot be counted from any photo.
    seen = ~scene.difficult
    boxes, skus = scene.boxes[seen].astype(float), [
        sku for sku, good in zip(scene.skus, seen, strict=True) if good
    ]  # fmt: skip
    parts = tuple(_view(rng, scene.image, boxes, (left, _VIEW[0])) for left in _STEPS)
    all_of_it = _view(rng, scene.image, boxes, (_STEPS[0], _STEPS[-1] + _VIEW[0] - _STEPS[0]))
    return Bay(scene.image, skus, parts, all_of_it)


def _view(
    rng: np.random.Generator, bay: np.ndarray, boxes: np.ndarray, across: tuple[float, float]
) -> View:
    """Take a photo of a part of a bay, from its left end and its width as shares of the bay's."""
    size = np.array(_BAY, float)
    share = np.array([across[1], _VIEW[1]])
    middle = np.array([across[0] + across[1] / 2, 0.5]) * size
    middle[1] += rng.uniform(-_SHAKE, _SHAKE) * size[1]
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * share * size / 2
    angle = np.deg2rad(rng.uniform(-_ROLL, _ROLL))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = corners @ turn.T + middle + rng.uniform(-_SHAKE, _SHAKE, (4, 2)) * size
    width, height = (round(side) for side in share * size * 0.75)
    frame = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    warp = cv2.getPerspectiveTransform(corners.astype(np.float32), frame)
    image = cv2.warpPerspective(bay, warp, (width, height), borderMode=cv2.BORDER_REFLECT)
    settings = SceneSettings(photo_width=width, photo_height=height)
    if rng.random() < _HIDDEN_BY:
        overlay = occluders.random_overlay(rng, (height, width), height * 0.12)
        if overlay is not None:
            colour, mask, x, y = overlay
            blend(image, colour, mask, x, y)
    quads = boxes[:, [[0, 1], [2, 1], [2, 3], [0, 3]]].reshape(-1, 1, 2).astype(np.float32)
    quads = cv2.perspectiveTransform(quads, warp).reshape(-1, 4, 2)
    hulls = np.concatenate([quads.min(axis=1), quads.max(axis=1)], axis=1)
    inside = np.clip(hulls, 0, np.tile([width, height], 2))
    area = (inside[:, 2:] - inside[:, :2]).prod(axis=1) / (hulls[:, 2:] - hulls[:, :2]).prod(axis=1)
    kept = np.flatnonzero(area >= _LEAST_SEEN)
    return View(
        expose(image, rng, settings), inside[kept], kept, area[kept] > 0.999, warp.astype(float)
    )

"""Which board each box of a composed shelf stands on, as its composer planned it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple
from unittest import mock

import cv2
import numpy as np

from components.embedded_data.settings import EmbeddedDataSettings
from components.records.splits import UNKNOWN_PRODUCT
from components.synthesis.effects.visibility import inside_photo
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes import canvas, compose_scene, shelf
from components.synthesis.scenes.cutout import Cutout, cut_out
from components.synthesis.scenes.planogram import Placed

NO_ROW = -1
"""Of what is held in front of a shelf."""


class ComposedRows(NamedTuple):
    """A composed photo, and where on its shelf each box stands.

    Attributes:
        boxes: float32 `[n, 4]` xmin, ymin, xmax, ymax in pixels.
        skus: What is in each box.
        rows: int `[n]`: number of the board, from the top; `NO_ROW` for what stands on none.
        places: float `[n]`: where on its board each stands, left to right.
        behind: bool `[n]`: stands behind another of its kind.
        difficult: bool `[n]`: as annotations have it.
        size: Width and height of the photo.
    """

    boxes: np.ndarray
    skus: list[str]
    rows: np.ndarray
    places: np.ndarray
    behind: np.ndarray
    difficult: np.ndarray
    size: tuple[int, int]


def embedded_products(settings: EmbeddedDataSettings) -> tuple[list[Cutout], list[Cutout]]:
    """Return the products of the generated catalogue, and those that are in none."""
    own = make_catalog(settings.seed, settings.families, settings.variants)
    others = make_catalog(settings.seed + 1_000_003, settings.distractor_families, 1)
    return (
        [cut_out(each.image, each.sku) for each in own],
        [cut_out(each.image, UNKNOWN_PRODUCT) for each in others],
    )


def compose_rows(
    number: int,
    settings: EmbeddedDataSettings,
    products: Sequence[Cutout],
    distractors: Sequence[Cutout],
) -> ComposedRows:
    """Compose the photo that the generated data set has under a number of its test split."""
    rng = np.random.default_rng([settings.seed, number])
    with _recording() as (boards, shown):
        scene = compose_scene.compose_scene(rng, products, settings.scene, distractors)
    by_box = {tuple(box.tolist()): item for box, item in shown}
    items = [by_box[tuple(box.tolist())] for box in scene.boxes]
    heights = sorted(set(boards.values()))
    rows = [heights.index(boards[id(item)]) if id(item) in boards else NO_ROW for item in items]
    return ComposedRows(
        scene.boxes,
        scene.skus,
        np.array(rows, int),
        np.array([item.x for item in items]),
        np.array([item.behind for item in items], bool),
        scene.difficult,
        (settings.scene.photo_width, settings.scene.photo_height),
    )


@contextmanager
def _recording() -> Iterator[tuple[dict[int, float], list[tuple[np.ndarray, Placed]]]]:
    """Note of every product its board, and of every product on the photo its box."""
    boards: dict[int, float] = {}
    shown: list[tuple[np.ndarray, Placed]] = []
    fill, photograph = shelf.fill_row, canvas.Canvas.photograph
    kept = []

    def noting_boards(rng, row, *others):  # type: ignore[no-untyped-def]
        items = fill(rng, row, *others)
        kept.append(items)  # alive, so that no other takes its id
        boards.update({id(item): row.board for item in items})
        return items

    def noting_boxes(self, rng):  # type: ignore[no-untyped-def]
        for item, outline, *_ in self._shown:
            points = cv2.perspectiveTransform(outline[None], self._warp)[0]
            size = self.settings.photo_width, self.settings.photo_height
            box = np.array(inside_photo(points, *size)[0], np.float32)
            shown.append((box, item))
        return photograph(self, rng)

    with (
        mock.patch.object(shelf, "fill_row", noting_boards),
        mock.patch.object(canvas.Canvas, "photograph", noting_boxes),
    ):
        yield boards, shown

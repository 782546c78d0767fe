"""Drawing the photos of the generated data set, on several processes."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from components.embedded_data.photo_plan import PlannedPhoto
from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import encode_jpeg
from components.records.splits import UNKNOWN_PRODUCT
from components.synthesis.distractors import NEGATIVES_WITH_DISTRACTORS
from components.synthesis.products.packshots import GeneratedPackshot, make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.scene import Scene

_PHOTO_QUALITY = 92
_DISTRACTOR_SEED = 1_000_003
"""Added to the seed of the catalogue, so that distractors are other products."""


class DrawnPhoto(NamedTuple):
    """What stands on a photo: one entry per box in each list.

    Attributes:
        boxes: Left, top, right, bottom in pixels.
        skus: What is in each box.
        occlusion: Share of it that is hidden.
        difficult: Whether finding it may not count.
    """

    boxes: list[list[float]]
    skus: list[str]
    occlusion: list[float]
    difficult: list[bool]


class Artist:
    """Draws photos into a folder; each by its number alone, whichever process draws it."""

    def __init__(
        self,
        settings: EmbeddedDataSettings,
        folder: Path,
        catalog: Sequence[GeneratedPackshot],
        held_out: frozenset[str],
    ) -> None:
        """Cut the products out.

        Args:
            settings: Of the data set.
            folder: Where the photos go.
            catalog: All products.
            held_out: SKUs that no training photo shows.
        """
        self._settings = settings
        self._folder = folder
        self._all = [cut_out(packshot.image, packshot.sku) for packshot in catalog]
        self._trainable = [cutout for cutout in self._all if cutout.sku not in held_out]
        others = make_catalog(settings.seed + _DISTRACTOR_SEED, settings.distractor_families, 1)
        self._distractors = [cut_out(packshot.image, UNKNOWN_PRODUCT) for packshot in others]

    def draw(self, photo: PlannedPhoto) -> DrawnPhoto:
        """Draw one photo and say what is on it."""
        rng = np.random.default_rng([self._settings.seed, photo.number])
        settings = self._settings.scene
        if photo.negative:
            shown = rng.random() < NEGATIVES_WITH_DISTRACTORS
            scene = compose_scene(rng, [], settings, self._distractors if shown else [])
        else:
            products = self._trainable if photo.split == "train" else self._all
            scene = compose_scene(rng, products, settings, self._distractors)
        jpeg = encode_jpeg(scene.image, _PHOTO_QUALITY)
        (self._folder / photo.file_name).write_bytes(jpeg)
        # Nobody annotates what stands on a photo without a product of the catalogue.
        return DrawnPhoto([], [], [], []) if photo.negative else _annotations(scene)


def draw_all(artist: Artist, photos: Sequence[PlannedPhoto], workers: int) -> Iterator[DrawnPhoto]:
    """Draw photos and yield what is on each, in order.

    Args:
        artist: Draws them.
        photos: What to draw.
        workers: Number of processes; 0 takes one per core.
    """
    workers = min(workers or os.cpu_count() or 1, len(photos))
    if workers == 1:
        yield from map(artist.draw, photos)
        return
    # Forking a process that runs TensorFlow's threads can hang, so workers start afresh.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, fresh, _start_worker, (artist,)) as pool:
        yield from pool.map(_draw, photos, chunksize=4)


_artist: Artist | None = None
"""A worker process's own; sent once, because it holds all products."""


def _start_worker(artist: Artist) -> None:
    global _artist
    _artist = artist
    cv2.setNumThreads(1)


def _draw(photo: PlannedPhoto) -> DrawnPhoto:
    assert _artist is not None, "runs in worker processes only"
    return _artist.draw(photo)


def _annotations(scene: Scene) -> DrawnPhoto:
    return DrawnPhoto(
        np.round(scene.boxes.astype(np.float64), 2).tolist(),
        scene.skus,
        np.round(scene.occlusion.astype(np.float64), 3).tolist(),
        scene.difficult.tolist(),
    )

"""Writes the generated data set: a catalogue and annotated shelf photos, as a retailer has them.

    <folder>/products.csv, packshots/<sku>.jpg
    <folder>/shelves/span-1/annotations.json, photo-0000.jpg …
    <folder>/stamp.json     written last: what made the data; the same again is not made twice

A data set appears whole or not at all: it grows in a folder beside and is renamed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import encode_jpeg
from components.records.digests import content_hash
from components.records.problems import InputError, Problem
from components.records.splits import SPLITS, UNKNOWN_PRODUCT, Split, held_out_skus
from components.runtime.progress import report
from components.synthesis.products.packshots import Packshot, make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import Cutout, cut_out
from components.synthesis.scenes.scene import Scene

PRODUCTS = "products.csv"
SHELVES = "shelves"
_STAMP = "stamp.json"
_PACKSHOTS = "packshots"
_SPAN = "span-1"
_STORES = ("north", "harbour", "station", "market", "mill")
_PHOTOS_PER_VISIT = 4
_PHOTO_QUALITY = 92
_DISTRACTOR_SEED = 1_000_003
_NEGATIVES_WITH_PRODUCTS = 0.7

Progress = Callable[[int, int], None]


class _Task(NamedTuple):
    number: int
    split: Split
    negative: bool
    visit: int


def write_dataset(
    folder: Path, settings: EmbeddedDataSettings, progress: Progress | None = None
) -> Path:
    """Write the data set, or keep the one that the same settings and code wrote before.

    Args:
        folder: Becomes the data set. An older generated data set there is replaced.
        settings: Size, split and difficulty.
        progress: Called with photos done and photos in all.

    Returns:
        `folder`; the catalogue is `products.csv` in it, the photos are in `shelves`.

    Raises:
        InputError: `folder` holds something that this function did not write.
    """
    stamp = _stamp(settings)
    if folder.exists():
        old = _read_stamp(folder)
        if old == stamp:
            return folder
        if old is None and any(folder.iterdir()):
            raise InputError(
                [Problem(str(folder), None, "holds files of yours", "choose an empty folder")]
            )
    folder.parent.mkdir(parents=True, exist_ok=True)
    growing = folder.with_name(f".{folder.name}.growing-{os.getpid()}")
    shutil.rmtree(growing, ignore_errors=True)
    try:
        _write(growing, settings, progress or _report)
        (growing / _STAMP).write_text(json.dumps(stamp, indent=2) + "\n")
        outdated = folder.with_name(f".{folder.name}.outdated-{os.getpid()}")
        if folder.exists():
            folder.rename(outdated)
        growing.rename(folder)
        shutil.rmtree(outdated, ignore_errors=True)
    finally:
        shutil.rmtree(growing, ignore_errors=True)
    return folder


def _report(done: int, total: int) -> None:
    report("EmbeddedData", done, total, "photos drawn")


def _stamp(settings: EmbeddedDataSettings) -> dict[str, Any]:
    here = Path(__file__).parent
    drawn_by = [*here.glob("*.py"), *(here.parent / "synthesis").rglob("*.py")]
    wanted = settings.model_dump(mode="json", exclude={"workers"})
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode())
    digest.update(content_hash(drawn_by).encode())
    return {"made_by": "oneshelf embedded data", "hash": digest.hexdigest(), "settings": wanted}


def _read_stamp(folder: Path) -> Any:
    try:
        stamp = json.loads((folder / _STAMP).read_text())
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) and "made_by" in stamp else None


def _write(folder: Path, settings: EmbeddedDataSettings, progress: Progress) -> None:
    span = folder / SHELVES / _SPAN
    span.mkdir(parents=True)
    catalog = make_catalog(settings.seed, settings.families, settings.variants)
    _write_catalog(folder, catalog)
    artist = _Artist(settings, span, _cut_out_all(settings, catalog))
    tasks = _plan(settings)
    scenes: list[_Drawn] = []
    progress(0, len(tasks))
    for drawn in _draw_all(artist, tasks, settings.workers):
        scenes.append(drawn)
        progress(len(scenes), len(tasks))
    skus = [packshot.sku for packshot in catalog]
    (span / "annotations.json").write_text(json.dumps(_coco(settings, tasks, scenes, skus)))


def _write_catalog(folder: Path, catalog: Sequence[Packshot]) -> None:
    (folder / _PACKSHOTS).mkdir()
    with (folder / PRODUCTS).open("w", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["sku", "name", "category", "image"])
        for packshot in catalog:
            image = f"{_PACKSHOTS}/{packshot.sku}.jpg"
            (folder / image).write_bytes(encode_jpeg(packshot.image, 95))
            table.writerow([packshot.sku, packshot.name, packshot.category, image])


def _plan(settings: EmbeddedDataSettings) -> list[_Task]:
    """List the photos: split by split, negatives spread evenly, a few photos to a visit."""
    counts = dict(
        zip(
            SPLITS, (settings.train_photos, settings.eval_photos, settings.test_photos), strict=True
        )
    )
    tasks: list[_Task] = []
    visit = 0
    for split, count in counts.items():
        negatives = np.floor(np.arange(count + 1) * settings.negative_share)
        for index in range(count):
            if index % _PHOTOS_PER_VISIT == 0:
                visit += 1
            negative = bool(negatives[index + 1] > negatives[index])
            tasks.append(_Task(len(tasks), split, negative, visit))
    return tasks


class _Drawn(NamedTuple):
    """A scene without its pixels."""

    boxes: list[list[float]]
    skus: list[str]
    occlusion: list[float]
    difficult: list[bool]


class _Stock(NamedTuple):
    everything: list[Cutout]
    trainable: list[Cutout]
    distractors: list[Cutout]


def _cut_out_all(settings: EmbeddedDataSettings, catalog: Sequence[Packshot]) -> _Stock:
    held_out = held_out_skus(
        (packshot.sku for packshot in catalog), settings.held_out_share, settings.held_out_seed
    )
    everything = [cut_out(packshot.image, packshot.sku) for packshot in catalog]
    others = make_catalog(settings.seed + _DISTRACTOR_SEED, settings.distractor_families, 1)
    return _Stock(
        everything,
        [cutout for cutout in everything if cutout.sku not in held_out],
        [cut_out(packshot.image, UNKNOWN_PRODUCT) for packshot in others],
    )


class _Artist:
    """Draws photos into a folder; each by its number alone, whoever draws it."""

    def __init__(self, settings: EmbeddedDataSettings, span: Path, stock: _Stock):
        self._settings = settings
        self._span = span
        self._stock = stock

    def draw(self, task: _Task) -> _Drawn:
        """Draw one photo and say what is on it."""
        rng = np.random.default_rng([self._settings.seed, task.number])
        stock, scene = self._stock, self._settings.scene
        products = stock.trainable if task.split == "train" else stock.everything
        if task.negative:
            distractors = stock.distractors if rng.random() < _NEGATIVES_WITH_PRODUCTS else []
            photo = compose_scene(rng, [], scene, distractors)
        else:
            photo = compose_scene(rng, products, scene, stock.distractors)
        (self._span / _file_name(task)).write_bytes(encode_jpeg(photo.image, _PHOTO_QUALITY))
        return _without_pixels(photo, task)


def _draw_all(artist: _Artist, tasks: Sequence[_Task], workers: int) -> Iterator[_Drawn]:
    workers = min(workers or os.cpu_count() or 1, len(tasks))
    if workers == 1:
        yield from map(artist.draw, tasks)
        return
    # Forking a process that runs TensorFlow's threads can hang, so workers start afresh.
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, fresh, _start_worker, (artist,)) as pool:
        yield from pool.map(_draw, tasks, chunksize=4)


_artist: _Artist | None = None
"""A worker process's own; sent once, because it holds all products."""


def _start_worker(artist: _Artist) -> None:
    global _artist
    _artist = artist
    cv2.setNumThreads(1)


def _draw(task: _Task) -> _Drawn:
    assert _artist is not None, "runs in worker processes only"
    return _artist.draw(task)


def _without_pixels(scene: Scene, task: _Task) -> _Drawn:
    if task.negative:
        return _Drawn([], [], [], [])
    return _Drawn(
        np.round(scene.boxes.astype(np.float64), 2).tolist(),
        scene.skus,
        np.round(scene.occlusion.astype(np.float64), 3).tolist(),
        scene.difficult.tolist(),
    )


def _file_name(task: _Task) -> str:
    return f"photo-{task.number:04d}.jpg"


def _coco(
    settings: EmbeddedDataSettings,
    tasks: Sequence[_Task],
    scenes: Sequence[_Drawn],
    skus: Sequence[str],
) -> dict[str, Any]:
    category = {sku: number for number, sku in enumerate([*skus, UNKNOWN_PRODUCT], start=1)}
    images: list[dict[str, Any]] = []
    annotations: list[dict[str, Any]] = []
    for task, scene in zip(tasks, scenes, strict=True):
        images.append(
            {
                "id": task.number,
                "file_name": _file_name(task),
                "width": settings.scene.photo_width,
                "height": settings.scene.photo_height,
                "attributes": {
                    "store": _STORES[task.visit % len(_STORES)],
                    "visit": f"visit-{task.visit:03d}",
                    "split": task.split,
                },
            }
        )
        for box, sku, hidden, difficult in zip(*scene, strict=True):
            width, height = round(box[2] - box[0], 2), round(box[3] - box[1], 2)
            annotations.append(
                {
                    "id": len(annotations) + 1,
                    "image_id": task.number,
                    "category_id": category[sku],
                    "bbox": [box[0], box[1], width, height],
                    "area": round(width * height, 2),
                    "iscrowd": 0,
                    "attributes": {"occlusion": hidden, "difficult": int(difficult)},
                }
            )
    categories = [{"id": number, "name": sku} for sku, number in category.items()]
    return {"images": images, "annotations": annotations, "categories": categories}

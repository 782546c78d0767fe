"""What Beam adds to varying photos, what a second worker brings, and what variants take on disk.

The bare loop decodes, applies the same Albumentations transforms and encodes, one photo after the
other in one process. Beam's stage is the executor of Augment with the default settings, from
records to records, with nothing in its store. Photos are generated shelves of 960 x 1280 pixels.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf
from added_span import DRAWINGS, HEIGHT, WIDTH
from rich.progress import track
from tables import Figure
from tiny_artifacts import artifact, examples, packshots
from tiny_data import TinyData

from components.augment.executor import AugmentExecutor
from components.imaging.decoding import ALREADY_CHECKED, decode_photo, encode_jpeg
from components.records.example_files import mark_as_examples
from components.records.feature_keys import BOX_EDGES
from components.records.features import image_features, object_features, photo_features
from components.records.seeds import seed_for
from components.records.shelf_photo import ShelfObject
from components.records.tf_example import parse, serialize
from components.synthesis.augment_settings import AugmentSettings
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.settings import SceneSettings
from components.synthesis.variants.augmentation import augmentation

SETTINGS = AugmentSettings(composed_train=0, composed_eval=0)
IN_A_FILE = 4  # so that there is work for several workers
WORKERS = ("--direct_running_mode=multi_processing", "--direct_num_workers=2")


def measure(photos: int) -> list[Figure]:
    """Vary so many photos three times."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shelves, catalog = _inputs(root, photos)
        files = sorted((root / "shelves" / "Split-train").iterdir())
        _run(catalog, shelves, root / "warm-up", ())
        bare = _bare(files)
        bare_twice = _bare_side_by_side(files)
        one = _run(catalog, shelves, root / "one", ())
        two = _run(catalog, shelves, root / "two", WORKERS)
        encoded = sum(len(each["image/encoded"][0]) for each in _features(_variants(root / "one")))
        disk = _on_disk([root / "one" / "examples" / "Split-train", root / "one" / "store"])
    made = photos * SETTINGS.variants

    def ratio(what: str, over: float, under: float, must: str = "", aim: str = "") -> Figure:
        note = f"{made / over:.1f} ÷ {made / under:.1f} variants/s"
        return Figure(f"{what}, {photos:,} photos", under / over, must, aim, note=note)

    sizes = f"{disk / 1e6:.1f} ÷ {encoded / 1e6:.1f} MB"
    return [
        ratio("Augment with one worker ÷ bare loop", one, bare, ">= 0.75", ">= 0.9"),
        ratio("Augment with two workers ÷ one", two, one, ">= 1.5", ">= 1.8"),
        ratio("Augment with two workers ÷ two bare loops side by side", two, bare_twice),
        Figure(
            "variants and store on disk ÷ encoded variants", disk / encoded, "<= 1.3", note=sizes
        ),
    ]


def _bare(files: Sequence[Path]) -> float:
    """Seconds of the loop."""
    vary = augmentation(SETTINGS.level)
    scale = np.array([WIDTH, HEIGHT, WIDTH, HEIGHT], np.float32)
    began = time.perf_counter()
    for features in _features(files):
        for number in range(SETTINGS.variants):
            pixels = decode_photo(features["image/encoded"][0], ALREADY_CHECKED)
            boxes = np.stack([features[key] for key in BOX_EDGES], axis=1) * scale
            encode_jpeg(vary.apply(pixels, boxes, seed_for(0, str(number)))[0])
    return time.perf_counter() - began


def _bare_side_by_side(files: Sequence[Path]) -> float:
    """Seconds of two loops over half of the photos each, without the start of their processes."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        return max(pool.map(_bare, [files[::2], files[1::2]]))


def _run(catalog: Any, shelves: Any, folder: Path, beam: Sequence[str]) -> float:
    """Seconds of the stage."""
    context = AugmentExecutor.Context(
        beam_pipeline_args=list(beam), tmp_dir=str(folder / "tmp"), unique_id="1"
    )
    outputs = {name: [artifact("Examples", folder / name)] for name in ("examples", "companions")}
    given = {
        "settings": SETTINGS.model_dump_json(),
        "code_hash": "bench",
        "store": str(folder / "store"),
    }
    began = time.perf_counter()
    AugmentExecutor(context).Do({"catalog": [catalog], "shelves": [shelves]}, outputs, given)
    return time.perf_counter() - began


def _inputs(root: Path, photos: int) -> tuple[Any, Any]:
    """Write the examples: a small catalogue, which nothing is composed of, and shelves."""
    catalog = make_catalog(5, 12, 3)
    cutouts = [cut_out(packshot.image, packshot.sku) for packshot in catalog]
    scene = SceneSettings(
        photo_width=WIDTH,
        photo_height=HEIGHT,
        min_facing=90,
        max_facing=260,
        flexible_share=0,
        round_share=0,
        fenced_share=0,
    )
    drawings = [
        _example(compose_scene(np.random.default_rng(seed), cutouts, scene), seed)
        for seed in track(range(min(photos, DRAWINGS)), "drawing shelves")
    ]
    shelves = artifact("Examples", root / "shelves")
    mark_as_examples(shelves, ["train", "eval"])
    for split, count in (("train", photos), ("eval", 1)):
        folder = root / "shelves" / f"Split-{split}"
        folder.mkdir(parents=True)
        for start in range(0, count, IN_A_FILE):
            with tf.io.TFRecordWriter(str(folder / f"photos-{start:06d}.gz"), "GZIP") as out:
                for number in range(start, min(start + IN_A_FILE, count)):
                    source = {"image/source_id": [f"{split}/{number}.jpg".encode()]}
                    out.write(serialize({**drawings[number % len(drawings)], **source}))
    return shelves, examples(root / "catalog", {"catalog": packshots(TinyData(root / "tiny"))})


def _example(scene: Any, number: int) -> dict[str, Any]:
    objects = [
        ShelfObject(sku, tuple(box)) for sku, box in zip(scene.skus, scene.boxes, strict=True)
    ]
    encoded = encode_jpeg(scene.image)
    return {
        **image_features(encoded, "jpeg", scene.image, f"{number}.jpg", f"{number}.jpg"),
        **object_features(objects, [False] * len(objects), WIDTH, HEIGHT),
        **photo_features(),
    }


def _variants(folder: Path) -> list[Path]:
    return sorted((folder / "examples" / "Split-train").iterdir())


def _features(files: Sequence[Path]) -> Iterator[Any]:
    for record in tf.data.TFRecordDataset([str(file) for file in files], compression_type="GZIP"):
        yield parse(record.numpy())


def _on_disk(folders: Sequence[Path]) -> int:
    """Bytes in folders; a file that lies in both by a hard link counts once."""
    found = [path.stat() for folder in folders for path in folder.rglob("*") if path.is_file()]
    return sum({(each.st_dev, each.st_ino): each.st_size for each in found}.values())

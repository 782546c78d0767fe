"""What everything before the trainer costs after one span was added to nine, against from nothing.

Photos are generated shelves of 960 x 1280 pixels: a few drawings, each cut through and put together
the other way round, and lit, as no other is. Settings are the defaults; no shelf is composed, since
the photos have boxes. Both times are of the same command on the same ten spans:
`oneshelf run --to-stage Transform`.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np
from rich.progress import track
from tables import Figure

from components.imaging.decoding import encode_jpeg
from components.synthesis.products.packshots import make_catalog
from components.synthesis.scenes.compose_scene import compose_scene
from components.synthesis.scenes.cutout import cut_out
from components.synthesis.scenes.scene import Scene
from components.synthesis.scenes.settings import SceneSettings

SPANS = 10
DRAWINGS = 24
PHOTOS_PER_VISIT = 4
WIDTH, HEIGHT = 1280, 960


def measure(photos: int) -> list[Figure]:
    """Time both.

    Args:
        photos: In each span.
    """
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        waiting = data / "waiting"
        write_data(data, photos)
        last = data / "shelves" / f"span-{SPANS}"
        last.rename(waiting)
        run(data, Path(folder) / "out")
        waiting.rename(last)
        added = run(data, Path(folder) / "out")
        anew = run(data, Path(folder) / "from nothing")
    figures = [
        Figure(
            f"before the trainer: one span of {photos} photos added to nine ÷ from nothing",
            sum(added.values()) / sum(anew.values()),
            "<= 0.3",
            "<= 0.15",
            note=f"{sum(added.values()):.0f} s ÷ {sum(anew.values()):.0f} s",
        )
    ]
    return figures + [
        Figure(f"{stage}, one span added", added[stage], unit="s", note=f"anew {seconds:.1f} s")
        for stage, seconds in anew.items()
    ]


def run(data: Path, root: Path) -> dict[str, float]:
    """Run up to Transform; returns seconds by stage, and those of start and data check."""
    began = time.monotonic()
    command = [sys.executable, "-m", "pipeline.commands.main", "run", "--to-stage", "Transform"]
    given = {"catalog": data / "products.csv", "shelves": data / "shelves", "root": root}
    options = [str(word) for name, value in given.items() for word in (f"--{name}", value)]
    done = subprocess.run([*command, *options], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError(done.stdout)
    took = time.monotonic() - began
    told = json.loads(max(root.glob("runs/*/stages.json")).read_text())
    # What a cached stage took is in the first row, with the start and the check of the data.
    seconds = {stage: 0.0 if each == "cached" else each for stage, each in told.items()}
    return {"start and data check": took - sum(seconds.values()), **seconds}


def write_data(data: Path, photos: int) -> None:
    """Write a catalogue and ten spans."""
    (data / "packshots").mkdir(parents=True)
    catalog = make_catalog(5, 12, 3)
    rows = ["sku,name,category,image"]
    for packshot in catalog:
        image = f"packshots/{packshot.sku}.jpg"
        (data / image).write_bytes(encode_jpeg(packshot.image, 95))
        rows.append(f"{packshot.sku},{packshot.sku},{packshot.category},{image}")
    (data / "products.csv").write_text("\n".join(rows) + "\n")

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
        compose_scene(np.random.default_rng(seed), cutouts, scene)
        for seed in track(range(DRAWINGS), "drawing shelves")
    ]
    categories = {packshot.sku: number for number, packshot in enumerate(catalog, start=1)}
    categories["unknown_product"] = len(categories) + 1
    for span in track(range(1, SPANS + 1), "writing spans"):
        folder = data / "shelves" / f"span-{span}"
        folder.mkdir(parents=True)
        images, annotations = [], []
        for number in range(photos):
            serial = (span - 1) * photos + number
            drawing = drawings[serial % DRAWINGS]
            picture, moved = _unlike_others(drawing, np.random.default_rng(serial))
            name = f"{serial:06d}.jpg"
            (folder / name).write_bytes(encode_jpeg(picture))
            visit = f"{span}-{number // PHOTOS_PER_VISIT}"
            images.append({"id": serial, "file_name": name, "attributes": {"visit": visit}})
            for sku, box in moved:
                annotations.append(
                    {
                        "id": len(annotations),
                        "image_id": serial,
                        "category_id": categories[sku],
                        "bbox": [box[0], box[1], box[2] - box[0], box[3] - box[1]],
                    }
                )
        listed = [{"id": number, "name": sku} for sku, number in categories.items()]
        document = {"images": images, "annotations": annotations, "categories": listed}
        (folder / "annotations.json").write_text(json.dumps(document))


def _unlike_others(
    drawing: Scene, rng: np.random.Generator
) -> tuple[np.ndarray, list[tuple[str, list[float]]]]:
    """Return a photo that is no near-duplicate of another, and its (SKU, box in pixels)."""
    shift = np.array([rng.integers(WIDTH), rng.integers(HEIGHT)])
    picture = np.roll(drawing.image, shift[::-1], axis=(0, 1))
    light = cv2.resize(rng.uniform(0.4, 1.4, (3, 4, 3)), (WIDTH, HEIGHT))
    picture = np.clip(picture * light, 0, 255).astype(np.uint8)
    corners = np.reshape(drawing.boxes, (-1, 2, 2)) + shift
    size = np.array([WIDTH, HEIGHT])
    # What the cut goes through is no product any more.
    whole = np.all(corners[:, 0] // size == (corners[:, 1] - 1) // size, axis=1)
    boxes = (corners - corners[:, :1] // size * size).reshape(-1, 4)
    return picture, [
        (sku, box)
        for sku, box, keep in zip(drawing.skus, boxes.tolist(), whole, strict=True)
        if keep
    ]

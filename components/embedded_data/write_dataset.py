"""Writing the generated data set: a catalogue and annotated shelf photos, as a retailer has them.

    <folder>/products.csv, packshots/<sku>.jpg
    <folder>/shelves/span-1/annotations.json, photo-0000.jpg …
    <folder>/stamp.json     written last: what made the data; the same again is not made twice

A data set appears whole or not at all: it grows in a folder beside and is renamed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from components.embedded_data.coco import coco_document
from components.embedded_data.draw_photos import Artist, DrawnPhoto, draw_all
from components.embedded_data.photo_plan import plan_photos
from components.embedded_data.settings import EmbeddedDataSettings
from components.imaging.decoding import encode_jpeg
from components.records.digests import content_hash
from components.records.problems import InputError, Problem
from components.records.splits import held_out_skus
from components.runtime.progress import report
from components.synthesis.products.packshots import GeneratedPackshot, make_catalog

PRODUCTS = "products.csv"
SHELVES = "shelves"
_STAMP = "stamp.json"
_PACKSHOTS = "packshots"
_PACKSHOT_QUALITY = 95
_SPAN = "span-1"

Progress = Callable[[int, int], None]


def write_dataset(
    folder: Path,
    settings: EmbeddedDataSettings,
    held_out_share: float,
    held_out_seed: int,
    progress: Progress | None = None,
) -> Path:
    """Write the data set, or keep the one that the same arguments and code wrote before.

    Args:
        folder: Becomes the data set. An older generated data set there is replaced.
        settings: Size, split and difficulty.
        held_out_share: Share of the SKUs that no training photo shows: those that reading the data
            holds out.
        held_out_seed: Which SKUs these are.
        progress: Called with photos done and photos in all.

    Returns:
        `folder`; the catalogue is `products.csv` in it, the photos are in `shelves`.

    Raises:
        InputError: `folder` holds something that this function did not write.
    """
    stamp = _stamp(settings, held_out_share, held_out_seed)
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
        catalog = make_catalog(settings.seed, settings.families, settings.variants)
        skus = (packshot.sku for packshot in catalog)
        held_out = held_out_skus(skus, held_out_share, held_out_seed)
        _write(growing, settings, catalog, held_out, progress or _report)
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


def _stamp(settings: EmbeddedDataSettings, share: float, seed: int) -> dict[str, Any]:
    # Not the number of workers: it decides no pixel.
    wanted = settings.model_dump(mode="json", exclude={"workers"})
    wanted |= {"held_out_share": share, "held_out_seed": seed}
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode())
    digest.update(content_hash(_drawn_by()).encode())
    return {"made_by": "oneshelf embedded data", "hash": digest.hexdigest(), "settings": wanted}


def _drawn_by() -> list[Path]:
    """Return the sources that decide what the data set holds."""
    components = Path(__file__).parents[1]
    folders = (components / name for name in ("embedded_data", "synthesis"))
    files = (
        "datasets/coco_writing.py",
        "imaging/adobe_rgb.py",
        "imaging/colours.py",
        "imaging/decoding.py",
        "imaging/regular_file.py",
        "imaging/white_background.py",
        "imaging/whole_file.py",
        "records/splits.py",
    )
    return [
        *(file for folder in folders for file in folder.rglob("*.py")),
        *(components / file for file in files),
    ]


def _read_stamp(folder: Path) -> Any:
    try:
        stamp = json.loads((folder / _STAMP).read_text())
    except (OSError, ValueError):
        return None
    return stamp if isinstance(stamp, dict) and "made_by" in stamp else None


def _write(
    folder: Path,
    settings: EmbeddedDataSettings,
    catalog: Sequence[GeneratedPackshot],
    held_out: frozenset[str],
    progress: Progress,
) -> None:
    span = folder / SHELVES / _SPAN
    span.mkdir(parents=True)
    _write_catalog(folder, catalog)
    photos = plan_photos(settings)
    drawn: list[DrawnPhoto] = []
    progress(0, len(photos))
    for photo in draw_all(Artist(settings, span, catalog, held_out), photos, settings.workers):
        drawn.append(photo)
        progress(len(drawn), len(photos))
    skus = [packshot.sku for packshot in catalog]
    size = (settings.scene.photo_width, settings.scene.photo_height)
    document = coco_document(photos, drawn, skus, size)
    (span / "annotations.json").write_text(json.dumps(document))


def _write_catalog(folder: Path, catalog: Sequence[GeneratedPackshot]) -> None:
    (folder / _PACKSHOTS).mkdir()
    with (folder / PRODUCTS).open("w", newline="") as stream:
        table = csv.writer(stream, lineterminator="\n")
        table.writerow(["sku", "name", "category", "image"])
        for packshot in catalog:
            image = f"{_PACKSHOTS}/{packshot.sku}.jpg"
            (folder / image).write_bytes(encode_jpeg(packshot.image, _PACKSHOT_QUALITY))
            table.writerow([packshot.sku, packshot.name, packshot.category, image])

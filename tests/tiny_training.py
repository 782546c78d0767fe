"""A tiny training: photos of two products each, a catalogue, companions."""

from pathlib import Path

import cv2
import numpy as np
from tiny import draw_packshot
from tiny_artifacts import packshot

from components.records.features import image_features, object_features, photo_features
from components.records.shards import write_records
from components.records.shelf_photo import ShelfObject
from components.records.tf_example import serialize
from components.training.settings import TrainerSettings

SKUS = [f"sku-{number}" for number in range(5)]
HELD_OUT = "sku-4"
TRAINER = TrainerSettings(
    steps=4,
    photos=2,
    crop=128,
    templates=4,
    proposals=4,
    warmup=1,
    checkpoint_every=2,
    calibration_photos=2,
    cost_miss=4,
)


def write(path: Path, rows) -> str:
    write_records(path, map(serialize, rows))
    return str(path)


def png(picture: np.ndarray) -> bytes:
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


def shelf_row(seed: int, hard: bool = False) -> dict:
    """A 192 x 128 photo of two products side by side."""
    photo = np.full((128, 192, 3), 90, np.uint8)
    photo[16:112, 12:84] = draw_packshot(seed % 4)
    photo[16:112, 100:172] = draw_packshot((seed + 1) % 4)
    things = [
        ShelfObject(SKUS[seed % 4], (12, 16, 84, 112)),
        ShelfObject(SKUS[(seed + 1) % 4], (100, 16, 172, 112)),
    ]
    return {
        **image_features(png(photo), "png", photo, f"{seed}.png", f"span-1/{seed}.png"),
        **object_features(things, [False, False], 192, 128),
        **photo_features(span=1, hard=hard),
    }


def product_row(sku: str, held_out: bool, number: int) -> dict:
    return packshot(sku, png(draw_packshot(number)), held_out=held_out)

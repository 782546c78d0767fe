"""What a bad photo costs: test photos spoilt step by step, and what is still recognised of them.

    python tests/bench/capture_limits.py SHELVES FOLDER
    oneshelf predict FOLDER --release DIR --json found.jsonl
    python tests/bench/capture_limits.py SHELVES FOLDER found.jsonl

SHELVES is a span of the generated data set, `oneshelf-out/data/embedded/shelves/span-1`. The first
writes its test photos, each spoilt in every way. The last prints how much of what is recognised
on a photo as it is is still recognised, by the numbers of `components/capture/measures.py`: these
are the tables of `components/capture/costs.py`.
"""

from __future__ import annotations

import itertools
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from components.capture import measures
from components.imaging.decoding import encode_jpeg
from components.imaging.open_photo import open_photo
from components.predict.read_answers import read_answers
from components.records.boxes import iou
from components.records.moved_boxes import moved_boxes
from components.records.prediction import SAME_PLACE, PredictionRecord
from components.records.splits import UNKNOWN_PRODUCT

_PHOTOS = 48
_QUALITY = 92
_VISIBLE = 0.3
"""Share of a facing that is to be seen after spoiling, for it to be asked for."""
_STEPS = 10
"""Rows of each printed table."""


class Spoilt(NamedTuple):
    """A photo spoilt, and the homography from the photo as it was."""

    image: np.ndarray
    warp: np.ndarray


def main(shelves: Path, folder: Path, found: Path | None) -> None:
    """Write spoilt photos, or measure and print."""
    photos = _photos(shelves)
    if found is None:
        folder.mkdir(parents=True, exist_ok=True)
        for name in photos:
            image = open_photo(shelves / name).pixels
            for way, spoil in _WAYS.items():
                for step, strength in enumerate(spoil.strengths):
                    rng = np.random.default_rng([step, len(name), int(name[6:10])])
                    spoilt = spoil.apply(image, strength, rng)
                    path = folder / _name(name, way, step)
                    path.write_bytes(encode_jpeg(spoilt.image, quality=_QUALITY))
        return
    answers = {Path(record.photo).name: record for record in read_answers(found)}
    _print(shelves, folder, photos, answers)


def _photos(shelves: Path) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Return by file name the boxes of facings that can be named, and their SKUs."""
    truth = json.loads((shelves / "annotations.json").read_text())
    names = {each["id"]: each["name"] for each in truth["categories"]}
    photos: dict[str, tuple[np.ndarray, list[str]]] = {}
    for image in truth["images"]:
        if image["attributes"]["split"] != "test" or len(photos) >= _PHOTOS:
            continue
        there = [
            each
            for each in truth["annotations"]
            if each["image_id"] == image["id"]
            and not each["attributes"]["difficult"]
            and names[each["category_id"]] != UNKNOWN_PRODUCT
        ]
        if len(there) >= 5:
            boxes = np.array([each["bbox"] for each in there], float)
            boxes[:, 2:] += boxes[:, :2]
            photos[image["file_name"]] = boxes, [names[each["category_id"]] for each in there]
    return photos


def _name(photo: str, way: str, step: int) -> str:
    return f"{Path(photo).stem}-{way}-{step}.jpg"


def _as_it_is(image: np.ndarray, _: float, __: np.random.Generator) -> Spoilt:
    return Spoilt(image, np.eye(3))


def _blurred(image: np.ndarray, sigma: float, _: np.random.Generator) -> Spoilt:
    return Spoilt(cv2.GaussianBlur(image, (0, 0), sigma), np.eye(3))


def _moved(image: np.ndarray, length: float, rng: np.random.Generator) -> Spoilt:
    size = int(length) | 1
    kernel = np.zeros((size, size), np.float32)
    angle = rng.uniform(0, np.pi)
    half = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    ends = [tuple(np.round(size / 2 - 0.5 + sign * half).astype(int).tolist()) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], (1.0,), 1, cv2.LINE_AA)
    return Spoilt(cv2.filter2D(image, -1, kernel / kernel.sum()), np.eye(3))


def _dark(image: np.ndarray, share: float, rng: np.random.Generator) -> Spoilt:
    grain = rng.normal(0, 2.5, image.shape)
    return Spoilt(np.clip(image * share + grain, 0, 255).astype(np.uint8), np.eye(3))


def _glare(image: np.ndarray, share: float, rng: np.random.Generator) -> Spoilt:
    height, width = image.shape[:2]
    middle = rng.uniform(0.25, 0.75, 2) * (width, height)
    reach = np.sqrt(share * width * height / np.pi / 0.75)
    y, x = np.mgrid[:height, :width]
    far = np.hypot((x - middle[0]) / reach, (y - middle[1]) / (0.75 * reach))
    white = np.clip((1.25 - far) * 3, 0, 0.97)[..., None]
    return Spoilt((image * (1 - white) + 255 * white).astype(np.uint8), np.eye(3))


def _far(image: np.ndarray, scale: float, _: np.random.Generator) -> Spoilt:
    height, width = image.shape[:2]
    warp = np.array(
        [[scale, 0, width * (1 - scale) / 2], [0, scale, height * (1 - scale) / 2], [0, 0, 1]]
    )
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    rows = [(np.arange(side) - (side - part) // 2) % part for side, part in (
        (height, small.shape[0]), (width, small.shape[1])
    )]  # fmt: skip
    return Spoilt(small[rows[0]][:, rows[1]], warp)


def _steep(image: np.ndarray, degrees: float, rng: np.random.Generator) -> Spoilt:
    height, width = image.shape[:2]
    angle = np.radians(degrees) * rng.choice([-1, 1])
    away = 1.1 * width
    to_middle = np.array([[1, 0, -width / 2], [0, 1, -height / 2], [0, 0, 1]])
    turn = np.array([[np.cos(angle), 0, 0], [0, 1, 0], [np.sin(angle) / away, 0, 1]])
    warp = np.linalg.inv(to_middle) @ turn @ to_middle
    spoilt = cv2.warpPerspective(image, warp, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return Spoilt(spoilt, warp)


def _cut(image: np.ndarray, share: float, rng: np.random.Generator) -> Spoilt:
    height, width = image.shape[:2]
    left, top = (rng.uniform(0, 1 - share, 2) * (width, height)).tolist()
    warp = np.array([[1 / share, 0, -left / share], [0, 1 / share, -top / share], [0, 0, 1]])
    return Spoilt(cv2.warpPerspective(image, warp, (width, height), flags=cv2.INTER_CUBIC), warp)


class _Way(NamedTuple):
    apply: Callable[[np.ndarray, float, np.random.Generator], Spoilt]
    strengths: tuple[float, ...]
    measure: str = ""


_WAYS = {
    "asis": _Way(_as_it_is, (0.0,)),
    "blur": _Way(_blurred, (0.8, 1.3, 2.0, 3.0, 4.5, 6.5, 9.0), "blur"),
    "motion": _Way(_moved, (4.0, 7.0, 11.0, 17.0, 25.0, 36.0), "smear"),
    "dark": _Way(_dark, (0.5, 0.25, 0.12, 0.06, 0.03), "light"),
    "glare": _Way(_glare, (0.05, 0.12, 0.25, 0.4, 0.6), "washed_out"),
    "far": _Way(_far, (0.8, 0.6, 0.45, 0.33, 0.25), "facing_size"),
    "steep": _Way(_steep, (15.0, 30.0, 42.0, 52.0, 60.0), "steepness"),
    "cut": _Way(_cut, (0.8, 0.6, 0.45, 0.33, 0.25), "cut_off"),
}  # fmt: skip


def _recognised(
    record: PredictionRecord, boxes: np.ndarray, skus: list[str], warp: np.ndarray
) -> tuple[int, int]:
    """Return how many facings are found by their names, and how many there are to see."""
    there = moved_boxes(warp, boxes)
    inside = np.clip(there, 0, np.tile([record.width, record.height], 2))
    area = (there[:, 2:] - there[:, :2]).prod(axis=1)
    asked = (inside[:, 2:] - inside[:, :2]).prod(axis=1) >= _VISIBLE * np.maximum(area, 1e-9)
    shown = [each for each in record.detections if each.shown]
    fits = iou(np.array([each.box for each in shown], float).reshape(-1, 4), inside)
    right = np.zeros(len(skus), bool)
    for at, each in enumerate(shown):
        right |= (fits[at] >= SAME_PLACE) & (np.array(skus) == each.sku)
    return int((right & asked).sum()), int(asked.sum())


def _measured(measure: str, image: np.ndarray, record: PredictionRecord) -> float | None:
    grey, size = measures.small_grey(image), (record.width, record.height)
    if measure == "smear":
        return measures.smear(grey, measures.blur(grey))
    if measure in _OF_PIXELS:
        return float(getattr(measures, measure)(grey))
    boxes = [each.box for each in record.detections if each.shown]
    sides = (measures.SIDE,) if measure == "facing_size" else ()
    found = getattr(measures, measure)(boxes, size, *sides)
    return None if found is None else float(found)


def _print(
    shelves: Path,
    folder: Path,
    photos: dict[str, tuple[np.ndarray, list[str]]],
    answers: dict[str, PredictionRecord],
) -> None:
    points: dict[str, list[tuple[float, float, int]]] = {}
    spent, looked = 0.0, 0
    for name, (boxes, skus) in photos.items():
        image = open_photo(shelves / name).pixels
        plain, of = _recognised(answers[_name(name, "asis", 0)], boxes, skus, np.eye(3))
        if plain < 3:
            continue
        for way, spoil in _WAYS.items():
            for step, strength in enumerate(spoil.strengths):
                rng = np.random.default_rng([step, len(name), int(name[6:10])])
                warp = spoil.apply(image, strength, rng).warp
                file = _name(name, way, step)
                record = answers[file]
                right, asked = _recognised(record, boxes, skus, warp)
                if not asked:
                    continue
                kept = (right / asked) / (plain / of)
                spoilt = open_photo(folder / file).pixels
                began = time.perf_counter()
                for each in {spoil.measure} if spoil.measure else _ALL:
                    value = _measured(each, spoilt, record)
                    if value is not None:
                        points.setdefault(each, []).append((value, kept, asked))
                spent, looked = spent + time.perf_counter() - began, looked + 1
    for measure, found in points.items():
        values, kept, weight = (np.array(column, float) for column in zip(*found, strict=True))
        print(measure)
        edges = np.quantile(values, np.linspace(0, 1, _STEPS + 1))
        for low, high in itertools.pairwise(edges):
            here = (values >= low) & (values <= high)
            if here.any():
                share = float(np.average(kept[here], weights=weight[here]))
                middle = float(np.median(values[here]))
                print(f"  {middle:8.3f}  kept {share:.2f}  of {int(here.sum())} photos")
    print(f"{1000 * spent / looked:.1f} ms a photo")


_OF_PIXELS = ("blur", "light", "washed_out", "steepness")
_ALL = sorted({way.measure for way in _WAYS.values() if way.measure})


if __name__ == "__main__":
    cv2.setNumThreads(1)
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]) if len(sys.argv) > 3 else None)

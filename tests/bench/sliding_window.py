"""The training-free reference: a sliding window over ImageNet features, scored by COCO.

Every packshot becomes a small template of backbone features; templates slide over the features of
a photo at several scales; the normalised correlation is the score. Nothing is trained. A data set
on which this does well is too easy to tell recognisers apart.

Products marked difficult, and those outside the catalogue, count
neither for nor against.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import tensorflow as tf
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from rich.progress import track
from tables import Figure

from components.imaging.decoding import ImageLimits, decode_photo
from components.synthesis.scenes.cutout import cut_out

STRIDE = 16
TALL = 7
LAYER = "block_13_expand_relu"
FACING_HEIGHTS = (60, 84, 118, 165, 230)
DETECTIONS = 200
UNKNOWN = "unknown_product"


def backbone(weights: Path) -> tf.keras.Model:
    """Return MobileNetV2 up to stride 16, float32 [B, H, W, 3] in -1 to 1 to features."""
    whole = tf.keras.applications.MobileNetV2(
        include_top=False, weights=None, input_shape=(None, None, 3)
    )
    whole.load_weights(weights)
    return tf.keras.Model(whole.input, whole.get_layer(LAYER).output)


def features(model: tf.keras.Model, image: np.ndarray) -> np.ndarray:
    """Return features float32 [h, w, C] of uint8 [H, W, 3], sides cut to multiples of 32."""
    height, width = (side // 32 * 32 for side in image.shape[:2])
    scaled = image[None, :height, :width].astype(np.float32) / 127.5 - 1
    return model(scaled, training=False).numpy()[0]


def templates(model: tf.keras.Model, folder: Path) -> tuple[list[str], list[np.ndarray]]:
    """Return SKUs and their templates, float32 [TALL, w, C]; the width follows the product."""
    skus, maps = [], []
    with (folder / "products.csv").open() as stream:
        for row in csv.DictReader(stream):
            packshot = decode_photo((folder / row["image"]).read_bytes(), ImageLimits())
            rgba = cut_out(packshot).rgba
            alpha = rgba[..., 3:] / 255.0
            product = (rgba[..., :3] * alpha + 127 * (1 - alpha)).astype(np.uint8)
            wide = int(np.clip(round(TALL * rgba.shape[1] / rgba.shape[0]), 1, 10))
            size = (wide * STRIDE, TALL * STRIDE)
            small = cv2.resize(product, size, interpolation=cv2.INTER_AREA)
            border = 3 * STRIDE
            room = (-(size[0] + 2 * border)) % 32, (-(size[1] + 2 * border)) % 32
            padded = cv2.copyMakeBorder(
                small, border, border + room[1], border, border + room[0],
                cv2.BORDER_CONSTANT, value=(127, 127, 127),
            )  # fmt: skip
            maps.append(features(model, padded)[3 : 3 + TALL, 3 : 3 + wide])
            skus.append(row["sku"])
    return skus, maps


class Matcher:
    """Correlates all templates with photos."""

    def __init__(self, model: tf.keras.Model, maps: list[np.ndarray]):
        self._model = model
        self._mean = np.concatenate([m.reshape(-1, m.shape[-1]) for m in maps]).mean(axis=0)
        groups: dict[int, list[int]] = defaultdict(list)
        for number, template in enumerate(maps):
            groups[template.shape[1]].append(number)
        self._groups = {wide: np.array(members) for wide, members in groups.items()}
        # One column per cell of a template, [C, TALL * wide * members], for each width.
        self._columns = {
            wide: np.stack([self._unit(maps[i]) / (TALL * wide) for i in members], axis=2)
            .reshape(-1, self._mean.size)
            .T.copy()
            for wide, members in groups.items()
        }

    def _unit(self, values: np.ndarray) -> np.ndarray:
        centred = values - self._mean
        return centred / (np.linalg.norm(centred, axis=-1, keepdims=True) + 1e-6)

    def _correlation(self, cells: np.ndarray, wide: int) -> np.ndarray:
        """Return scores [h - TALL + 1, w - wide + 1, members] of unit cells [h, w, C]."""
        height, width = cells.shape[0] - TALL + 1, cells.shape[1] - wide + 1
        flat = cells.reshape(-1, cells.shape[-1]) @ self._columns[wide]
        products = flat.reshape(*cells.shape[:2], TALL, wide, -1)
        found = np.zeros((height, width, products.shape[-1]), np.float32)
        for y in range(TALL):
            for x in range(wide):
                found += products[y : y + height, x : x + width, y, x]
        return found

    def __call__(self, photo: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return boxes [n, 4] in pixels, numbers of templates [n] and scores [n], best first."""
        boxes, labels, scores = [], [], []
        for facing in FACING_HEIGHTS:
            scale = TALL * STRIDE / facing
            resized = cv2.resize(photo, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            padded = cv2.copyMakeBorder(resized, 0, 31, 0, 31, cv2.BORDER_REFLECT)
            cells = self._unit(features(self._model, padded))
            for wide, members in self._groups.items():
                if cells.shape[0] < TALL or cells.shape[1] < wide:
                    continue
                found = self._correlation(cells, wide)
                peak = tf.nn.max_pool2d(found[None], 3, 1, "SAME").numpy()[0]
                keep = np.argwhere((found == peak) & (found > 0.15))
                size = np.array([wide, TALL]) * STRIDE / scale
                corner = keep[:, 1::-1] * STRIDE / scale
                boxes.append(np.concatenate([corner, corner + size], axis=1))
                labels.append(members[keep[:, 2]])
                scores.append(found[tuple(keep.T)])
        limit = np.array([photo.shape[1], photo.shape[0]] * 2)
        every = np.clip(np.concatenate(boxes), 0, limit)
        return _suppressed(every, np.concatenate(labels), np.concatenate(scores))


def _suppressed(
    boxes: np.ndarray, labels: np.ndarray, scores: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Suppress overlaps, first within each SKU, then between SKUs."""
    order = np.argsort(-scores)[:6000]
    boxes, labels, scores = boxes[order], labels[order], scores[order]
    apart = boxes + (labels * 10_000)[:, None]
    kept = tf.image.non_max_suppression(apart, scores, 2000, 0.35).numpy()
    boxes, labels, scores = boxes[kept], labels[kept], scores[kept]
    kept = tf.image.non_max_suppression(boxes, scores, DETECTIONS, 0.5).numpy()
    return boxes[kept], labels[kept], scores[kept]


def mean_average_precision(truth: dict[str, Any], detections: list[dict[str, Any]]) -> float:
    """Return mAP@0.5 of COCO detections on COCO annotations with `iscrowd` as "ignore"."""
    with contextlib.redirect_stdout(io.StringIO()):
        coco = COCO()
        coco.dataset = truth
        coco.createIndex()
        judge = COCOeval(coco, coco.loadRes(detections), "bbox")
        judge.params.iouThrs = np.array([0.5])
        judge.params.maxDets = [1, 10, DETECTIONS]
        judge.evaluate()
        judge.accumulate()
    precision = judge.eval["precision"][0, :, :, 0, -1]
    return float(precision[precision > -1].mean())


def _test_split(folder: Path) -> dict[str, Any]:
    truth = json.loads((folder / "shelves" / "span-1" / "annotations.json").read_text())
    images = [i for i in truth["images"] if i["attributes"]["split"] == "test"]
    wanted = {image["id"] for image in images}
    annotations = [a for a in truth["annotations"] if a["image_id"] in wanted]
    for annotation in annotations:
        annotation["iscrowd"] = annotation["attributes"]["difficult"]
    return {**truth, "images": images, "annotations": annotations}


def _outside(box: np.ndarray, others: list[list[float]]) -> bool:
    """Return whether a box lies on none of the COCO boxes."""
    for x, y, width, height in others:
        across = min(box[2], x + width) - max(box[0], x)
        down = min(box[3], y + height) - max(box[1], y)
        if across > 0 and down > 0:
            area = (box[2] - box[0]) * (box[3] - box[1])
            common = across * down
            if common / (area + width * height - common) >= 0.5:
                return False
    return True


def measure(folder: Path, weights: Path) -> list[Figure]:
    """Score the test split of a generated data set.

    Args:
        folder: The data set.
        weights: MobileNetV2 weights without top.
    """
    model = backbone(weights)
    skus, maps = templates(model, folder)
    matcher = Matcher(model, maps)
    truth = _test_split(folder)
    category = {entry["name"]: entry["id"] for entry in truth["categories"]}
    strangers: dict[int, list[list[float]]] = defaultdict(list)
    for annotation in truth["annotations"]:
        if annotation["category_id"] == category[UNKNOWN]:
            strangers[annotation["image_id"]].append(annotation["bbox"])
    truth["annotations"] = [
        a for a in truth["annotations"] if a["category_id"] != category[UNKNOWN]
    ]
    detections = []
    for image in track(truth["images"], description="training-free window"):
        data = (folder / "shelves" / "span-1" / image["file_name"]).read_bytes()
        boxes, labels, scores = matcher(decode_photo(data, ImageLimits()))
        for box, label, score in zip(boxes, labels, scores, strict=True):
            if _outside(box, strangers[image["id"]]):
                detections.append(
                    {
                        "image_id": image["id"],
                        "category_id": category[skus[label]],
                        "bbox": [*box[:2], *(box[2:] - box[:2])],
                        "score": float(score),
                    }
                )
    value = mean_average_precision(truth, detections)
    note = f"{len(truth['images'])} photos; must be hard without training"
    return [Figure("mAP@0.5 of a training-free window", value, "<= 0.5", note=note)]

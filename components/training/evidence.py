"""What a recogniser measures in validation photos, beside the truth."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from components.recogniser import geometry
from components.recogniser.detect import (
    OFF,
    SAME_IOU,
    Candidates,
    IndexTensors,
    Places,
    fit_photo,
    index_tensors,
    look,
)
from components.recogniser.index import CatalogIndex
from components.recogniser.model import Recogniser
from components.records.splits import DISTRACTOR
from components.training.photo_files import PhotoFiles


@dataclass(frozen=True)
class Evidence:
    """What the recogniser measured in one photo at P places, and the truth there.

    Attributes:
      encoded: the photo.
      size: `[2]` height and width of the photo.
      scale: pixels of the photo as the recogniser sees it per pixel of the photo.
      aligned, screened: `[P, K]`; `aligned` is below OFF / 2 for candidates left out.
      objectness: `[P]` logits.
      sku: `[P, K]` number of each candidate's SKU.
      boxes: `[P, K, 4]` pixels of the photo as the recogniser sees it.
      answer: `[P]` int: the candidate that is right, K when none of them is.
      counts: `[P]` bool: False at products that the truth leaves open (unknown, difficult).
      truth: `[T, 4]` boxes of the products that are there, distractors excepted, in those pixels.
      truth_sku: `[T]` their SKUs' numbers, -1 for those that the truth leaves open.
    """

    encoded: bytes
    size: tuple[int, int]
    scale: float
    aligned: np.ndarray
    screened: np.ndarray
    objectness: np.ndarray
    sku: np.ndarray
    boxes: np.ndarray
    answer: np.ndarray
    counts: np.ndarray
    truth: np.ndarray
    truth_sku: np.ndarray


class EvidenceCollector:
    """Measures validation photos, again and again while a recogniser learns."""

    def __init__(self, recogniser: Recogniser, files: PhotoFiles, photos: int):
        """Takes the first `photos` of the files."""
        self._recogniser = recogniser
        self._prepared = files.records().take(photos).map(files.preparation())

        # The index is an argument, so that one traced graph serves all of them.
        @tf.function(reduce_retracing=True)
        def measure(encoded: tf.Tensor, index: IndexTensors):
            image = tf.io.decode_image(encoded, channels=3, expand_animations=False)
            image.set_shape([None, None, 3])
            fitted, scale = fit_photo(image[tf.newaxis], recogniser.settings.photo_side)
            return *look(recogniser, fitted, index), scale, tf.shape(image)

        self._measure = measure

    def collect(self, index: CatalogIndex) -> Iterator[Evidence]:
        """Yields one `Evidence` per photo, SKUs numbered as in `index.labels`."""
        tensors = index_tensors(index)
        number = {sku.encode(): row for row, sku in enumerate(index.labels)}
        for photo in self._prepared:
            places, found, scale, shape = self._measure(photo.encoded, tensors)
            height, width = int(shape[0]), int(shape[1])
            named = photo.skus.numpy()
            product = named != DISTRACTOR.encode()
            skus = np.array([number.get(sku, -1) for sku in named], int)
            skus[photo.ignore.numpy()] = -1
            truth = photo.boxes.numpy() * np.array([width, height, width, height]) * float(scale)
            truth, skus = truth[product], skus[product]
            judged = _judge(places, found, truth.astype(np.float32), skus)
            yield Evidence(photo.encoded.numpy(), (height, width), float(scale), *judged)


def _judge(places: Places, found: Candidates, truth: np.ndarray, skus: np.ndarray) -> tuple:
    """Says which candidate is right at each place; the attributes of `Evidence` from `aligned`."""
    valid = places.valid.numpy()
    sku, aligned = found.sku.numpy()[valid], found.aligned.numpy()[valid]
    boxes = found.boxes.numpy()[valid]
    answer = np.full(len(sku), sku.shape[1])
    counts = np.ones(len(sku), bool)
    if len(truth):
        overlap = geometry.iou(boxes[:, :, tf.newaxis], tf.constant(truth)).numpy()
        same = (sku[..., np.newaxis] == skus) & (overlap >= SAME_IOU)
        right = (same & (aligned > OFF / 2)[..., np.newaxis]).any(axis=-1)
        answer = np.where(right.any(axis=1), right.argmax(axis=1), sku.shape[1])
        at = geometry.iou(places.boxes.numpy()[valid][:, np.newaxis], tf.constant(truth)).numpy()
        left_open = (at.max(axis=1) >= SAME_IOU) & (skus[at.argmax(axis=1)] < 0)
        counts = ~(left_open & (answer == sku.shape[1]))
    measured = (aligned, found.screened.numpy()[valid], places.objectness.numpy()[valid])
    return *measured, sku, boxes, answer, counts, truth, skus

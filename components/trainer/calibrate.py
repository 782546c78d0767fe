"""Fits the probabilities on validation photos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf
from scipy.optimize import minimize

from components.recogniser import geometry
from components.recogniser.detect import (
    OFF,
    SAME_IOU,
    IndexTensors,
    find_places,
    fit_photo,
    match,
)
from components.recogniser.index import CatalogIndex
from components.recogniser.model import UNCALIBRATED, Recogniser
from components.trainer.crops import parse_photo

# Pull towards the starting point, so that few validation photos cannot make it absurdly sure.
PRIOR = 1e-3


@dataclass(frozen=True)
class Evidence:
    """What the recogniser measured in one photo at P places, and the truth there.

    Attributes:
      aligned, screened: `[P, K]`; `aligned` is below OFF / 2 for candidates left out.
      objectness: `[P]` logits.
      sku: `[P, K]` number of each candidate's SKU.
      boxes: `[P, K, 4]` pixels of the photo as the recogniser sees it.
      answer: `[P]` int: the candidate that is right, K when none of them is.
      counts: `[P]` bool: False at products that the truth leaves open (unknown, difficult).
      truth: `[T, 4]` boxes of the products that are there, in the same pixels.
      truth_sku: `[T]` their SKUs' numbers, -1 for those that the truth leaves open.
    """

    aligned: np.ndarray
    screened: np.ndarray
    objectness: np.ndarray
    sku: np.ndarray
    boxes: np.ndarray
    answer: np.ndarray
    counts: np.ndarray
    truth: np.ndarray
    truth_sku: np.ndarray


def collect_evidence(
    recogniser: Recogniser, paths: Sequence[str], index: CatalogIndex, photos: int
) -> Iterator[Evidence]:
    """Runs the recogniser on the first `photos` transformed examples, one `Evidence` each."""
    tensors = IndexTensors(
        tf.constant(index.screen), tf.constant(index.templates), tf.constant(index.sku_of_view)
    )
    number = {sku.encode(): row for row, sku in enumerate(index.labels)}

    @tf.function
    def measure(encoded: tf.Tensor):
        image = tf.io.decode_image(encoded, channels=3, expand_animations=False)
        image.set_shape([None, None, 3])
        fitted, scale = fit_photo(image[tf.newaxis], recogniser.settings.photo_side)
        places = find_places(recogniser, fitted)
        found = match(recogniser, places, tensors)
        return places, found, scale, tf.shape(image)

    records = tf.data.TFRecordDataset(list(paths), compression_type="GZIP").take(photos)
    for photo in records.map(parse_photo):
        places, found, scale, shape = measure(photo.encoded)
        height, width = int(shape[0]), int(shape[1])
        truth = photo.boxes.numpy() * np.array([width, height, width, height]) * float(scale)
        skus = np.array([number.get(sku, -1) for sku in photo.skus.numpy()], int)
        skus[photo.ignore.numpy()] = -1
        yield _judge(places, found, truth.astype(np.float32), skus)


def _judge(places, found, truth: np.ndarray, skus: np.ndarray) -> Evidence:
    """Says which candidate is right at each place."""
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
    return Evidence(
        aligned=aligned,
        screened=found.screened.numpy()[valid],
        objectness=places.objectness.numpy()[valid],
        sku=sku,
        boxes=boxes,
        answer=answer,
        counts=counts,
        truth=truth,
        truth_sku=skus,
    )


def fit(evidence: Sequence[Evidence]) -> np.ndarray:
    """Fits the four coefficients of `model.candidate_probabilities` by maximum likelihood.

    Returns:
      `[4]` float32. The starting point when there is no place where a candidate is right: then
      there is nothing to learn from.
    """

    def joined(name: str, dtype: type) -> np.ndarray:
        return np.concatenate([getattr(part, name)[part.counts] for part in evidence]).astype(dtype)

    # In double precision: the gradient is taken by finite differences.
    aligned, screened = joined("aligned", np.float64), joined("screened", np.float64)
    objectness, answer = joined("objectness", np.float64), joined("answer", np.int64)
    start = np.array(UNCALIBRATED)
    if not len(answer) or (answer == aligned.shape[1]).all():
        return start.astype(np.float32)
    off = aligned < OFF / 2

    def loss(coefficients: np.ndarray) -> float:
        logits = coefficients[0] * np.where(off, 0.0, aligned) + coefficients[1] * screened
        logits = np.where(off, -1e9, logits)
        none = coefficients[2] - coefficients[3] * objectness
        full = np.concatenate([logits, none[:, np.newaxis]], axis=1)
        peak = full.max(axis=1, keepdims=True)
        log_sum = peak[:, 0] + np.log(np.exp(full - peak).sum(axis=1))
        chosen = full[np.arange(len(full)), answer]
        pull = PRIOR * np.sum(((coefficients - start) / np.maximum(np.abs(start), 1.0)) ** 2)
        return float(np.mean(log_sum - chosen) + pull)

    bounds = [(0.1, 200.0), (0.0, 100.0), (-50.0, 200.0), (0.0, 20.0)]
    return minimize(loss, start, method="L-BFGS-B", bounds=bounds).x.astype(np.float32)

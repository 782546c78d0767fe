"""The operating threshold: the score from which detections are counted."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from components.artifacts.operating_curve import OperatingCurve
from components.metrics.costs import Costs
from components.metrics.matching import match
from components.metrics.operating_curve import operating_curve
from components.recogniser.geometry import clipped
from components.recogniser.matching import Candidates
from components.recogniser.model import Recogniser
from components.recogniser.postprocess import DetectionTensors, found_tensors
from components.records.boxes import iou
from components.records.prediction import best_at_places
from components.training.matched_photos import NAMELESS, MatchedPhoto

WRONG, RIGHT, LEFT_OPEN = 0, 1, 2


def cheapest_threshold(
    recogniser: Recogniser, photos: Sequence[MatchedPhoto], costs: Costs
) -> OperatingCurve:
    """Return the threshold at which errors cost least in validation photos, and what others cost.

    Of detections at one place the best counts, as for users. Products that the truth leaves open
    make a detection neither right nor wrong. In photos without products every detection is a false
    alarm.
    """
    scores, right, products = [np.zeros(0)], [np.zeros(0, bool)], 0
    for photo in photos:
        shown = judged_detections(recogniser, photo)
        scores.append(shown.scores)
        right.append(shown.right)
        products += int(np.sum(photo.truth_sku >= 0))
    return operating_curve(
        np.concatenate(scores), np.concatenate(right), products, len(photos), costs
    )


class JudgedDetections(NamedTuple):
    """Detections of one photo that are the best at their place and that the truth tells of."""

    scores: np.ndarray  # [n] float32
    right: np.ndarray  # [n] bool


def judged_detections(recogniser: Recogniser, photo: MatchedPhoto) -> JudgedDetections:
    """Return what users see of a photo, from any threshold on, and whether it is right."""
    found = detections(recogniser, photo)
    first = np.array(best_at_places(found.boxes.tolist()), bool)
    outcome = _outcomes(found.boxes[first], found.sku[first], photo)
    known = outcome != LEFT_OPEN
    return JudgedDetections(found.scores[first][known], outcome[known] == RIGHT)


def detections(recogniser: Recogniser, photo: MatchedPhoto) -> DetectionTensors:
    """Return what the recogniser says of a photo, as arrays without padding.

    Boxes are in pixels of the photo as the recogniser sees it.
    """
    candidates = Candidates(*map(tf.constant, photo.candidates))
    found = found_tensors(
        recogniser, candidates, tf.constant(photo.proposed), tf.constant(photo.objectness)
    ).detections
    seen = tf.constant(photo.size, tf.float32) * photo.scale
    found = found._replace(boxes=clipped(found.boxes, seen))
    arrays = {name: value.numpy() for name, value in found._asdict().items()}
    count = int(arrays.pop("count"))
    return DetectionTensors(**{name: value[:count] for name, value in arrays.items()}, count=count)


def _outcomes(boxes: np.ndarray, skus: np.ndarray, photo: MatchedPhoto) -> np.ndarray:
    """Return RIGHT, WRONG or LEFT_OPEN for each detection: boxes `[n, 4]`, SKUs int `[n]`."""
    outcome = np.full(len(skus), WRONG)
    left_open = photo.truth_sku == NAMELESS
    for sku in np.unique(skus):
        rows = np.flatnonzero(skus == sku)
        near = np.flatnonzero((photo.truth_sku == sku) | left_open)
        overlap = iou(boxes[rows], photo.truth[near])
        taken = match(overlap, left_open[near], np.zeros(len(near), bool))[0]
        hit = taken >= 0
        outcome[rows[hit]] = np.where(left_open[near[taken[hit]]], LEFT_OPEN, RIGHT)
    return outcome

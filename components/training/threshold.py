"""The operating threshold: the score from which detections are counted."""

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from components.artifacts.evaluation_summary import OperatingCurve
from components.metrics.costs import Costs
from components.metrics.matching import match
from components.metrics.operating_curve import operating_curve
from components.recogniser import geometry
from components.recogniser.detect import Candidates, Detections, choose
from components.recogniser.model import Recogniser
from components.records.boxes import iou
from components.training.evidence import Evidence

UNKNOWN = 0.5
"""What a training shows from, before there is a threshold."""

WRONG, RIGHT, LEFT_OPEN = 0, 1, 2


def cheapest_threshold(
    recogniser: Recogniser, evidence: Sequence[Evidence], costs: Costs
) -> OperatingCurve:
    """The threshold at which errors cost least in validation photos, and what others would cost.

    Products that the truth leaves open make a detection neither right nor wrong. In photos without
    products every detection is a false alarm.
    """
    scores, right, products = [np.zeros(0)], [np.zeros(0, bool)], 0
    for part in evidence:
        found = detections(recogniser, part)
        outcome = _outcomes(found, part)
        known = outcome != LEFT_OPEN
        scores.append(found.scores[known])
        right.append(outcome[known] == RIGHT)
        products += int(np.sum(part.truth_sku >= 0))
    return operating_curve(
        np.concatenate(scores), np.concatenate(right), products, len(evidence), costs
    )


def detections(recogniser: Recogniser, part: Evidence) -> Detections:
    """What the recogniser says of the photo, as arrays without padding.

    Boxes are in pixels of the photo as the recogniser sees it.
    """
    candidates = Candidates(*map(tf.constant, (part.sku, part.boxes, part.aligned, part.screened)))
    found = choose(recogniser, candidates, tf.constant(part.objectness))
    seen = tf.constant(part.size, tf.float32) * part.scale
    found = found._replace(boxes=geometry.clipped(found.boxes, seen))
    arrays = {name: value.numpy() for name, value in found._asdict().items()}
    count = int(arrays.pop("count"))
    return Detections(**{name: value[:count] for name, value in arrays.items()}, count=count)


def _outcomes(found: Detections, part: Evidence) -> np.ndarray:
    """RIGHT, WRONG or LEFT_OPEN for each detection."""
    outcome = np.full(len(found.sku), WRONG)
    left_open = part.truth_sku < 0
    for sku in np.unique(found.sku):
        rows = np.flatnonzero(found.sku == sku)
        near = np.flatnonzero((part.truth_sku == sku) | left_open)
        overlap = iou(found.boxes[rows], part.truth[near])
        taken = match(overlap, left_open[near], np.zeros(len(near), bool))[0]
        hit = taken >= 0
        outcome[rows[hit]] = np.where(left_open[near[taken[hit]]], LEFT_OPEN, RIGHT)
    return outcome

"""From candidates to detections and products: probabilities, suppression, runner-up, ambiguity."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser.geometry import area, iou
from components.recogniser.masked import best_rows
from components.recogniser.matching import Candidates
from components.recogniser.model import Recogniser
from components.recogniser.nms import non_max_suppression, not_nested
from components.recogniser.probabilities import candidate_probabilities, of_best
from components.recogniser.products import ProductTensors, boxes_of_products, products_of

# Two boxes of one SKU that overlap more than this are one product. Facings of one SKU stand side by
# side, so what overlaps this little is still the same pack seen twice; measured on validation
# photos, 0.35 gains two points of mAP over 0.5.
DUPLICATE_IOU = 0.35
# Candidates of different SKUs that overlap at least this are at one place: runner-up, ambiguity.
SAME_IOU = 0.5


class DetectionTensors(NamedTuple):
    """Detections of one photo, best first, padded with score 0 to N rows."""

    boxes: tf.Tensor  # [N, 4] float32, pixels of the given photo
    sku: tf.Tensor  # [N] int32
    scores: tf.Tensor  # [N] float32
    runner_up: tf.Tensor  # [N] int32, -1 where there is none
    runner_up_scores: tf.Tensor  # [N] float32
    ambiguity: tf.Tensor  # [N] float32
    count: tf.Tensor  # [] int32


class FoundTensors(NamedTuple):
    """What is found in one photo."""

    detections: DetectionTensors
    products: ProductTensors
    full: tf.Tensor  # [] bool, there may be more than the settings let through


def found_tensors(
    recogniser: Recogniser, candidates: Candidates, proposed: tf.Tensor, objectness: tf.Tensor
) -> FoundTensors:
    """Return what is found in one photo: what serving answers and what validation judges.

    Args:
        recogniser: The model, calibrated.
        candidates: K at each of P proposals, inside the photo.
        proposed: `[P, 4]` boxes of the proposals, inside the photo, before anything was aligned.
        objectness: `[P]` logits of the proposals.
    """
    limit, floor = recogniser.settings.max_detections, recogniser.settings.score_floor
    probabilities = candidate_probabilities(
        recogniser.calibration,
        candidates.match_scores,
        candidates.shortlist_scores,
        objectness,
        candidates.valid,
    )
    named, unknown = probabilities
    detections = resolve(
        tf.reshape(candidates.boxes, [-1, 4]),
        tf.reshape(candidates.sku, [-1]),
        tf.reshape(of_best(recogniser.calibration, named), [-1]),
        limit,
        floor,
    )
    products = products_of(
        boxes_of_products(candidates.boxes, proposed, probabilities),
        tf.reduce_sum(named, axis=-1) + unknown,
        unknown,
        detections.boxes,
        detections.scores,
        limit,
        floor,
    )
    places = tf.shape(objectness)[0]
    full = tf.logical_or(places >= recogniser.settings.proposals, detections.count >= limit)
    return FoundTensors(detections, products, full)


def resolve(
    boxes: tf.Tensor, sku: tf.Tensor, scores: tf.Tensor, limit: int, floor: float
) -> DetectionTensors:
    """Turn candidates into detections with runner-up and ambiguity.

    Suppression within a SKU is greedy, by overlap and by one box lying inside the other. Across
    SKUs, probabilities at one place must not sum past one: a candidate is capped by what the best
    of another SKU there leaves, so that the tail stays for ranking while counts never see a product
    twice. The same holds for the runner-up of the better one: it shows the score that it has as a
    detection. Where two proposals at one place name different SKUs, the surer one is right more
    often than two scores of the sort 0.9 and 0.5 would have people believe.

    Args:
        boxes: `[N, 4]` in pixels.
        sku: int32 `[N]`.
        scores: `[N]` probabilities; 0 for padding.
        limit: Detections returned.
        floor: Lowest score returned.

    Returns:
        Detections of `limit` rows.
    """
    # Of a candidate outside the photo clipping leaves no area, which nothing would suppress.
    scores = tf.where(area(boxes) <= 0.0, 0.0, scores)
    # Boxes of different SKUs are moved apart, so that one suppression serves all SKUs: by their
    # numbers among those in the photo, since of 100,000 the last would be moved beyond float32.
    span = tf.reduce_max(boxes) + 1.0
    apart = boxes + tf.cast(tf.unique(sku).idx, tf.float32)[:, tf.newaxis] * span
    kept, valid = non_max_suppression(apart, scores, limit, DUPLICATE_IOU)
    boxes, sku = tf.gather(boxes, kept), tf.gather(sku, kept)
    valid = tf.logical_and(valid, not_nested(boxes, sku))
    scores = tf.where(valid, tf.gather(scores, kept), 0.0)
    overlap = iou(boxes[:, tf.newaxis], boxes[tf.newaxis])
    rival = tf.logical_and(overlap >= SAME_IOU, tf.not_equal(sku[:, tf.newaxis], sku[tf.newaxis]))
    rival = tf.logical_and(rival, valid[tf.newaxis])
    rival_scores = tf.where(rival, scores[tf.newaxis], 0.0)
    second = tf.reduce_max(rival_scores, axis=-1)
    best_rival = tf.cast(tf.argmax(rival_scores, axis=-1, output_type=tf.int32), tf.int32)
    has_rival = second > 0.0
    beaten = second > scores
    capped = tf.where(beaten, tf.minimum(scores, 1.0 - second), scores)
    second = tf.where(beaten, second, tf.minimum(second, 1.0 - scores))
    both = tf.maximum(capped + second, 1e-6)
    ambiguity = tf.where(has_rival, 2.0 * tf.minimum(capped, second) / both, 0.0)
    capped = tf.where(tf.logical_and(valid, capped >= floor), capped, 0.0)
    final, rows = best_rows(capped, limit)
    return DetectionTensors(
        boxes=tf.gather(boxes, rows),
        sku=tf.gather(sku, rows),
        scores=final,
        runner_up=tf.gather(tf.where(has_rival, tf.gather(sku, best_rival), -1), rows),
        runner_up_scores=tf.gather(second, rows),
        ambiguity=tf.gather(ambiguity, rows),
        count=tf.reduce_sum(tf.cast(final > 0.0, tf.int32)),
    )

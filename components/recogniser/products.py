"""Every product in a photo, whether it has a name or not."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser.geometry import area, share_of_smaller
from components.recogniser.masked import best_rows
from components.recogniser.nms import non_max_suppression, not_nested
from components.recogniser.probabilities import Probabilities

# Of two products that overlap more than this (IoU), the less likely one goes.
DUPLICATE_IOU = 0.5
# A product whose box shares this much of the smaller box with a detection is what that names.
NAMED_SHARE = 0.5


class ProductTensors(NamedTuple):
    """Products of one photo, likeliest first, padded with score 0 to N rows."""

    boxes: tf.Tensor  # [N, 4] float32, pixels of the given photo
    scores: tf.Tensor  # [N] float32, probability that a product is there
    unknown_scores: tf.Tensor  # [N] float32, that it is one which no detection there names

    def by_name(self) -> dict[str, tf.Tensor]:
        """Return the tensors by the names that models answer with."""
        return {
            "product_boxes": self.boxes,
            "product_scores": self.scores,
            "unknown_scores": self.unknown_scores,
        }


def boxes_of_products(
    boxes: tf.Tensor, proposed: tf.Tensor, probabilities: Probabilities
) -> tf.Tensor:
    """Return the boxes of what is at proposals, `[P, 4]`.

    Args:
        boxes: `[P, K, 4]` of the candidates.
        proposed: `[P, 4]`, before anything was aligned. Where none of the candidates is likely,
            laying them on has only spoiled it.
        probabilities: Of what is there.
    """
    named, unknown = probabilities
    best = tf.gather(boxes, tf.argmax(named, axis=-1), batch_dims=1)
    of_catalog = tf.reduce_sum(named, axis=-1)
    return tf.where((of_catalog > unknown)[:, tf.newaxis], best, proposed)


def each_once(boxes: tf.Tensor, scores: tf.Tensor, limit: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Choose the likeliest proposal of each product.

    Args:
        boxes: `[P, 4]` in pixels.
        scores: `[P]`, probability of any product; 0 for padding.
        limit: Products, at most.

    Returns:
        Row numbers int32 `[n]`, likeliest first, and bool `[n]`, False at a row that stands for
        none.
    """
    scores = tf.where(area(boxes) <= 0.0, 0.0, scores)
    kept, valid = non_max_suppression(boxes, scores, limit, DUPLICATE_IOU)
    nested = not_nested(tf.gather(boxes, kept), tf.zeros_like(kept))
    return kept, tf.logical_and(valid, nested)


def products_of(
    boxes: tf.Tensor,
    scores: tf.Tensor,
    unknown: tf.Tensor,
    named_boxes: tf.Tensor,
    named_scores: tf.Tensor,
    limit: int,
    floor: float,
) -> ProductTensors:
    """Return the products at proposals, each once.

    Args:
        boxes: `[P, 4]` in pixels.
        scores: `[P]`, probability of any product; 0 for padding.
        unknown: `[P]`, probability of one that is not in the catalogue.
        named_boxes: `[D, 4]` of the detections.
        named_scores: `[D]`; 0 for padding.
        limit: Rows of the answer.
        floor: Lowest score returned.
    """
    kept, valid = each_once(boxes, scores, limit)
    boxes = tf.gather(boxes, kept)
    scores = tf.where(valid, tf.gather(scores, kept), 0.0)
    scores = tf.where(scores >= floor, scores, 0.0)
    shared = share_of_smaller(boxes[:, tf.newaxis], named_boxes[tf.newaxis]) >= NAMED_SHARE
    named = tf.reduce_max(tf.where(shared, named_scores[tf.newaxis], 0.0), axis=-1)
    left = tf.minimum(tf.gather(unknown, kept), 1.0 - named)
    final, rows = best_rows(scores, limit)
    return ProductTensors(
        boxes=tf.gather(boxes, rows),
        scores=final,
        unknown_scores=tf.where(final > 0.0, tf.gather(left, rows), 0.0),
    )

"""Non-maximum suppression: of boxes that show one thing, the best stays."""

import tensorflow as tf

from components.recogniser.geometry import share_of_smaller

# A pack does not hold another of its SKU: of two boxes of which one lies inside the other by more
# than this, the weaker goes, such as one laid around three facings. A fifth of the wrong detections
# on generated test photos were such boxes, and any value from 0.5 to 0.9 finds them.
INSIDE = 0.7
# Links of a chain of boxes inside each other that are settled exactly.
NESTED = 4
# What scores less is padding.
LEAST_SCORE = 1e-4


def non_max_suppression(
    boxes: tf.Tensor, scores: tf.Tensor, limit: int, overlap: float, least: float = LEAST_SCORE
) -> tuple[tf.Tensor, tf.Tensor]:
    """Keep the best of boxes that overlap, greedily.

    Args:
        boxes: `[N, 4]`.
        scores: `[N]`, 0 for padding.
        limit: Rows of the answer, at most.
        overlap: IoU above which the weaker goes.
        least: Lowest score that is kept.

    Returns:
        Row numbers int32 `[n]`, best first, and bool `[n]`. There is at least one, so that nothing
        that follows is empty: False at one that stands for none.
    """
    # The public function that pads is a loop with no TFLite built-in; this operation has one.
    rows, count = tf.raw_ops.NonMaxSuppressionV4(
        boxes=boxes,
        scores=scores,
        max_output_size=limit,
        iou_threshold=overlap,
        score_threshold=least,
        pad_to_max_output_size=True,
    )
    rows = rows[: tf.maximum(count, 1)]
    return rows, tf.range(tf.shape(rows)[0]) < count


def not_nested(boxes: tf.Tensor, sku: tf.Tensor) -> tf.Tensor:
    """Say which boxes neither lie in a better one of their SKU that stays, nor hold one.

    Each round lets fewer boxes suppress others than they wrongly did before: after n rounds all is
    as if boxes had been taken one by one, but for chains of more than n.

    Args:
        boxes: `[N, 4]`, best first; padding last.
        sku: `[N]`.

    Returns:
        bool `[N]`.
    """
    number = tf.range(tf.shape(boxes)[0])
    nested = share_of_smaller(boxes[:, tf.newaxis], boxes[tf.newaxis]) > INSIDE
    nested = tf.logical_and(nested, tf.equal(sku[:, tf.newaxis], sku[tf.newaxis]))
    better = number[tf.newaxis] < number[:, tf.newaxis]
    nested = tf.cast(tf.logical_and(nested, better), tf.float32)
    stays = tf.ones_like(nested[:, :1])
    for _ in range(NESTED):
        stays = tf.cast(tf.matmul(nested, stays) < 0.5, tf.float32)
    return stays[:, 0] > 0.5

"""What the proposals should say at each cell, and which boxes the alignment is trained at."""

from typing import NamedTuple

import tensorflow as tf

from components.recogniser import geometry
from components.recogniser.model import cell_centres
from components.recogniser.strides import STRIDE
from components.training.crops import FOREIGN, PADDING, PRODUCT

# A cell answers for a product when it lies in this central part of its box.
CENTRAL = 0.4
# Cells in the rest of this part are neither asked for nor forbidden.
GREY_ZONE = 0.7
# Sides (root of the area, pixels) that a pyramid level answers for; others are left to the next.
PYRAMID_LEVEL_SIDES = (16.0, 240.0)


class CellTargets(NamedTuple):
    """Targets of the proposals for maps `[B, h, w]`."""

    positive: tf.Tensor  # [B, h, w] bool
    negative: tf.Tensor  # [B, h, w] bool
    boxes: tf.Tensor  # [B, h, w, 4] pixels, meaningful at positives


def cell_targets(boxes: tf.Tensor, kind: tf.Tensor, height: int, width: int) -> CellTargets:
    """Assign boxes to cells; where boxes overlap, the smallest wins.

    Args:
        boxes: `[B, M, 4]` in pixels.
        kind: `[B, M]`, see crops.py. Every product is to be proposed, of the catalogue or not.
            IGNORED boxes make their cells neither positive nor negative.
        height: Of the map in cells.
        width: Of the map in cells.
    """
    centres = tf.reshape(cell_centres(height, width), [1, -1, 1, 2])
    middle, size = geometry.centre_size(boxes)
    distance = tf.abs(centres - middle[:, tf.newaxis])
    half = size[:, tf.newaxis] / 2.0
    # Even the smallest product owns the cell that its centre falls into.
    central = tf.reduce_all(distance <= tf.maximum(CENTRAL * half, STRIDE / 2.0), axis=-1)
    grey = tf.reduce_all(distance <= tf.maximum(GREY_ZONE * half, STRIDE / 2.0), axis=-1)
    inside = tf.reduce_all(distance <= half, axis=-1)
    side = tf.sqrt(geometry.area(boxes))
    of_size = (side >= PYRAMID_LEVEL_SIDES[0]) & (side <= PYRAMID_LEVEL_SIDES[1])
    proposed = ((kind == PRODUCT) | (kind == FOREIGN)) & of_size
    asked = proposed[:, tf.newaxis]
    left_out = ((kind != PADDING) & ~proposed)[:, tf.newaxis]
    claimed = central & asked
    # A cell that no box claims takes any: it is not positive.
    size_of_owner = tf.where(claimed, geometry.area(boxes)[:, tf.newaxis], tf.float32.max)
    chosen = tf.argmin(size_of_owner, axis=-1, output_type=tf.int32)
    positive = tf.reduce_any(claimed, axis=-1)
    spared = tf.reduce_any((grey & asked) | (inside & left_out), axis=-1)
    shape = [-1, height, width]
    return CellTargets(
        positive=tf.reshape(positive, shape),
        negative=tf.reshape(~positive & ~spared, shape),
        boxes=tf.reshape(tf.gather(boxes, chosen, batch_dims=1), [*shape, 4]),
    )


def jittered(boxes: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Return boxes `[..., 4]` moved and scaled about as much as proposals err.

    Args:
        boxes: In pixels.
        seed: int32 `[2]`; the same seed moves them alike.
    """
    centre, size = geometry.centre_size(boxes)
    moved, scaled = tf.unstack(
        tf.random.stateless_truncated_normal(tf.concat([[2], tf.shape(centre)], axis=0), seed)
    )
    centre += size * 0.08 * moved
    size *= tf.exp(0.14 * scaled)
    return tf.concat([centre - size / 2.0, centre + size / 2.0], axis=-1)


def background(
    boxes: tf.Tensor, kind: tf.Tensor, count: int, size: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Draw random boxes, and say which touch no product.

    Args:
        boxes: `[B, M, 4]` in pixels.
        kind: `[B, M]`, see crops.py.
        count: Boxes per crop.
        size: Side of the crop in pixels.
        seed: int32 `[2]`; the same seed draws the same boxes.

    Returns:
        Boxes `[B, count, 4]` and bool `[B, count]`: IoU below 0.1 with every box.
    """
    batch = tf.shape(boxes)[0]
    draw = tf.random.stateless_uniform([2, batch, count, 2], seed)
    sides = 40.0 * tf.exp(1.7 * draw[0] - 0.5)
    centre = draw[1] * float(size)
    drawn = tf.concat([centre - sides / 2.0, centre + sides / 2.0], axis=-1)
    overlap = geometry.iou(drawn[:, :, tf.newaxis], boxes[:, tf.newaxis])
    touches = (overlap >= 0.1) & (kind != PADDING)[:, tf.newaxis]
    return drawn, ~tf.reduce_any(touches, axis=-1)
